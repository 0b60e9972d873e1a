// The queues of a link: bounds, order, shares, and that bulk never holds up consensus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "cluster/links/backoff.hpp"
#include "cluster/links/send_queue.hpp"

namespace florin::links {
namespace {

constexpr std::size_t kib = 1024;
constexpr PerChannel<ChannelCaps> caps{ChannelCaps{64 * 1024 * kib, 100'000, 32 * 1024 * kib},
                                       ChannelCaps{64 * 1024 * kib, 100'000, 32 * 1024 * kib},
                                       ChannelCaps{64 * 1024 * kib, 100'000, 32 * 1024 * kib}};

// Reads back what a queue wrote.
struct Peer {
  std::size_t take(SendQueue& queue) {
    std::string out;
    queue.fill(out, next);
    const FrameReader::Sink sink = [this](Frame frame) {
      frames.push_back(std::move(frame));
      return true;
    };
    EXPECT_FALSE(reader.feed(out, sink));
    return out.size();
  }
  Peer() { reader.allow_data(); }
  FrameReader reader{{1U << 30, 1U << 30, 1U << 30}};
  std::uint64_t next = 1;
  std::vector<Frame> frames;
};

TEST(LinkSendQueue, SmallFramesOfAChannelGoIntoOneBatchInOrder) {
  SendQueue queue(caps);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(queue.push(Channel::messages, std::to_string(i)));
  Peer peer;
  peer.take(queue);
  ASSERT_EQ(peer.frames.size(), 1000U);
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(peer.frames[static_cast<std::size_t>(i)].bytes, std::to_string(i));
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.sent(Channel::messages), (ChannelLoad{2890, 1000}));
}

TEST(LinkSendQueue, BatchIsNeverLongerThanItsLimit) {
  SendQueue queue(caps);
  queue.push(Channel::bulk, std::string(3 * 1024 * kib, 'b'));
  queue.push(Channel::messages, std::string(700 * kib, 'm'));
  queue.push(Channel::consensus, std::string(900 * kib, 'c'));
  Peer peer;
  while (!queue.empty()) ASSERT_LE(peer.take(queue), piece_bytes_max);
  ASSERT_EQ(peer.frames.size(), 3U);
  EXPECT_EQ(peer.frames[0].bytes, std::string(900 * kib, 'c'));
  EXPECT_EQ(peer.frames[1].bytes, std::string(700 * kib, 'm'));
  EXPECT_EQ(peer.frames[2].bytes, std::string(3 * 1024 * kib, 'b'));
}

TEST(LinkSendQueue, ConsensusOvertakesBulkThatIsAlreadyBeingSent) {
  SendQueue queue(caps);
  for (int i = 0; i < 4; ++i) queue.push(Channel::bulk, std::string(8 * 1024 * kib, 'b'));
  Peer peer;
  peer.take(queue);
  queue.push(Channel::consensus, "heartbeat");
  peer.take(queue);
  ASSERT_EQ(peer.frames.size(), 1U)
      << "the heartbeat is complete within the next batch, the chunk is not";
  EXPECT_EQ(peer.frames[0].bytes, "heartbeat");
}

TEST(LinkSendQueue, BulkIsNotStarvedByAFloodOfConsensus) {
  SendQueue queue(caps);
  queue.push(Channel::bulk, std::string(100 * kib, 'b'));
  for (int i = 0; i < 40; ++i) queue.push(Channel::consensus, std::string(256 * kib, 'c'));
  Peer peer;
  for (int batch = 0; batch < 8; ++batch) peer.take(queue);
  const auto is_bulk = [](const Frame& frame) { return frame.channel == Channel::bulk; };
  EXPECT_EQ(std::ranges::count_if(peer.frames, is_bulk), 1);
  EXPECT_FALSE(queue.empty());
}

TEST(LinkSendQueue, FullQueueRefusesByBytesAndByCount) {
  SendQueue queue({ChannelCaps{10, 100, 10}, ChannelCaps{1000, 2, 10}, ChannelCaps{100, 100, 10}});
  EXPECT_TRUE(queue.push(Channel::consensus, "123456"));
  EXPECT_FALSE(queue.push(Channel::consensus, "12345"));
  EXPECT_TRUE(queue.push(Channel::consensus, "1234"));
  EXPECT_TRUE(queue.push(Channel::messages, "a"));
  EXPECT_TRUE(queue.push(Channel::messages, "b"));
  EXPECT_FALSE(queue.push(Channel::messages, "c"));
  EXPECT_FALSE(queue.push(Channel::bulk, "12345678901")) << "longer than a frame may be";
  EXPECT_EQ(queue.load(Channel::consensus), (ChannelLoad{10, 2}));
}

TEST(LinkSendQueue, TellsOnceThatThereIsRoomAgain) {
  SendQueue queue({ChannelCaps{100, 2, 100}, ChannelCaps{100, 2, 100}, ChannelCaps{100, 2, 100}});
  queue.push(Channel::bulk, "a");
  queue.push(Channel::bulk, "b");
  EXPECT_EQ(queue.take_room(), std::nullopt);
  EXPECT_FALSE(queue.push(Channel::bulk, "c"));
  EXPECT_EQ(queue.take_room(), std::nullopt) << "still full";
  Peer peer;
  peer.take(queue);
  EXPECT_EQ(queue.take_room(), Channel::bulk);
  EXPECT_EQ(queue.take_room(), std::nullopt);
}

TEST(LinkSendQueue, ClearCountsWhatIsLostAndForgetsHalfSentFrames) {
  SendQueue queue(caps);
  queue.push(Channel::bulk, std::string(1024 * kib, 'b'));
  queue.push(Channel::messages, "m");
  Peer first;
  first.take(queue);
  const auto lost = queue.clear();
  EXPECT_THAT(lost, testing::ElementsAre(0, 0, 1))
      << "the small frame went out with the first batch";
  EXPECT_TRUE(queue.empty());
  queue.push(Channel::bulk, "new");
  Peer second;
  second.take(queue);
  ASSERT_EQ(second.frames.size(), 1U);
  EXPECT_EQ(second.frames[0].bytes, "new");
}

TEST(LinkBackoff, DoublesToItsLimitWithJitterOfHalfAndStartsAgain) {
  using std::chrono::milliseconds;
  Backoff backoff(milliseconds(50), milliseconds(2000));
  for (const int step : {50, 100, 200, 400, 800, 1600, 2000, 2000}) {
    Backoff least = backoff, most = backoff;
    EXPECT_EQ(least.next(0), milliseconds(step / 2));
    EXPECT_EQ(most.next(static_cast<std::uint64_t>(step - step / 2)), milliseconds(step));
    const auto any = backoff.next(0x9e3779b97f4a7c15ULL);
    EXPECT_GE(any, milliseconds(step / 2));
    EXPECT_LE(any, milliseconds(step));
  }
  backoff.reset();
  EXPECT_LE(backoff.next(7), milliseconds(50));
}

}  // namespace
}  // namespace florin::links
