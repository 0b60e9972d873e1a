// Result carries exactly one of value and error, and a wrong look at it stops the program.
#include "base/error.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "base/result.hpp"

namespace florin {
namespace {

Result<int, Error> half(int value) {
  if (value % 2 != 0) return Err{Error{Errc::invalid, "odd"}};
  return value / 2;
}

Result<int, Error> quarter(int value) {
  FLORIN_TRY(first, half(value));
  return half(first);
}

Status<Error> check_even(int value) {
  FLORIN_TRY_VOID(half(value));
  return Unit{};
}

TEST(Result, CarriesTheValueOrTheReason) {
  EXPECT_EQ(half(4).value(), 2);
  EXPECT_EQ(half(3).error().code, Errc::invalid);
}

TEST(Result, LeavesEarlyWithTheFirstError) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_FALSE(quarter(6).has_value());
  EXPECT_EQ(quarter(7).error().context, "odd");
  EXPECT_TRUE(check_even(2).has_value());
  EXPECT_FALSE(check_even(1).has_value());
}

TEST(Result, CarriesWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>, Error> result = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 5);
}

TEST(ResultDeathTest, StopsWhenTheWrongSideIsTaken) {
  EXPECT_DEATH((void)half(3).value(), "assertion failed");
  EXPECT_DEATH((void)half(4).error(), "assertion failed");
}

TEST(Errc, HasAUniqueNameForEachCode) {
  std::set<std::string_view> names;
  for (const Errc code : {Errc::io, Errc::disk_full, Errc::corrupt, Errc::missing, Errc::locked,
                          Errc::mismatch, Errc::invalid, Errc::unavailable})
    names.insert(to_string(code));
  EXPECT_EQ(names.size(), 8u);
  EXPECT_FALSE(names.contains("unknown"));
}

}  // namespace
}  // namespace florin
