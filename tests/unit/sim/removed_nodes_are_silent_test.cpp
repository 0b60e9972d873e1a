// The checker of removed nodes sees one that answers when it could know that it was removed.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class RemovedNodesAreSilentTest : public DoctoredHistory {
 protected:
  RemovedNodesAreSilentTest() {
    options_.partitions = 1;
    options_.nodes = 3;
    options_.replication = 3;
    options_.meta_group = 1;
  }
  std::unique_ptr<Checker> make() override { return make_removed_nodes_are_silent(run_); }

  void node_1_is_removed() {
    EntryBuilder builder;
    builder.begin();
    builder.add(NodeRemoved{2});
    EntryHeader header;
    header.partition = 1;
    header.index = 1;
    header.previous_hash = genesis_hash;
    checker().on_committed(0, 1, 1, builder.finish(header));
  }
  void link(std::uint32_t by, bool is_let_in, SimTime at, std::uint64_t incarnation = 1) {
    checker().on_link({1, incarnation, by, is_let_in, at});
  }
  void serves(SimTime at, std::uint64_t incarnation = 1) {
    checker().on_served(1, incarnation, at);
  }
};

TEST_F(RemovedNodesAreSilentTest, IsSilentForANodeThatCannotKnowYet) {
  link(0, true, second);
  node_1_is_removed();
  serves(2 * second);
  link(0, false, 3 * second);
  serves(60 * second);
  link(2, false, 61 * second);
  serves(62 * second);
  EXPECT_EQ(checker().violation(), std::nullopt);
}

TEST_F(RemovedNodesAreSilentTest, ObjectsToAnAnswerOfOneThatNobodyHasLetInSinceItsStart) {
  link(0, true, second);
  node_1_is_removed();
  serves(2 * second, 3);
  EXPECT_NE(checker().violation(), std::nullopt);
}

TEST_F(RemovedNodesAreSilentTest, ObjectsToAnAnswerLongAfterTwoHaveToldIt) {
  link(0, true, second);
  node_1_is_removed();
  link(0, false, 2 * second);
  link(2, false, 2 * second);
  serves(3 * second);
  EXPECT_EQ(checker().violation(), std::nullopt);
  serves(20 * second);
  EXPECT_NE(checker().violation(), std::nullopt);
}

TEST_F(RemovedNodesAreSilentTest, HasNothingAgainstMembers) {
  serves(second);
  EXPECT_EQ(checker().violation(), std::nullopt);
}

}  // namespace
}  // namespace florin::sim
