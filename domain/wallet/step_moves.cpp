// Tries the moves on copies of the accounts' numbers.
#include "domain/wallet/step_moves.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "domain/account/account_decide.hpp"
#include "domain/account/account_evolve.hpp"
#include "domain/account/account_move.hpp"
#include "domain/account/system_account.hpp"

namespace florin {
namespace {

using Refusal = std::optional<Rejection>;

SystemAccount mirror_in_wallet(Party party) {
  switch (party) {
    case Party::fees: return SystemAccount::fees;
    case Party::checkouts: return SystemAccount::checkouts;
    case Party::psp:
    case Party::suspense: return SystemAccount::psp;
    case Party::account: break;
  }
  FLORIN_ASSERT(false, "a client's account is no system account");
}

bool can_owe(const MoneyRow& row) {
  return row.repays_debt || std::ranges::any_of(row.flows(), [](const MoneyFlow& flow) {
           return flow.taking == Taking::forced;
         });
}

// All that moves look at.
AccountState numbers_of(const AccountState& account) {
  AccountState copy;
  copy.id = account.id;
  copy.currency = account.currency;
  copy.kind = account.kind;
  copy.frozen = account.frozen;
  copy.closed = account.closed;
  copy.allow_negative = account.allow_negative;
  copy.available = account.available;
  copy.held = account.held;
  copy.incoming = account.incoming;
  copy.daily_debit_limit = account.daily_debit_limit;
  copy.debited_today = account.debited_today;
  copy.debit_day = account.debit_day;
  copy.payments_net = account.payments_net;
  copy.debt = account.debt;
  copy.last_posting_ordinal = account.last_posting_ordinal;
  copy.last_posting_index = account.last_posting_index;
  return copy;
}

class MovePlan {
 public:
  MovePlan(const StepContent& step, const StepAccounts& accounts, Timestamp now)
      : step_(step), now_(now) {
    FLORIN_ASSERT(accounts.account != nullptr);
    numbers_.push_back(numbers_of(*accounts.account));
    for (const AccountState* account : accounts.system) numbers_.push_back(numbers_of(*account));
  }

  Refusal flow(const MoneyFlow& flow) {
    const Minor amount = flow.part == FlowPart::fee ? step_.fee : step_.amount;
    if (amount == 0) return std::nullopt;
    const std::size_t from = place_of(flow.from);
    const std::size_t to = place_of(flow.to);
    if (from == client && flow.taking == Taking::forced) return take_by_force(to, amount);
    return pay(from, to, amount, flow.taking);
  }

  // Of what has come, as much as the account owes: in the same step, so in the same ledger entry.
  Refusal repay_debt() {
    const WideMinor came = net_of(moves(), step_.account);
    const auto repaid = static_cast<Minor>(
        std::min(WideMinor{numbers_[client].debt}, std::max(came, WideMinor{0})));
    if (repaid == 0) return std::nullopt;
    if (const Refusal no =
            pay(client, place_of(SystemAccount::debt), repaid, Taking::from_what_came))
      return no;
    evolve_debt(numbers_[client], -repaid);
    return std::nullopt;
  }

  std::vector<PostedMove> take() { return std::move(posted_); }

 private:
  static constexpr std::size_t client = 0;  // its place among the numbers

  [[nodiscard]] std::size_t place_of(SystemAccount account) const {
    const AccountId id = system_account_id(account, step_.currency);
    const auto found = std::ranges::find(numbers_, id, &AccountState::id);
    FLORIN_ASSERT(found != numbers_.end(), "whoever plans has looked up system_accounts_of()");
    return static_cast<std::size_t>(found - numbers_.begin());
  }
  [[nodiscard]] std::size_t place_of(Party party) const {
    return party == Party::account ? client : place_of(mirror_in_wallet(party));
  }
  [[nodiscard]] std::vector<MoneyMove> moves() const {
    std::vector<MoneyMove> moves;
    for (const PostedMove& posted : posted_) moves.push_back(posted.move);
    return moves;
  }

