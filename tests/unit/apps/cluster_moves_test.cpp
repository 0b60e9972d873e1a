// Waiting for moves: what counts as done, and what is shown on the way.
#include "apps/florin/cluster_moves.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace florin::cli {
namespace {

using Shown = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

std::string answer(std::uint64_t version, std::uint64_t to_go, bool settled,
                   const std::string& state = "active") {
  return "{\"map_version\":" + std::to_string(version) +
         ",\"moves_to_go\":" + std::to_string(to_go) +
         ",\"partitions\":[{\"wanted\":[1],\"settled\":true},{\"wanted\":[2],\"settled\":" +
         (settled ? "true" : "false") + "}],\"nodes\":[{\"node\":3,\"state\":\"" + state + "\"}]}";
}

struct Waiting {
  std::vector<Result<std::string, Error>> answers;
  std::size_t looks = 0;
  Shown shown;
  MovesWait wait;

  explicit Waiting(std::vector<Result<std::string, Error>> given) : answers(std::move(given)) {
    wait.look = [this] { return answers.at(looks++); };
    wait.pause = [] {};
    wait.show = [this](std::uint64_t done, std::uint64_t all) { shown.emplace_back(done, all); };
  }
};

Result<std::string, Error> silence() { return Err{Error{Errc::unavailable, "no answer"}}; }

TEST(ClusterMoves, AreWaitedForUntilNoneIsLeft) {
  Waiting w({answer(5, 4, true), answer(6, 3, false), answer(9, 0, false), answer(10, 0, true)});
  EXPECT_TRUE(wait_for_moves(w.wait));
  EXPECT_EQ(w.looks, 4u);
  EXPECT_EQ(w.shown, (Shown{{0, 4}, {1, 4}, {3, 4}}));
}

TEST(ClusterMoves, ANodeThatDoesNotKnowTheCommandYetIsAskedAgain) {
  Waiting w({answer(5, 0, true), answer(7, 0, true)});
  w.wait.map_version = 6;
  EXPECT_TRUE(wait_for_moves(w.wait));
  EXPECT_EQ(w.looks, 2u);
}

TEST(ClusterMoves, ALeavingNodeIsWaitedFor) {
  Waiting w({answer(5, 0, true, "leaving"), answer(6, 0, true, "removed")});
  w.wait.leaving = 3;
  EXPECT_TRUE(wait_for_moves(w.wait));
  EXPECT_EQ(w.looks, 2u);
}

TEST(ClusterMoves, ANodeMayBeSilentForAWhileButNotForEver) {
  Waiting w({silence(), silence(), answer(5, 0, true)});
  EXPECT_TRUE(wait_for_moves(w.wait));
  Waiting never(std::vector<Result<std::string, Error>>(100, silence()));
  const auto waited = wait_for_moves(never.wait);
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code, Errc::unavailable);
  EXPECT_EQ(never.looks, 30u);
}

TEST(ClusterMoves, AnythingElseThanANodeOfAClusterIsAnError) {
  Waiting w({std::string("{\"code\":\"not_found\"}")});
  const auto waited = wait_for_moves(w.wait);
  ASSERT_FALSE(waited);
  EXPECT_NE(waited.error().context.find("not the answer of a node of a cluster"),
            std::string::npos);
}

TEST(ClusterMoves, AreDrawnAsABar) {
  EXPECT_EQ(moves_line("rebalance", 1, 3),
            "rebalance [##########....................] 1 of 3 moves");
  EXPECT_EQ(moves_line("r", 0, 0), "r [..............................] 0 of 0 moves");
  EXPECT_EQ(moves_line("r", 1, 1), "r [##############################] 1 of 1 move");
}

TEST(ClusterMoves, AnAnswerSaysFromWhichMapOn) {
  EXPECT_EQ(map_version_in(R"({"map_version":17})"), 17u);
  EXPECT_EQ(map_version_in("{}"), 0u);
  EXPECT_EQ(map_version_in("<html>"), 0u);
}

}  // namespace
}  // namespace florin::cli
