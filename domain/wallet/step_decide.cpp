// The record first, then the fence, then the accounts.
#include "domain/wallet/step_decide.hpp"

namespace florin {
namespace {

// Nothing of it is recorded: it may come from a peer that is broken or lies, and nothing that it says may become a fact.
StepDecision contradicted_step() {
  return {.answer = {StepAnswerCode::mismatch, std::nullopt}, .event = std::nullopt, .alarm = true};
}

StepAnswer answer_of(const std::vector<PostedMove>& moves, const AccountId& account) {
  MoneyStep step;
  step.content.account = account;
  for (const PostedMove& posted : moves) step.moves.push_back(posted.move);
  return answer_of(step);
}

}  // namespace

StepDecision decide_step(const MoneyStep* known, bool is_fenced, const StepContent& step,
                         const StepAccounts& accounts, Timestamp now) {
  if (known != nullptr) {
    if (known->content != step) return contradicted_step();
    return {.answer = answer_of(*known), .event = std::nullopt};
  }
  if (is_fenced) return {.answer = {StepAnswerCode::fenced, std::nullopt}, .event = std::nullopt};
  if (!is_sound(step) || !moves_wallets(row_of(step.name.rule))) return contradicted_step();

  auto moves = plan_moves(step, accounts, now);
  if (!moves)
    return {.answer = {StepAnswerCode::refused, moves.error()},
            .event = MoneyStepRefused{step, moves.error()}};
  // From here on it is done: nobody takes it back but another step.
  StepAnswer answer = answer_of(*moves, step.account);
  return {.answer = answer, .event = MoneyStepDone{step, *std::move(moves)}};
}

}  // namespace florin
