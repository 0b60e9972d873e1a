// What makes an entry one.
#include "domain/ledger/ledger_entry.hpp"

#include <set>

namespace florin {
namespace {

template <class Line>
std::optional<EntryFault> fault_of_lines(std::span<const Line> lines) {
  if (lines.empty()) return EntryFault::no_lines;
  std::set<LedgerAccount> seen;
  WideMinor sum = 0;
  bool has_zero = false;
  bool has_twice = false;
  for (const Line& line : lines) {
    if (!is_valid(line.account)) return EntryFault::account_unknown;
    has_twice |= !seen.insert(line.account).second;
    has_zero |= line.amount == 0;
    sum += line.amount;
  }
  if (has_twice) return EntryFault::account_twice;
  if (has_zero) return EntryFault::zero_line;
  return sum == 0 ? std::nullopt : std::optional(EntryFault::unbalanced);
}

}  // namespace

std::optional<EntryFault> fault_of(std::span<const LineDraft> lines) {
  return fault_of_lines(lines);
}
std::optional<EntryFault> fault_of(std::span<const EntryLine> lines) {
  return fault_of_lines(lines);
}

std::string_view to_string(EntryFault fault) noexcept {
  switch (fault) {
    case EntryFault::no_lines: return "no_lines";
    case EntryFault::account_unknown: return "account_unknown";
    case EntryFault::account_twice: return "account_twice";
    case EntryFault::zero_line: return "zero_line";
    case EntryFault::amount_overflow: return "amount_overflow";
    case EntryFault::unbalanced: return "unbalanced";
  }
  return "unknown";
}

}  // namespace florin
