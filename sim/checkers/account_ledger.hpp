// AccountLedger: an own idea of every account of one partition, for the checker account_terms: what is free, held
// and expected, the terms, and the use of the daily limit. Own arithmetic, in 128 bits; no code of domain/.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "domain/events.hpp"

namespace florin::sim {

__extension__ typedef __int128 Int128;

struct Terms {
  Currency currency;
  bool may_owe = false;
  bool frozen = false;
  bool closed = false;
  Int128 limit = -1;  // per day; -1 = none
  Int128 free = 0;
  Int128 held = 0;
  Int128 room = 0;  // kept for money that may still come
  Int128 used = 0;  // of the limit, on `day`
  std::int64_t day = 0;
  Int128 by_payments = 0;  // of what is free and held
  Int128 owes = 0;
  Position last_posting = {};
  std::map<std::string, std::string> metadata = {};
  bool metadata_changed = false;  // since it was opened
};

// "key=value;" for each pair, as clients see it.
inline std::string text_of(const std::map<std::string, std::string>& metadata) {
  std::string text;
  for (const auto& [key, value] : metadata) text += key + "=" + value + ";";
  return text;
}

// What a merge patch (RFC 7396) makes of it.
inline std::map<std::string, std::string> merged(std::map<std::string, std::string> metadata,
                                                 const MetadataPatch& patch) {
  for (const auto& [key, value] : patch.set) metadata[key] = value;
  for (const std::string& key : patch.remove) metadata.erase(key);
  return metadata;
}

struct OpenLeg {
  std::string account;
  Int128 amount = 0;
  std::int64_t day = 0;
  bool pays = false;
};

// What a payment leaves on the account until it has ended: money held, or room kept for money that may come.
enum class Leaves : std::uint8_t { nothing, held, room };

inline std::int64_t day_of(Timestamp time) {
  return time.us / 86'400'000'000;
}  // no time before 1970 here

class AccountLedger {
 public:
  static constexpr Int128 largest = std::numeric_limits<std::int64_t>::max();
  static constexpr Int128 smallest = std::numeric_limits<std::int64_t>::min();

  // The first reason against it; nullopt = allowed.
  std::optional<Rejection> why_not(const AccountId& id, Int128 amount, Currency currency, bool pays,
                                   Leaves leaves, Timestamp time) {
    return why_not(find(id), amount, currency, pays, leaves, time);
  }
  static std::optional<Rejection> why_not(const Terms* a, Int128 amount, Currency currency,
                                          bool pays, Leaves leaves, Timestamp time) {
    if (a == nullptr) return Rejection::account_not_found;
    const bool same = a->currency == currency;
    if (pays && same && !a->may_owe && amount > a->free) return Rejection::insufficient_available;
    if (a->frozen) return Rejection::account_frozen;
    if (a->closed) return Rejection::account_closed;
    if (!same) return Rejection::currency_mismatch;
    const bool fits =
        pays ? a->free - amount >= smallest : a->free + a->held + a->room + amount <= largest;
    if (!fits || (leaves == Leaves::held && a->held + amount > largest) ||
        (leaves == Leaves::room && a->room + amount > largest))
      return Rejection::balance_overflow;
    const Int128 used = a->day == day_of(time) ? a->used : 0;
    if (pays && a->limit >= 0 && used + amount > a->limit) return Rejection::daily_limit_exceeded;
    return std::nullopt;
  }

  // System accounts (@outside:USD): there from the beginning, in their own currency, without any bound.
  Terms* find(const AccountId& id) {
    const auto found = accounts_.find(id.str());
    if (found != accounts_.end()) touched_.insert(id.str());
    if (found != accounts_.end()) return &found->second;
    const std::size_t colon = id.view().find(':');
    if (!id.view().starts_with('@') || colon == std::string_view::npos) return nullptr;
    Terms& made = accounts_[id.str()];
    touched_.insert(id.str());
    const std::string_view code = id.view().substr(colon + 1);
    std::copy_n(code.begin(), std::min(code.size(), made.currency.code.size()),
                made.currency.code.begin());
    made.may_owe = true;
    return &made;
  }
  Terms& add(const AccountId& id) {
    touched_.insert(id.str());
    return accounts_[id.str()];
  }
  // Which accounts were asked for since the last call: all that may have changed.
  [[nodiscard]] const std::set<std::string>& touched() const { return touched_; }
  std::set<std::string> take_touched() { return std::exchange(touched_, {}); }

  // A posting of the account: the head of its statement, and a currency that has sums.
  void posted(const AccountId& id, Currency currency, Position at) {
    posted_in_.insert(currency);
    if (Terms* account = find(id)) account->last_posting = at;
  }
  [[nodiscard]] const std::set<Currency>& posted_in() const { return posted_in_; }

  void use(Terms& account, Int128 amount, std::int64_t day) {
    if (account.day != day) account.used = 0;
    account.day = day;
    account.used += amount;
  }
  void give_back(Terms& account, const OpenLeg& leg) {
    if (account.day == leg.day) account.used = std::max<Int128>(0, account.used - leg.amount);
  }

  std::map<LegKey, OpenLeg> open;  // tried; or a saga's debit that may have to be returned

 private:
  std::map<std::string, Terms> accounts_;
  std::set<std::string> touched_;
  std::set<Currency> posted_in_;
};

}  // namespace florin::sim
