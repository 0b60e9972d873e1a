// Fee = min(G, (G * bp + 5000) div 10000 + fixed), PAYMENTS.md, section 4.
#include "domain/ledger/fee_plan.hpp"

#include <gtest/gtest.h>

#include <random>

namespace florin {
namespace {

TEST(FeePlans, RoundHalfUpAndAddTheFixedPart) {
  EXPECT_EQ(fee_of(10'000, {290, 30}), 320);
  EXPECT_EQ(fee_of(100, {250, 0}), 3) << "2.5 is 3";
  EXPECT_EQ(fee_of(99, {250, 0}), 2) << "2.475 is 2";
  EXPECT_EQ(fee_of(1, {5'000, 0}), 1);
  EXPECT_EQ(fee_of(1, {4'999, 0}), 0);
  EXPECT_EQ(fee_of(1'000, {0, 0}), 0);
  EXPECT_EQ(fee_of(1'000, {10'000, 0}), 1'000);
}

TEST(FeePlans, NeverTakeMoreThanCame) {
  EXPECT_EQ(fee_of(20, {290, 30}), 20);
  EXPECT_EQ(fee_of(0, {290, 30}), 0);
  EXPECT_EQ(fee_of(31, {0, 30}), 30);
}

TEST(FeePlans, AreExactOverAllOf64Bits) {
  EXPECT_EQ(fee_of(INT64_MAX, {10'000, 0}), INT64_MAX);
  EXPECT_EQ(fee_of(INT64_MAX, {10'000, INT64_MAX}), INT64_MAX);
  EXPECT_EQ(fee_of(INT64_MAX, {1, 0}), 922'337'203'685'478);
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const auto gross = static_cast<Minor>(random() >> (1 + random() % 60));
    const FeePlan plan{static_cast<std::uint32_t>(random() % 10'001),
                       static_cast<Minor>(random() % 500)};
    const Minor fee = fee_of(gross, plan);
    ASSERT_TRUE(fee >= 0 && fee <= gross);
    // By quotient and rest: no product that could overflow.
    const Minor share =
        gross / 10'000 * plan.basis_points + (gross % 10'000 * plan.basis_points + 5'000) / 10'000;
    const bool all = share > gross - plan.fixed;
    ASSERT_EQ(fee, all ? gross : share + plan.fixed) << gross << " " << plan.basis_points;
  }
}

TEST(FeePlans, HaveBounds) {
  EXPECT_TRUE(is_valid(FeePlan{10'000, INT64_MAX}));
  EXPECT_FALSE(is_valid(FeePlan{10'001, 0}));
  EXPECT_FALSE(is_valid(FeePlan{0, -1}));
}

}  // namespace
}  // namespace florin
