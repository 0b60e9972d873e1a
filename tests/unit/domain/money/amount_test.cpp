// Amount text: the grammar of the API, never rounded, and the order in which a bad text is judged.
#include "domain/money/amount.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace florin {
namespace {

constexpr Minor minor_max = std::numeric_limits<Minor>::max();
constexpr Minor minor_min = std::numeric_limits<Minor>::min();

void expect_amount(std::string_view text, int decimals, Minor expected) {
  const auto parsed = parse_amount(text, decimals);
  ASSERT_TRUE(parsed.has_value()) << text;
  EXPECT_EQ(*parsed, expected) << text;
}

void expect_refused(std::string_view text, int decimals, AmountError expected) {
  const auto parsed = parse_amount(text, decimals);
  ASSERT_FALSE(parsed.has_value()) << text;
  EXPECT_EQ(parsed.error(), expected) << text;
}

TEST(Amount, ReadsMajorUnitsWithTheDecimalsOfTheCurrency) {
  expect_amount("12.34", 2, 1'234);
  expect_amount("500", 0, 500);
  expect_amount("1.234", 3, 1'234);
  expect_amount("0", 2, 0);
  expect_amount("0.00", 2, 0);
  expect_amount("0.01", 2, 1);
}

TEST(Amount, FillsMissingDecimalsWithZeros) {
  expect_amount("12", 2, 1'200);
  expect_amount("12.3", 2, 1'230);
  expect_amount("1.5", 4, 15'000);
}

TEST(Amount, RefusesWhatIsNotInTheGrammar) {
  for (const char* text :
       {"",     ".",    "1.",   ".5",    "-1",    "+1",   "01",       "00",  "00.1", "1e3",
        "1E3",  " 1",   "1 ",   "1,000", "1.2.3", "0x10", "1_000",    "NaN", "inf",  "--1",
        "1.-1", "1.+1", "1. 5", "1.5 ",  "\t1",   "1\n",  "\xd9\xa1", "$1",  "1'0",  "1..2"})
    expect_refused(text, 2, AmountError::malformed);
  expect_refused(std::string_view("1\0", 2), 2, AmountError::malformed);
  expect_refused(std::string_view("\0", 1), 2, AmountError::malformed);
}

TEST(Amount, NeverRoundsMoreDecimalsThanTheCurrencyHas) {
  expect_refused("1.000", 2, AmountError::too_many_decimals);
  expect_refused("1.0", 0, AmountError::too_many_decimals);
  expect_refused("0.001", 2, AmountError::too_many_decimals);
  expect_refused("1.23456", 4, AmountError::too_many_decimals);
}

TEST(Amount, HoldsEighteenDigitsInAll) {
  expect_amount("999999999999999999", 0, 999'999'999'999'999'999);
  expect_amount("9999999999999999.99", 2, 999'999'999'999'999'999);
  expect_refused("1000000000000000000", 0, AmountError::malformed);
  expect_refused("10000000000000000.00", 2, AmountError::malformed);
}

TEST(Amount, RefusesWhatLeavesSixtyFourBits) {
  expect_amount("92233720368547758", 2, 9'223'372'036'854'775'800);
  expect_refused("92233720368547759", 2, AmountError::malformed);
  expect_refused("999999999999999999", 2, AmountError::malformed);
  expect_refused("999999999999999999", 4, AmountError::malformed);
}

TEST(Amount, JudgesGrammarThenDigitsThenDecimalsThenRange) {
  expect_refused("01.2345", 2, AmountError::malformed);
  expect_refused("0.0000000000000000001", 2, AmountError::malformed);        // 20 digits
  expect_refused("0.00000000000000001", 2, AmountError::too_many_decimals);  // 18 digits
  expect_refused("99999999999999999.9", 0, AmountError::too_many_decimals);
}

TEST(Amount, IsWrittenWithExactlyTheDecimalsOfTheCurrency) {
  EXPECT_EQ(format_amount(1'234, 2), "12.34");
  EXPECT_EQ(format_amount(500, 0), "500");
  EXPECT_EQ(format_amount(0, 0), "0");
  EXPECT_EQ(format_amount(0, 2), "0.00");
  EXPECT_EQ(format_amount(5, 3), "0.005");
  EXPECT_EQ(format_amount(1'230, 2), "12.30");
}

TEST(Amount, IsWrittenWithAMinusBelowZero) {
  EXPECT_EQ(format_amount(-1, 2), "-0.01");
  EXPECT_EQ(format_amount(-1'234, 2), "-12.34");
  EXPECT_EQ(format_amount(minor_min, 2), "-92233720368547758.08");
  EXPECT_EQ(format_amount(minor_max, 0), "9223372036854775807");
}

TEST(Amount, IsWrittenBeyondSixtyFourBitsForSums) {
  EXPECT_EQ(format_amount(static_cast<WideMinor>(minor_max) * 1'000, 3), "9223372036854775807.000");
  const WideMinor widest_below = static_cast<WideMinor>(UnsignedWideMinor{1} << 127);
  EXPECT_EQ(format_amount(widest_below, 0), "-170141183460469231731687303715884105728");
}

TEST(Amount, AppendsBehindWhatIsThere) {
  std::string out = "balance=";
  append_amount(out, 105, 2);
  EXPECT_EQ(out, "balance=1.05");
}

TEST(Amount, SaysWhenASumDoesNotFit) {
  Minor out = 0;
  EXPECT_FALSE(add_overflows(minor_max - 1, 1, out));
  EXPECT_EQ(out, minor_max);
  EXPECT_TRUE(add_overflows(minor_max, 1, out));
  EXPECT_TRUE(sub_overflows(minor_min, 1, out));
  EXPECT_EQ(add_checked(2, 3), 5);
  EXPECT_EQ(sub_checked(2, 3), -1);
}

TEST(AmountDeathTest, StopsWhenASumThatWasProvenToFitDoesNot) {
  EXPECT_DEATH(add_checked(minor_max, 1), "assertion failed");
  EXPECT_DEATH(sub_checked(minor_min, 1), "assertion failed");
}

}  // namespace
}  // namespace florin
