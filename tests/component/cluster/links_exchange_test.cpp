// Links over real sockets when all is well, and when a peer dies, reads slowly, joins or leaves.
#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "tests/component/cluster/links_kit.hpp"

namespace florin::links {
namespace {

using namespace testing_kit;
using testing::Each;
using testing::HasSubstr;

std::vector<std::string> on_channel(const std::vector<Received>& frames, Channel channel) {
  std::vector<std::string> bytes;
  for (const auto& frame : frames)
    if (frame.channel == channel) bytes.push_back(frame.bytes);
  return bytes;
}

void exchange_in_order(Node& one, Node& two) {
  constexpr std::size_t count = 500;
  std::vector<std::string> sent;
  for (std::size_t i = 0; i < count; ++i) {
    sent.push_back(std::to_string(i) + std::string(i % 97 * 41, 'x'));
    for (const Channel channel : all_channels) {
      ASSERT_TRUE(one.links->send(2, channel, sent.back()));
      ASSERT_TRUE(two.links->send(1, channel, sent.back()));
    }
  }
  ASSERT_TRUE(one.recorder.wait_frames(channel_count * count));
  ASSERT_TRUE(two.recorder.wait_frames(channel_count * count));
  for (const Channel channel : all_channels) {
    EXPECT_EQ(on_channel(one.recorder.frames(), channel), sent);
    EXPECT_EQ(on_channel(two.recorder.frames(), channel), sent);
  }
}

TEST(PeerLinks, NodesExchangeFramesOnEachChannelInOrderOverTls) {
  Certificates certificates;
  Node one(1, certificates.of(1)), two(2, certificates.of(2));
  ASSERT_NO_FATAL_FAILURE(join(one, two));
  exchange_in_order(one, two);
  const auto status = one.links->status();
  ASSERT_EQ(status.peers.size(), 1U);
  EXPECT_TRUE(status.peers[0].outgoing_up && status.peers[0].incoming_up);
  EXPECT_EQ(status.peers[0].channels[index_of(Channel::bulk)].received_frames, 500U);
  EXPECT_THAT(status.refusals, Each(0U));
}

TEST(PeerLinks, NodesExchangeFramesWithoutCertificatesOnLoopback) {
  Node one(1), two(2);
  ASSERT_NO_FATAL_FAILURE(join(one, two));
  exchange_in_order(one, two);
}

// Greets whoever it is told of, by what its owner has: nobody is told anything before that is there.
class Greeter : public Recorder {
 public:
  void on_link(NodeNumber node, const LinkChange& change) override {
    if (change.up && change.direction == Direction::outgoing)
      links->send(node, Channel::messages, "hello");
    Recorder::on_link(node, change);
  }
  std::unique_ptr<PeerLinks> links;
};

TEST(PeerLinks, WhoIsToldOfALinkMaySendAtOnce) {
  Node two(2);
  Greeter greeter;
  PeerLinksOptions options = options_of(1);
  options.peers.push_back({2, "127.0.0.1", two.links->port()});
  auto made = PeerLinks::make(std::move(options), greeter);
  ASSERT_TRUE(made.has_value());
  two.knows(1, (*made)->port());
  greeter.links = *std::move(made);
  greeter.links->begin();
  ASSERT_TRUE(two.recorder.wait_frames(1));
  EXPECT_EQ(two.recorder.frames().front().bytes, "hello");
  greeter.links->stop();
}

TEST(PeerLinks, NodesTellEachOtherWhatTheyRead) {
  auto held = options_of(2);
  held.reads = 0;  // speaks as the version before
  Node one(1), two(std::move(held));
  ASSERT_NO_FATAL_FAILURE(join(one, two));
  exchange_in_order(one, two);
  for (const Direction direction : {Direction::outgoing, Direction::incoming}) {
    EXPECT_EQ(one.recorder.reads_.at({2, direction}), 0);
    EXPECT_EQ(two.recorder.reads_.at({1, direction}), 0) << "in the words of the version before";
  }
  Node three(1), four(2);
  ASSERT_NO_FATAL_FAILURE(join(three, four));
  ASSERT_TRUE(three.recorder.wait_link(2, Direction::incoming, true));
  for (const Direction direction : {Direction::outgoing, Direction::incoming})
    EXPECT_EQ(three.recorder.reads_.at({2, direction}), format_level_own);
  // The dialler refuses, too.
  one.links->need(1);
  EXPECT_THAT(one.recorder.wait_refused(Refusal::wrong_version), HasSubstr("node 2 reads up to"));
}

TEST(PeerLinks, LargeFramesArriveWhole) {
  Certificates certificates;
  Node one(1, certificates.of(1)), two(2, certificates.of(2));
  ASSERT_NO_FATAL_FAILURE(join(one, two));
  std::string large(20 * mebibyte, '\0');
  for (std::size_t i = 0; i < large.size(); i += 4093) large[i] = static_cast<char>(i);
  ASSERT_TRUE(one.links->send(2, Channel::consensus, large));
  ASSERT_TRUE(two.recorder.wait_frames(1));
  EXPECT_TRUE(two.recorder.frames()[0].bytes == large);
}

TEST(PeerLinks, ManyThreadsMaySend) {
  Node one(1), two(2);
  ASSERT_NO_FATAL_FAILURE(join(one, two));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&one, t] {
      for (int i = 0; i < 500; ++i)
        EXPECT_TRUE(
            one.links->send(2, Channel::messages, std::to_string(t) + " " + std::to_string(i)));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(two.recorder.wait_frames(2000));
}

TEST(PeerLinks, DiallerComesBackAfterThePeerDied) {
  Certificates certificates;
  Node one(1, certificates.of(1));
  auto two = std::make_unique<Node>(2, certificates.of(2));
  const auto port = two->links->port();
  ASSERT_NO_FATAL_FAILURE(join(one, *two));
  two.reset();
  ASSERT_TRUE(one.recorder.wait_link(2, Direction::outgoing, false));
  ASSERT_TRUE(one.recorder.wait_link(2, Direction::incoming, false));
  EXPECT_FALSE(one.links->send(2, Channel::consensus, "into the void"));
  EXPECT_NE(one.recorder.wait_refused(Refusal::unreachable), "");

  auto options = options_of(2, certificates.of(2));
  options.listen = "127.0.0.1:" + std::to_string(port);
  options.peers = {{1, "127.0.0.1", one.links->port()}};
  Node again(std::move(options));
  ASSERT_TRUE(one.recorder.wait_link(2, Direction::outgoing, true));
  ASSERT_TRUE(one.links->send(2, Channel::consensus, "back"));
  ASSERT_TRUE(again.recorder.wait_frames(1));
  const auto status = one.links->status().peers[0];
  EXPECT_EQ(status.connects, 2U);
  EXPECT_GE(status.failed_dials, 1U);
  EXPECT_EQ(status.channels[index_of(Channel::consensus)].dropped_frames, 1U);
}

// The receiver stands still, so its connection fills up; then 64 MiB of bulk wait when the
// heartbeat is sent.
TEST(PeerLinks, ConsensusOvertakesBulkThatAReaderIsTooSlowFor) {
  auto first = options_of(1), second = options_of(2);
  first.times.silent_after = second.times.silent_after = 60s;
  first.caps[index_of(Channel::bulk)].queue_bytes = 80 * mebibyte;
  Node one(std::move(first)), two(std::move(second));
  ASSERT_NO_FATAL_FAILURE(join(one, two));
  two.recorder.set_gate(false);
  constexpr std::size_t chunks = 256;
  for (std::size_t i = 0; i < chunks; ++i)
    ASSERT_TRUE(one.links->send(2, Channel::bulk, std::string(mebibyte / 4, 'b')));
  ASSERT_TRUE(one.links->send(2, Channel::consensus, "heartbeat"));
  two.recorder.set_gate(true);
  ASSERT_TRUE(two.recorder.wait_frames(chunks + 1));
  const auto frames = two.recorder.frames();
  const auto is_consensus = [](const Received& frame) {
    return frame.channel == Channel::consensus;
  };
  const auto place = std::ranges::find_if(frames, is_consensus) - frames.begin();
  EXPECT_LT(place, 64) << "kernel buffers may hold some MiB, the queue must not be waited for";
}

TEST(PeerLinks, FullQueueRefusesAndTellsWhenThereIsRoom) {
  auto options = options_of(1);
  options.times.silent_after = 60s;
  options.caps[index_of(Channel::bulk)] = {mebibyte, 1000, mebibyte};
  Node one(std::move(options)), two(2);
  ASSERT_NO_FATAL_FAILURE(join(one, two));
  two.recorder.set_gate(false);
  std::size_t taken = 0;
  while (one.links->send(2, Channel::bulk, std::string(64 * 1024, 'b')) && taken < 10'000) ++taken;
  ASSERT_LT(taken, 10'000U) << "a queue of 1 MiB took 600 MiB";
  EXPECT_TRUE(one.recorder.room().empty());
  EXPECT_TRUE(one.links->send(2, Channel::messages, "other channels have room"));
  two.recorder.set_gate(true);
  EXPECT_TRUE(one.recorder.wait([&] { return one.recorder.room_ == std::vector{Channel::bulk}; }));
  EXPECT_TRUE(two.recorder.wait_frames(taken + 1));
  EXPECT_EQ(one.links->status().peers[0].channels[index_of(Channel::bulk)].dropped_frames, 1U);
}

TEST(PeerLinks, PeersJoinAndLeaveAtRunTime) {
  Node one(1), two(2);
  ASSERT_NO_FATAL_FAILURE(join(one, two));
  one.links->remove_peer(2);
  ASSERT_TRUE(one.recorder.wait_link(2, Direction::incoming, false));
  EXPECT_FALSE(one.links->send(2, Channel::messages, "gone"));
  EXPECT_THAT(two.recorder.wait_refused(Refusal::stopped), HasSubstr("has let this peer go"));
  EXPECT_THAT(two.recorder.wait_refused(Refusal::unknown_node),
              HasSubstr("not among the peers of node 1"));
  one.knows(2, two.links->port());
  ASSERT_TRUE(one.recorder.wait_link(2, Direction::outgoing, true));
  ASSERT_TRUE(two.recorder.wait_link(1, Direction::outgoing, true));
  EXPECT_TRUE(one.links->send(2, Channel::messages, "again"));
  EXPECT_TRUE(two.recorder.wait_frames(1));
  EXPECT_EQ(two.links->status().refusals[static_cast<std::size_t>(Refusal::older_connection)], 0U)
      << "who comes again does not count his dials from the beginning";
}

TEST(PeerLinks, WhoWasRemovedForEverIsToldByWhichMap) {
  Node one(1), two(2);
  ASSERT_NO_FATAL_FAILURE(join(one, two));
  one.links->remove_peer(2, 41);
  EXPECT_THAT(two.recorder.wait_refused(Refusal::removed), HasSubstr("version 41 of the map"));
}

TEST(PeerLinks, IdleLinksStayUpByKeepAlives) {
  auto first = options_of(1), second = options_of(2);
  for (auto* times : {&first.times, &second.times}) {
    times->keep_alive_after = 20ms;
    times->silent_after = 1000ms;
  }
  Node one(std::move(first)), two(std::move(second));
  ASSERT_NO_FATAL_FAILURE(join(one, two));
  // Longer than silence may last: a hand-made peer that never speaks is cut off meanwhile.
  one.knows(3, 1);
  HandMadePeer mute(one.links->port());
  ASSERT_TRUE(mute.join_as(3));
  EXPECT_NE(one.recorder.wait_refused(Refusal::silent), "");
  EXPECT_EQ(one.links->status().peers[0].connects, 1U);
  EXPECT_TRUE(one.links->status().peers[0].incoming_up);
}

TEST(PeerLinks, StopEndsAllCallbacksAndMayBeCalledTwice) {
  Node one(1), two(2);
  ASSERT_NO_FATAL_FAILURE(join(one, two));
  for (int i = 0; i < 1000; ++i)
    static_cast<void>(one.links->send(2, Channel::bulk, std::string(10'000, 'b')));
  two.links->stop();
  const auto seen = two.recorder.frames().size();
  two.links->stop();
  EXPECT_FALSE(two.links->send(7, Channel::messages, "no such peer"));
  EXPECT_FALSE(two.links->send(1, Channel::messages, "stopped"));
  EXPECT_FALSE(two.links->status().peers[0].outgoing_up);
  ASSERT_TRUE(one.recorder.wait_link(2, Direction::outgoing, false));
  EXPECT_EQ(two.recorder.frames().size(), seen);
}

}  // namespace
}  // namespace florin::links
