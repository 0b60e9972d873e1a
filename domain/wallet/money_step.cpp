// What a step says, and what it has done.
#include "domain/wallet/money_step.hpp"

#include "domain/account/system_account.hpp"

namespace florin {
namespace {

bool is_debt(const AccountId& id) {
  const auto name = system_account_of(id);
  return name && name->account == SystemAccount::debt;
}

}  // namespace

bool is_sound(const StepContent& step) {
  if (!is_valid(step.name) || step.asked.is_none() || step.currency.is_none()) return false;
  const MoneyRow& row = row_of(step.name.rule);
  if (step.amount <= 0 || step.fee < 0 || step.fee > step.amount) return false;
  if (step.fee != 0 && !has_fee(row)) return false;
  if (step.account.empty() == names(row, Party::account) || step.account.is_system()) return false;
  const bool is_outside = names(row, Party::psp) || names(row, Party::suspense);
  if (is_outside ? !is_payments_id(step.holder) : !step.holder.empty()) return false;
  return names(row, Party::suspense) ? is_payments_id(step.reason) : step.reason.empty();
}

WideMinor net_of(const std::vector<MoneyMove>& moves, const AccountId& account) {
  WideMinor net = 0;
  for (const MoneyMove& move : moves) {
    if (move.to == account) net += move.amount;
    if (move.from == account) net -= move.amount;
  }
  return net;
}

WideMinor debt_of(const std::vector<MoneyMove>& moves) {
  WideMinor debt = 0;
  for (const MoneyMove& move : moves) {
    if (is_debt(move.from)) debt += move.amount;
    if (is_debt(move.to)) debt -= move.amount;
  }
  return debt;
}

StepAnswer answer_of(const MoneyStep& step) {
  if (step.state == StepState::refused) return {StepAnswerCode::refused, step.code};
  return {.code = StepAnswerCode::done,
          .rejection = std::nullopt,
          .net = static_cast<Minor>(net_of(step.moves, step.content.account)),
          .debt = static_cast<Minor>(debt_of(step.moves))};
}

}  // namespace florin
