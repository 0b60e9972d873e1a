// The numbers of what peers send each other: two nodes of one link protocol must mean the same by a frame.
#include "runtime/cluster/peer_messages.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

int number_of(PeerMessage kind) { return frame_of(kind, "body").front(); }

TEST(PeerMessages, KindsHaveTheNumbersThatOtherNodesKnowThemBy) {
  EXPECT_EQ(number_of(PeerMessage::tell), 1);
  EXPECT_EQ(number_of(PeerMessage::ask), 2);
  EXPECT_EQ(number_of(PeerMessage::replies), 3);
  EXPECT_EQ(number_of(PeerMessage::leaders), 4);
  EXPECT_EQ(number_of(PeerMessage::read), 5);
  EXPECT_EQ(number_of(PeerMessage::entry), 6);
  EXPECT_EQ(number_of(PeerMessage::command), 7);
  EXPECT_EQ(number_of(PeerMessage::outcome), 8);
}

}  // namespace
}  // namespace florin
