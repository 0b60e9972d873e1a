// The filter of ids: never a wrong no, and a wrong yes as seldom as its size promises.
#include "actors/transfer/record_filter.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

// SplitMix64: hashes without a pattern.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9U;
  value = (value ^ value >> 27) * 0x94D049BB133111EBU;
  return value ^ value >> 31;
}

class RecordFilterTest : public testing::TestWithParam<unsigned> {};

TEST_P(RecordFilterTest, NeverForgetsAndSeldomErrsWhenFull) {
  RecordFilter filter(GetParam());
  ASSERT_EQ(filter.bits(), std::uint64_t{1} << GetParam());
  const std::uint64_t ids = filter.bits() / RecordFilter::bits_per_id;
  for (std::uint64_t id = 0; id < ids; ++id) filter.add(mixed(id));
  for (std::uint64_t id = 0; id < ids; ++id) ASSERT_TRUE(filter.may_contain(mixed(id))) << id;
  constexpr std::uint64_t strangers = 100'000;
  std::uint64_t wrong = 0;
  for (std::uint64_t id = 0; id < strangers; ++id)
    wrong += filter.may_contain(mixed(ids + id)) ? 1 : 0;
  if (GetParam() >= 16)
    EXPECT_LT(wrong, strangers / 50);
  else
    EXPECT_LT(wrong, strangers / 4) << "a small one is there for its false positives";
}

INSTANTIATE_TEST_SUITE_P(Sizes, RecordFilterTest, testing::Values(6U, 8U, 9U, 10U, 16U, 20U, 24U));

}  // namespace
}  // namespace florin
