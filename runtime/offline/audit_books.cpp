// The arithmetic of the audit.
#include "runtime/offline/audit_books.hpp"

#include <utility>

#include "domain/account/account_evolve.hpp"

namespace florin {

std::optional<std::string> AuditBooks::post(const Event& event, Position at) {
  for (const Posting& posting : postings_of(event)) {
    if (posting.is_clearing())
      sums_[posting.currency].second += posting.change();
    else if (auto wrong = post(posting, at))
      return wrong;
  }
  return std::nullopt;
}

WideMinor AuditBooks::posted(const AccountId& id) const {
  const auto found = lines_.find(id);
  return found == lines_.end() ? 0 : found->second.posted;
}

std::pair<WideMinor, WideMinor> AuditBooks::sums(Currency currency) const {
  const auto found = sums_.find(currency);
  return found == sums_.end() ? std::pair<WideMinor, WideMinor>() : found->second;
}

std::optional<std::string> AuditBooks::post(const Posting& posting, Position at) {
  const PostingTrail& trail = *posting.trail;
  Line& line = lines_[*posting.account];
  if (line.last != at) line.before = std::exchange(line.last, at);
  if (line.before.index != trail.previous_index || line.before.ordinal != trail.previous_ordinal)
    return "the posting chain of " + posting.account->str() + " is broken";
  line.posted += posting.change();
  sums_[posting.currency].first += posting.change();
  if (line.posted != trail.posted_after)
    return "posted_after of " + posting.account->str() + " is not the sum of its postings";
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
