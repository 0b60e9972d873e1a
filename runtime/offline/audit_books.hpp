// AuditBooks: the books of one partition, from its posting events alone: ten lines of arithmetic that the node does
// not share. Which events post what is told by postings_of(), which evolve does not ask either. What the node's own state must agree with, after each entry and at the end of the log.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "actors/partition/partition_state.hpp"
#include "domain/postings.hpp"

namespace florin {

class AuditBooks {
 public:
  // What does not fit, or nothing.
  std::optional<std::string> post(const Event& event, Position at);

  [[nodiscard]] WideMinor posted(const AccountId& id) const;
  // Of all accounts, and of clearing; nothing for a currency without postings.
  [[nodiscard]] std::pair<WideMinor, WideMinor> sums(Currency currency) const;
  [[nodiscard]] const std::map<Currency, std::pair<WideMinor, WideMinor>>& sums() const {
    return sums_;
  }

 private:
  struct Line {
    WideMinor posted = 0;
    Position last;
    Position before;  // what `last` led to: an event may post an account more than once
  };

  std::optional<std::string> post(const Posting& posting, Position at);

  std::map<AccountId, Line> lines_;
  std::map<Currency, std::pair<WideMinor, WideMinor>> sums_;  // accounts, clearing
};

// After an entry: the partition's running sums are those of its postings, and add up to zero.
std::optional<std::string> sums_differ(const AuditBooks& books, const PartitionState& state);
// At the end: so is every account's balance, within its bounds, and the sum of all that are there.
std::optional<std::string> books_differ(const AuditBooks& books, PartitionState& state);

}  // namespace florin
