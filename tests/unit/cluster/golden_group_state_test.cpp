// What a replica must remember, byte for byte, of every format that was ever written: tests/golden/state/
// group_state_<format>.hex. A vote that a newer program reads as another one is given twice.
#include "cluster/replication/group_state.hpp"
#include "tests/support/golden.hpp"

namespace florin {
namespace {

// What both files say. The first format knows neither ids of the past nor that a replica is gone.
GroupState golden_group_state(bool is_first_format) {
  GroupState state;
  state.replica = 0x1'0000'0002;
  state.incarnation = 7;
  state.hard.term = 11;
  state.hard.vote = 3;
  state.hard.commit = 500;
  state.applied = 498;
  state.snapshot.index = 400;
  state.snapshot.term = 9;
  state.snapshot.conf.voters = {1, 2, 0x1'0000'0003};
  state.snapshot.conf.learners = {4};
  if (is_first_format) return state;
  state.retired = {5, 0x1'0000'0006};
  state.is_gone = true;
  return state;
}

TEST(GoldenGroupState, TheFirstFormatIsStillRead) {
  const auto state = decode_group_state(test::golden_bytes("state/group_state_1.hex"));
  ASSERT_TRUE(state) << state.error().context;
  EXPECT_EQ(*state, golden_group_state(true));
  EXPECT_FALSE(state->is_gone) << "or its votes are forgotten";
}

TEST(GoldenGroupState, TheSecondFormatIsStillRead) {
  const auto state = decode_group_state(test::golden_bytes("state/group_state_2.hex"));
  ASSERT_TRUE(state) << state.error().context;
  EXPECT_EQ(*state, golden_group_state(false));
}

TEST(GoldenGroupState, WhatIsWrittenTodayHasAFileOfItsFormat) {
  const std::string bytes = encode_group_state(golden_group_state(false));
  const std::string name =
      "state/group_state_" + std::to_string(static_cast<unsigned char>(bytes[0])) + ".hex";
  EXPECT_EQ(test::to_hex(test::golden_bytes(name, bytes)), test::to_hex(bytes)) << name;
}

}  // namespace
}  // namespace florin
