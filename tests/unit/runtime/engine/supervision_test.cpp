// The table of what a supervisor does, as ADR-0001 has it.
#include "runtime/engine/control/supervision.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

constexpr EndVerdict node_ends{AfterEnd::end_node, ExitCode::journal_failed};
constexpr EndVerdict is_made_again{AfterEnd::restart, ExitCode::clean};

TEST(Supervision, WhoTouchedTheJournalTakesTheNodeWithIt) {
  EXPECT_EQ(verdict_on_end(NodePart::partition), node_ends);
  EXPECT_EQ(verdict_on_end(NodePart::journal), node_ends);
  EXPECT_EQ(verdict_on_end(NodePart::consensus), node_ends);
}

TEST(Supervision, WhoHasNoStateAndTouchedNothingIsMadeAgain) {
  EXPECT_EQ(verdict_on_end(NodePart::checkpoints), is_made_again);
  EXPECT_EQ(verdict_on_end(NodePart::links), is_made_again);
  EXPECT_EQ(verdict_on_end(NodePart::outside), is_made_again);
}

TEST(Supervision, WithoutASupervisorTheNodeEnds) {
  EXPECT_EQ(verdict_on_end(NodePart::supervisor), node_ends);
}

TEST(Supervision, ANodeIsNotReadyWithoutItsLogOrItsPeers) {
  EXPECT_EQ(verdict_on_silence(NodePart::journal), WhileSilent::not_ready);
  EXPECT_EQ(verdict_on_silence(NodePart::consensus), WhileSilent::not_ready);
  EXPECT_EQ(verdict_on_silence(NodePart::links), WhileSilent::not_ready);
}

TEST(Supervision, ANodeGoesOnWithoutOnePartitionOrNewCheckpoints) {
  EXPECT_EQ(verdict_on_silence(NodePart::partition), WhileSilent::only_said);
  EXPECT_EQ(verdict_on_silence(NodePart::checkpoints), WhileSilent::only_said);
  EXPECT_EQ(verdict_on_silence(NodePart::supervisor), WhileSilent::only_said);
  EXPECT_EQ(verdict_on_silence(NodePart::outside), WhileSilent::only_said);
}

}  // namespace
}  // namespace florin
