// The running sums of one partition's books, by currency: what all its accounts have posted, and what is between it and
// the other partitions. Every posting changes both by the same amount, so they add up to nothing at each log index.
#pragma once

#include <vector>

#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"

namespace florin {

// Wider than the accounts' own numbers: many of those may be near their limits at once.
struct CurrencySums {
  Currency currency;
  WideMinor accounts_posted = 0;  // of all accounts of the partition, system accounts included
  WideMinor clearing = 0;         // money between this partition and others
  bool operator==(const CurrencySums&) const = default;
};

// CurrencySums of every currency that was ever posted, in the order of their names.
class PartitionSums {
 public:
  PartitionSums() = default;
  // As all() was.
  explicit PartitionSums(std::vector<CurrencySums> sums) : sums_(std::move(sums)) {}

  // A posting between two accounts of the partition changes no sum, but its currency has one from now on.
  void posted_inside(Currency currency) { of(currency); }
  // A posting between an account of the partition and its clearing account. Negative: from clearing.
  void posted_to_clearing(Currency currency, Minor amount);

  [[nodiscard]] const std::vector<CurrencySums>& all() const { return sums_; }

 private:
  CurrencySums& of(Currency currency);

  std::vector<CurrencySums> sums_;
};

}  // namespace florin
