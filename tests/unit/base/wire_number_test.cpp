// Wire numbers: by number and level, wherever an alternative stands in its variant.
#include "base/wire_number.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <variant>

#include "domain/events.hpp"

namespace florin {
namespace {

struct Old {
  static constexpr WireNumber wire{3};
};
struct New {
  static constexpr WireNumber wire{1, 1};
};
struct Pointed {
  static constexpr WireNumber wire{7};
};
using Some = std::variant<New, Old, std::unique_ptr<Pointed>>;

TEST(WireNumber, IsOfTheTypeAndNotOfItsPlace) {
  EXPECT_EQ(wire::number_of_value(Some(Old{})), 3);
  EXPECT_EQ(wire::number_of_value(Some(New{})), 1);
  EXPECT_EQ(wire::number_of_value(Some(std::make_unique<Pointed>())), 7);
  EXPECT_EQ(wire::place_of<Some>(3), 1U);
  EXPECT_EQ(wire::place_of<Some>(7), 2U);
}

TEST(WireNumber, IsUnknownWhereNothingHasIt) {
  for (const std::uint64_t number : {0ULL, 2ULL, 4ULL, 8ULL, 255ULL, 256ULL, 259ULL, ~0ULL})
    EXPECT_EQ(wire::place_of<Some>(number), wire::no_place) << number;
}

TEST(WireNumber, AboveTheLevelOfTheReaderIsUnknown) {
  EXPECT_EQ(wire::place_of<Some>(1, 1), 0U);
  EXPECT_EQ(wire::place_of<Some>(1, 0), wire::no_place);
  EXPECT_EQ(wire::place_of<Some>(3, 0), 1U);
  EXPECT_EQ(wire::level_of_value(Some(New{})), 1);
}

// A program that is held to the level before refuses what came since, in the words for what it has never heard of.
TEST(WireNumber, OfAnEventOfTheNewestLevelIsUnknownToTheVersionBefore) {
  EXPECT_EQ(wire::place_of<Event>(FormatLevelRaised::wire.number, 0), wire::no_place);
  EXPECT_NE(wire::place_of<Event>(FormatLevelRaised::wire.number), wire::no_place);
}

TEST(FormatLevels, OfAProcessOnlyRise) {
  FormatLevels levels(2);
  EXPECT_EQ(levels.written(), 0);
  levels.raise(2);
  levels.raise(1);
  EXPECT_EQ(levels.written(), 2);
  EXPECT_EQ(levels.reads(), 2);
}

}  // namespace
}  // namespace florin
