// Who is over is remembered until the store has forgotten it.
#include "actors/entity/gone_keys.hpp"

#include <gtest/gtest.h>

#include <string>

namespace florin {
namespace {

TEST(GoneKeys, AreRememberedUntilACheckpointHasTakenThemAway) {
  GoneKeys<std::string> gone;
  gone.add("a", 3);
  gone.add("b", 5);
  gone.written(2);
  EXPECT_TRUE(gone.contains("a"));
  gone.written(3);
  EXPECT_FALSE(gone.contains("a"));
  EXPECT_TRUE(gone.contains("b"));
  gone.written(9);
  EXPECT_EQ(gone.size(), 0U);
}

TEST(GoneKeys, WhoWentTwiceIsRememberedUntilTheSecondTimeIsStored) {
  GoneKeys<std::string> gone;
  gone.add("a", 3);
  gone.add("a", 7);
  gone.written(3);
  EXPECT_TRUE(gone.contains("a"));
  gone.written(7);
  EXPECT_FALSE(gone.contains("a"));
}

}  // namespace
}  // namespace florin