  // Rule 10: what is available, down to nothing and no further; the account owes the rest.
  Refusal take_by_force(std::size_t to, Minor amount) {
    AccountState& account = numbers_[client];
    if (account.currency != step_.currency) return Rejection::currency_mismatch;
    const Minor had = std::clamp(account.available, Minor{0}, amount);
    const Minor owed = amount - had;
    if (had > 0)
      if (const Refusal no = pay(client, to, had, Taking::forced)) return no;
    if (owed == 0) return std::nullopt;
    Minor debt = 0;
    if (add_overflows(account.debt, owed, debt)) return Rejection::balance_overflow;
    if (const Refusal no = pay(place_of(SystemAccount::debt), to, owed, Taking::from_what_came))
      return no;
    evolve_debt(account, owed);
    return std::nullopt;
  }

  Refusal pay(std::size_t from, std::size_t to, Minor amount, Taking taking) {
    AccountState& payer = numbers_[from];
    AccountState& payee = numbers_[to];
    const Refusal no = first_of(against_payer(payer, amount, taking),
                                check_credit(&payee, amount, step_.currency, CreditBy::posting));
    if (no) return no;
    Minor ignored = 0;
    if (sub_overflows(payer.payments_net, amount, ignored) ||
        add_overflows(payee.payments_net, amount, ignored))
      return Rejection::balance_overflow;
    // Both trails as of before the step: an account that is named twice has one place in its chain.
    posted_.push_back({{payer.id, payee.id, amount},
                       trail_after_debit(payer, amount),
                       trail_after_credit(payee, amount)});
    apply_move(payer, move_debited(amount));
    apply_move(payee, move_credited(amount));
    evolve_payments_net(payer, -amount);
    evolve_payments_net(payee, amount);
    return std::nullopt;
  }

  [[nodiscard]] Refusal against_payer(const AccountState& payer, Minor amount,
                                      Taking taking) const {
    if (taking == Taking::wanted)
      return check_debit(&payer, amount, step_.currency, now_, DebitBy::posting);
    if (payer.currency != step_.currency) return Rejection::currency_mismatch;
    if (!payer.allow_negative && payer.available < amount) return Rejection::insufficient_available;
    return misfit(payer, move_debited(amount)) != nullptr ? Refusal(Rejection::balance_overflow)
                                                          : std::nullopt;
  }

  const StepContent& step_;
  Timestamp now_;
  std::vector<AccountState> numbers_;
  std::vector<PostedMove> posted_;
};

}  // namespace

std::vector<AccountId> system_accounts_of(const MoneyRow& row, Currency currency) {
  std::vector<AccountId> ids;
  const auto add = [&](SystemAccount account) {
    AccountId id = system_account_id(account, currency);
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
  };
  for (const MoneyFlow& flow : row.flows()) {
    if (flow.from != Party::account) add(mirror_in_wallet(flow.from));
    if (flow.to != Party::account) add(mirror_in_wallet(flow.to));
  }
  if (can_owe(row)) add(SystemAccount::debt);
  return ids;
}

Result<std::vector<PostedMove>, Rejection> plan_moves(const StepContent& step,
                                                      const StepAccounts& accounts, Timestamp now) {
  if (accounts.account == nullptr) return Err{Rejection::account_not_found};
  const MoneyRow& row = row_of(step.name.rule);
  MovePlan plan(step, accounts, now);
  for (const MoneyFlow& flow : row.flows())
    if (const Refusal no = plan.flow(flow)) return Err{*no};
  if (row.repays_debt)
    if (const Refusal no = plan.repay_debt()) return Err{*no};
  std::vector<PostedMove> moves = plan.take();
  FLORIN_ASSERT(!moves.empty() && moves.size() <= step_moves_max);
  return moves;
}

}  // namespace florin
