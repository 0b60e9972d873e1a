// florin cluster compare: heads of replicas side by side.
#include "apps/florin/cluster_compare.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace florin::cli {
namespace {

using testing::HasSubstr;

NodeAnswer answer(int node, const std::string& partitions) {
  return {
      "http://n" + std::to_string(node),
      R"({"cluster":"c","node":)" + std::to_string(node) + R"(,"partitions":[)" + partitions + "]}",
      {}};
}
std::string replica(int commit, const std::string& heads, const std::string& more = "") {
  return R"({"partition":0,"commit":)" + std::to_string(commit) + more + R"(,"heads":[)" + heads +
         "]}";
}
std::string head(int index, const std::string& hash) {
  return R"({"index":)" + std::to_string(index) + R"(,"hash":")" + hash + R"("})";
}

TEST(ClusterCompare, TakesTheHighestEntryThatAllKnow) {
  const auto seen =
      ClusterCompare::read({answer(1, replica(9, head(7, "aa") + "," + head(9, "cc"))),
                            answer(2, replica(8, head(7, "aa") + "," + head(8, "bb")))});
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->that_differ(), 0U);
  EXPECT_EQ(seen->not_comparable(), 0U);
  EXPECT_THAT(seen->json(), HasSubstr(R"("index":7,"differs":false)"));
  EXPECT_THAT(seen->text(), HasSubstr("0 differ"));
}

TEST(ClusterCompare, ShowsWhoDiffers) {
  const auto seen = ClusterCompare::read({answer(1, replica(9, head(9, "aa"))),
                                          answer(2, replica(9, head(9, "ab"))),
                                          answer(3, replica(9, head(9, "aa")))});
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->that_differ(), 1U);
  EXPECT_THAT(seen->text(), HasSubstr("DIFFERS"));
}

TEST(ClusterCompare, BelievesANodeThatSaysItHasStopped) {
  const auto seen = ClusterCompare::read(
      {answer(1, replica(9, head(9, "aa"), R"(,"serves":false,"differs_from":[2,3])"))});
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->that_differ(), 1U);
  EXPECT_THAT(seen->text(), HasSubstr("DIFFERS from node 2 3, serves nothing"));
}

TEST(ClusterCompare, SaysWhatCannotBeComparedAndWhoIsSilent) {
  const auto seen = ClusterCompare::read({answer(1, replica(9, head(9, "aa"))),
                                          answer(2, replica(2, head(2, "bb"))),
                                          NodeAnswer{"http://n3", {}, "refused"}});
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->that_differ(), 0U);
  EXPECT_EQ(seen->not_comparable(), 1U);
  EXPECT_THAT(seen->text(), HasSubstr("no answer from http://n3"));
}

TEST(ClusterCompare, EmptyPartitionsAreAlike) {
  const auto seen = ClusterCompare::read({answer(1, replica(0, "")), answer(2, replica(0, ""))});
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->not_comparable(), 0U);
}

TEST(ClusterCompare, RefusesStrangers) {
  EXPECT_FALSE(ClusterCompare::read({{"http://x", R"({"status":"ok"})", {}}}).has_value());
  EXPECT_FALSE(ClusterCompare::read(
                   {answer(1, ""), {"http://x", R"({"cluster":"d","node":1,"partitions":[]})", {}}})
                   .has_value());
}

}  // namespace
}  // namespace florin::cli
