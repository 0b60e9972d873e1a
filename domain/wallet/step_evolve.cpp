// A step's record and its accounts. Sums were proven to fit when they were decided.
#include "domain/wallet/step_evolve.hpp"

#include <algorithm>

namespace florin {
namespace {

// Its owner pays: that uses the daily limit.
bool is_wanted(const MoneyStepDone& event, const MoneyMove& move) {
  if (move.from != event.step.account) return false;
  return std::ranges::any_of(row_of(event.step.name.rule).flows(), [](const MoneyFlow& flow) {
    return flow.from == Party::account && flow.taking == Taking::wanted;
  });
}

}  // namespace

MoneyStep evolve_done(const MoneyStepDone& event, Position at) {
  MoneyStep step;
  step.content = event.step;
  step.state = StepState::done;
  for (const PostedMove& posted : event.moves) step.moves.push_back(posted.move);
  step.decided = at;
  return step;
}

MoneyStep evolve_refused(const MoneyStepRefused& event, Position at) {
  MoneyStep step;
  step.content = event.step;
  step.state = StepState::refused;
  step.code = event.code;
  step.decided = at;
  return step;
}

void evolve_entered(MoneyStep& step, Position entry) { step.entry = entry; }

void evolve_paid(AccountState& payer, const MoneyStepDone& event, const MoneyMove& move,
                 std::int32_t day, Position at) {
  if (is_wanted(event, move))
    evolve_debited(payer, move.amount, day, at);
  else
    evolve_taken(payer, move.amount, at);
  evolve_payments_net(payer, -move.amount);
}

void evolve_received(AccountState& payee, const MoneyMove& move, Position at) {
  evolve_credited(payee, move.amount, at);
  evolve_payments_net(payee, move.amount);
}

}  // namespace florin
