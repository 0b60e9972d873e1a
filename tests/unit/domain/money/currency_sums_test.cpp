// The running sums of a partition's books.
#include "domain/money/currency_sums.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace florin {
namespace {

const Currency sums_usd = *parse_currency("USD");
const Currency sums_eur = *parse_currency("EUR");

TEST(PartitionSums, AddUpToNothingWhateverIsPosted) {
  PartitionSums sums;
  sums.posted_to_clearing(sums_usd, 70);
  sums.posted_to_clearing(sums_usd, -20);
  ASSERT_EQ(sums.all().size(), 1U);
  EXPECT_EQ(sums.all()[0], (CurrencySums{sums_usd, -50, 50}));
}

TEST(PartitionSums, AreInTheOrderOfTheCurrenciesNames) {
  PartitionSums sums;
  sums.posted_to_clearing(sums_usd, 1);
  sums.posted_inside(sums_eur);
  ASSERT_EQ(sums.all().size(), 2U);
  EXPECT_EQ(sums.all()[0], (CurrencySums{sums_eur, 0, 0}));
  EXPECT_EQ(sums.all()[1].currency, sums_usd);
}

TEST(PartitionSums, AreWiderThanTheAmounts) {
  constexpr Minor largest = std::numeric_limits<Minor>::max();
  PartitionSums sums;
  sums.posted_to_clearing(sums_usd, largest);
  sums.posted_to_clearing(sums_usd, largest);
  EXPECT_EQ(sums.all()[0].clearing, 2 * WideMinor{largest});
}

TEST(PartitionSums, GoOnFromWhatWasStored) {
  PartitionSums sums({{sums_usd, -5, 5}});
  sums.posted_to_clearing(sums_usd, 1);
  EXPECT_EQ(sums.all()[0], (CurrencySums{sums_usd, -6, 6}));
}

}  // namespace
}  // namespace florin
