// The arithmetic of the audit.
#include "runtime/offline/audit_books.hpp"

#include "base/overloaded.hpp"
#include "domain/account/account_evolve.hpp"

namespace florin {

std::optional<std::string> AuditBooks::post(const Event& event, Position at) {
  return std::visit(
      Overloaded{
          [&](const TransferPosted& e) {
            if (auto wrong = move(e.from, -WideMinor{e.amount}, e.currency, e.debit, at))
              return wrong;
            return move(e.to, e.amount, e.currency, e.credit, at);
          },
          [&](const LegConfirmed& e) { return against_clearing(e.content, e.trail, at, false); },
          [&](const StepApplied& e) { return against_clearing(e.content, e.trail, at, false); },
          [&](const StepCompensated& e) { return against_clearing(e.content, e.trail, at, true); },
          // These move no posted money.
          [](const AccountOpened&) { return std::optional<std::string>(); },
          [](const AccountFrozen&) { return std::optional<std::string>(); },
          [](const AccountUnfrozen&) { return std::optional<std::string>(); },
          [](const AccountClosed&) { return std::optional<std::string>(); },
          [](const TransferRefused&) { return std::optional<std::string>(); },
          [](const TransferStarted&) { return std::optional<std::string>(); },
          [](const TryAnswered&) { return std::optional<std::string>(); },
          [](const TransferDecided&) { return std::optional<std::string>(); },
          [](const SecondPhaseAnswered&) { return std::optional<std::string>(); },
          [](const TransferCompleted&) { return std::optional<std::string>(); },
          [](const TransferCancelled&) { return std::optional<std::string>(); },
          [](const LegTried&) { return std::optional<std::string>(); },
          [](const LegRefused&) { return std::optional<std::string>(); },
          [](const LegCancelled&) { return std::optional<std::string>(); },
          [](const LegCancelledEarly&) { return std::optional<std::string>(); },
          [](const FenceAdvanced&) { return std::optional<std::string>(); },
          [](const ClientDeadlineGiven&) { return std::optional<std::string>(); },
          [](const LeaderClockRead&) { return std::optional<std::string>(); },
          []<AccountCommandEvent E>(const Commanded<E>&) { return std::optional<std::string>(); },
          [](const MembershipEvent auto&) { return std::optional<std::string>(); }},
      event);
}

WideMinor AuditBooks::posted(const AccountId& id) const {
  const auto found = lines_.find(id);
  return found == lines_.end() ? 0 : found->second.posted;
}

std::pair<WideMinor, WideMinor> AuditBooks::sums(Currency currency) const {
  const auto found = sums_.find(currency);
  return found == sums_.end() ? std::pair<WideMinor, WideMinor>() : found->second;
}

std::optional<std::string> AuditBooks::against_clearing(const LegContent& leg,
                                                        const PostingTrail& trail, Position at,
                                                        bool reverse) {
  const bool debits = (leg.role == LegRole::debit) != reverse;
  const WideMinor amount = leg.amount;
  sums_[leg.currency].second += debits ? amount : -amount;
  return move(leg.account, debits ? -amount : amount, leg.currency, trail, at);
}

std::optional<std::string> AuditBooks::move(const AccountId& id, WideMinor amount,
                                            Currency currency, const PostingTrail& trail,
                                            Position at) {
  Line& line = lines_[id];
  if (line.last.index != trail.previous_index || line.last.ordinal != trail.previous_ordinal)
    return "the posting chain of " + id.str() + " is broken";
  line.posted += amount;
  line.last = at;
  sums_[currency].first += amount;
  if (line.posted != trail.posted_after)
    return "posted_after of " + id.str() + " is not the sum of its postings";
  return std::nullopt;
}

std::optional<std::string> sums_differ(const AuditBooks& books, const PartitionState& state) {
  std::size_t known = 0;
  for (const CurrencySums& sums : state.sums()) {
    const std::string currency(sums.currency.view());
    const auto [accounts, clearing] = books.sums(sums.currency);
    if (sums.accounts_posted != accounts || sums.clearing != clearing)
      return "the partition's sums in " + currency + " are not those of its postings";
    if (accounts + clearing != 0) return "the books do not balance in " + currency;
    known += books.sums().contains(sums.currency) ? 1 : 0;
  }
  if (known != books.sums().size())
    return "postings in a currency that the partition has no sums of";
  return std::nullopt;
}

std::optional<std::string> books_differ(const AuditBooks& books, PartitionState& state) {
  std::optional<std::string> wrong;
  std::map<Currency, WideMinor> accounts;
  state.for_each_account([&](const AccountState& account) {
    accounts[account.currency] += account.posted();
    if (wrong) return;
    if (account.posted() != books.posted(account.id))
      wrong = "balance of " + account.id.str() + " differs from the sum of its postings";
    else if (!invariants_hold(account))
      wrong = "account " + account.id.str() + " breaks an invariant";
  });
  if (wrong) return wrong;
  for (const auto& [currency, sum] : accounts)
    if (sum != books.sums(currency).first)
      return "the trial balance in " + std::string(currency.view()) +
             " differs from the sum of the postings";
  return sums_differ(books, state);
}

}  // namespace florin
