// Sums of a partition's books: a handful of currencies, found by a search.
#include "domain/money/currency_sums.hpp"

#include <algorithm>

namespace florin {

void PartitionSums::posted_to_clearing(Currency currency, Minor amount) {
  CurrencySums& sums = of(currency);
  sums.accounts_posted -= amount;
  sums.clearing += amount;
}

CurrencySums& PartitionSums::of(Currency currency) {
  const auto place = std::ranges::lower_bound(sums_, currency, {}, &CurrencySums::currency);
  if (place != sums_.end() && place->currency == currency) return *place;
  CurrencySums sums;
  sums.currency = currency;
  return *sums_.insert(place, sums);
}

}  // namespace florin
