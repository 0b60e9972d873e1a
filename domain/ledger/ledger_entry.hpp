// Lines of a ledger entry: debit +, credit -, in one currency, and together nothing. What must be true of every entry, whoever made
// it, is fault_of(): asked before an entry is logged, and again of what a log says.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

#include "base/ids.hpp"
#include "domain/ledger/ledger_account.hpp"
#include "domain/money/amount.hpp"

namespace florin {

// One account's side, before it is known what the books say of that account.
struct LineDraft {
  LedgerAccount account;
  Minor amount = 0;  // minor units; debit +, credit -, never 0
  bool operator==(const LineDraft&) const = default;
};

// For the statement of a ledger account: `previous` is the entry before this one that has a line of the same account (same
// partition; index 0 = none), `balance_after` what its lines add up to in this partition. In 128 bits: a wallet account's own
// number may be near its limits, and so may a thousand of them that one PSP holds; an entry about money that has already moved
// must never be refused because of that.
struct LineTrail {
  LogIndex previous_index = 0;
  Ordinal previous_ordinal = 0;
  WideMinor balance_after = 0;

  bool operator==(const LineTrail&) const = default;

  static constexpr std::array field_names{"previous_index", "previous_ordinal", "balance_after"};
  static auto fields(auto& self) {
    return std::tie(self.previous_index, self.previous_ordinal, self.balance_after);
  }
};

struct EntryLine {
  LedgerAccount account;
  Minor amount = 0;  // as of LineDraft
  LineTrail trail;

  bool operator==(const EntryLine&) const = default;

  static constexpr std::array field_names{"account", "amount", "trail"};
  static auto fields(auto& self) { return std::tie(self.account, self.amount, self.trail); }
};

enum class EntryFault : std::uint8_t {
  no_lines,
  account_unknown,  // not one of the closed set, or a name that its kind cannot have
  account_twice,    // an entry has one line of each account
  zero_line,
  amount_overflow,  // a line that does not fit in 64 bits
  unbalanced,       // the lines do not add up to 0
};

// The first in the order of EntryFault; none: it may be logged.
std::optional<EntryFault> fault_of(std::span<const LineDraft> lines);
std::optional<EntryFault> fault_of(std::span<const EntryLine> lines);
std::string_view to_string(EntryFault fault) noexcept;  // "unbalanced"

}  // namespace florin
