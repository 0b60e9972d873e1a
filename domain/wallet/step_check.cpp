// Makes the moves that the event says on copies of the accounts' numbers.
#include "domain/wallet/step_check.hpp"

#include <algorithm>
#include <map>

#include "domain/account/account_move.hpp"

namespace florin {
namespace {

struct CheckedAccount {
  AccountState numbers;  // what account_move.hpp looks at
  WideMinor payments_net = 0;
};

class StepCheck {
 public:
  explicit StepCheck(const StepAccounts& accounts) {
    if (accounts.account != nullptr) add(*accounts.account);
    for (const AccountState* account : accounts.system) add(*account);
  }

  const char* move(const MoneyMove& move, Currency currency) {
    if (move.amount <= 0) return "moves: an amount is not above zero";
    if (move.from == move.to) return "moves: one pays itself";
    if (const char* field = change(move.from, currency, move_debited(move.amount))) return field;
    return change(move.to, currency, move_credited(move.amount));
  }

 private:
  void add(const AccountState& account) {
    CheckedAccount& added = accounts_[account.id];
    added.numbers.currency = account.currency;
    added.numbers.allow_negative = account.allow_negative;
    added.numbers.available = account.available;
    added.numbers.held = account.held;
    added.numbers.incoming = account.incoming;
    added.payments_net = account.payments_net;
  }

  const char* change(const AccountId& id, Currency currency, const AccountMove& move) {
    const auto found = accounts_.find(id);
    if (found == accounts_.end()) return "moves: name an account that does not exist";
    CheckedAccount& account = found->second;
    if (account.numbers.currency != currency) return "currency: is not the account's";
    if (misfit(account.numbers, move) != nullptr)
      return "moves: take an account's balance out of its bounds";
    apply_move(account.numbers, move);
    account.payments_net += move.available;
    return account.payments_net == static_cast<Minor>(account.payments_net)
               ? nullptr
               : "moves: take an account's payments_net out of its bounds";
  }

  std::map<AccountId, CheckedAccount> accounts_;
};

const char* against_name(const StepContent& step, const MoneyStep* known, bool is_fenced) {
  if (!is_sound(step)) return "step: makes no sense";
  if (known != nullptr) return "step: is known already";
  return is_fenced ? "step: is of what has ended" : nullptr;
}

}  // namespace

const char* against_step(const MoneyStepDone& event, const MoneyStep* known, bool is_fenced,
                         const StepAccounts& accounts) {
  if (const char* field = against_name(event.step, known, is_fenced)) return field;
  if (!moves_wallets(row_of(event.step.name.rule))) return "step: is of the ledger alone";
  if (event.moves.empty() || event.moves.size() > step_moves_max) return "moves: none, or too many";
  if (accounts.account == nullptr) return "account: does not exist";
  StepCheck check(accounts);
  std::vector<MoneyMove> moves;
  for (const PostedMove& posted : event.moves) {
    if (const char* field = check.move(posted.move, event.step.currency)) return field;
    moves.push_back(posted.move);
  }
  const WideMinor debt = accounts.account->debt + debt_of(moves);
  return debt >= 0 && debt == static_cast<Minor>(debt)
             ? nullptr
             : "moves: take the account's debt out of its bounds";
}

const char* against_step(const MoneyStepRefused& event, const MoneyStep* known, bool is_fenced) {
  return against_name(event.step, known, is_fenced);
}

}  // namespace florin
