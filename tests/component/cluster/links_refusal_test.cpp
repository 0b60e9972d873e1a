// Links refuse whoever breaks the rules, say why to both sides, and count it.
#include <gmock/gmock.h>

#include "tests/component/cluster/links_kit.hpp"

namespace florin::links {
namespace {

using namespace testing_kit;
using testing::HasSubstr;

std::uint64_t count_of(const Node& node, Refusal why) {
  return node.links->status().refusals[static_cast<std::size_t>(why)];
}

// Node 1, without TLS, knows node 2, whose address leads nowhere.
struct OneNode {
  explicit OneNode(PeerLinksOptions options = options_of(1)) : node(std::move(options)) {
    node.knows(2, 1);
  }
  Node node;
  [[nodiscard]] std::uint16_t port() const { return node.links->port(); }
};

TEST(PeerLinksRefuse, ForeignProtocol) {
  OneNode one;
  HandMadePeer peer(one.port());
  ASSERT_TRUE(peer.read().has_value());
  peer.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(peer.read_refusal(), Refusal::garbage);
  EXPECT_TRUE(peer.is_closed_by_peer());
  EXPECT_THAT(one.node.recorder.wait_refused(Refusal::garbage), HasSubstr("does not speak"));
  EXPECT_EQ(count_of(one.node, Refusal::garbage), 1U);
}

TEST(PeerLinksRefuse, HellosThatDoNotFit) {
  struct Case {
    Refusal why;
    void (*spoil)(Hello&);
  };
  const Case cases[] = {
      {Refusal::wrong_version, [](Hello& h) { h.version = 9; }},
      {Refusal::wrong_cluster, [](Hello& h) { h.cluster = "other"; }},
      {Refusal::wrong_partitions, [](Hello& h) { h.partitions = 8; }},
      {Refusal::unknown_node, [](Hello& h) { h.from = 7; }},
      {Refusal::wrong_node, [](Hello& h) { h.to = 3; }},
      {Refusal::replayed, [](Hello& h) { ++h.echo; }},
  };
  OneNode one;
  for (const Case& c : cases) {
    HandMadePeer peer(one.port());
    Hello hello = peer.answer_to_hello();
    c.spoil(hello);
    peer.write(FrameKind::hello, encode(hello));
    EXPECT_EQ(peer.read_refusal(), c.why) << to_string(c.why);
    EXPECT_NE(one.node.recorder.wait_refused(c.why), "") << to_string(c.why);
    EXPECT_EQ(count_of(one.node, c.why), 1U) << to_string(c.why);
  }
  EXPECT_FALSE(one.node.links->status().peers[0].incoming_up);
}

TEST(PeerLinksRefuse, ANodeThatCannotReadWhatTheClusterWrites) {
  OneNode one;
  HandMadePeer before(one.port());
  ASSERT_TRUE(before.join_as(2)) << "of the version before, which reads level 0";
  one.node.links->need(1);
  EXPECT_EQ(before.read_refusal(), Refusal::wrong_version) << "a link that was there ends";
  HandMadePeer peer(one.port());
  peer.write(FrameKind::hello, encode(peer.answer_to_hello()));
  EXPECT_EQ(peer.read_refusal(), Refusal::wrong_version);
  EXPECT_THAT(one.node.recorder.wait_refused(Refusal::wrong_version),
              HasSubstr("node 2 reads up to format level 0, and this cluster writes 1"));
  HandMadePeer newer(one.port());
  Hello hello = newer.answer_to_hello();
  hello.version = protocol_version;
  hello.reads = 1;
  hello.attempt = 9;
  newer.write(FrameKind::hello, encode(hello));
  const auto answer = newer.read();
  ASSERT_TRUE(answer && answer->kind == FrameKind::accepted);
  EXPECT_EQ(decode_accepted(answer->bytes, protocol_version),
            (Accepted{hello.nonce, format_level_own}));
}

TEST(PeerLinksRefuse, OversizedFrame) {
  auto options = options_of(1);
  options.caps[index_of(Channel::messages)].frame_bytes = 1000;
  OneNode one(std::move(options));
  HandMadePeer peer(one.port());
  ASSERT_TRUE(peer.join_as(2));
  peer.write(FrameKind::data, std::string(1000, 'x'), Channel::messages);
  peer.write(FrameKind::data, std::string(1001, 'x'), Channel::messages);
  EXPECT_EQ(peer.read_refusal(), Refusal::oversized);
  EXPECT_THAT(one.node.recorder.wait_refused(Refusal::oversized), HasSubstr("1000 bytes"));
  EXPECT_EQ(one.node.recorder.frames().size(), 1U);
}

TEST(PeerLinksRefuse, DataBeforeTheHello) {
  OneNode one;
  HandMadePeer peer(one.port());
  peer.write(FrameKind::data, "vote for me");
  ASSERT_TRUE(peer.read().has_value());
  EXPECT_EQ(peer.read_refusal(), Refusal::garbage);
  EXPECT_TRUE(one.node.recorder.frames().empty());
}

TEST(PeerLinksRefuse, ReplayedFrame) {
  OneNode one;
  HandMadePeer peer(one.port());
  ASSERT_TRUE(peer.join_as(2));
  const std::string frame = HandMadePeer::frame(FrameKind::data, "pay once", peer.next_sequence);
  peer.write(frame);
  peer.write(frame);
  EXPECT_EQ(peer.read_refusal(), Refusal::replayed);
  EXPECT_NE(one.node.recorder.wait_refused(Refusal::replayed), "");
  EXPECT_EQ(one.node.recorder.frames().size(), 1U);
}

TEST(PeerLinksRefuse, RecordedConversation) {
  OneNode one;
  HandMadePeer peer(one.port());
  ASSERT_TRUE(peer.join_as(2));
  peer.write(FrameKind::data, "pay once");
  ASSERT_TRUE(one.node.recorder.wait_frames(1));
  HandMadePeer parrot(one.port());
  ASSERT_TRUE(parrot.read().has_value());
  parrot.write(peer.sent);
  EXPECT_EQ(parrot.read_refusal(), Refusal::replayed);
  EXPECT_EQ(one.node.recorder.frames().size(), 1U);
}

TEST(PeerLinksRefuse, OlderConnectionOfTheSameProcessAndLetANewerOneReplaceIt) {
  OneNode one;
  HandMadePeer fifth(one.port());
  ASSERT_TRUE(fifth.join_as(2, 5));
  HandMadePeer fourth(one.port());
  ASSERT_FALSE(fourth.join_as(2, 4));
  EXPECT_NE(one.node.recorder.wait_refused(Refusal::older_connection), "");
  HandMadePeer sixth(one.port());
  ASSERT_TRUE(sixth.join_as(2, 6));
  EXPECT_EQ(fifth.read_refusal(), Refusal::replaced);
  sixth.write(FrameKind::data, "alive");
  ASSERT_TRUE(one.node.recorder.wait_frames(1));
  EXPECT_TRUE(one.node.links->status().peers[0].incoming_up);
}

TEST(PeerLinksRefuse, PeerThatNeverSaysHello) {
  auto options = options_of(1);
  options.times.handshake_timeout = 50ms;
  OneNode one(std::move(options));
  HandMadePeer peer(one.port());
  EXPECT_NE(one.node.recorder.wait_refused(Refusal::handshake_timeout), "");
  ASSERT_TRUE(peer.read().has_value());  // its hello
  EXPECT_TRUE(peer.is_closed_by_peer());
}

TEST(PeerLinksRefuse, HalfOpenPeer) {
  auto options = options_of(1);
  options.times.keep_alive_after = 20ms;
  options.times.silent_after = 300ms;
  OneNode one(std::move(options));
  HandMadePeer peer(one.port());
  ASSERT_TRUE(peer.join_as(2));
  ASSERT_TRUE(one.node.recorder.wait_link(2, Direction::incoming, true));
  EXPECT_THAT(one.node.recorder.wait_refused(Refusal::silent), HasSubstr("no byte for 300 ms"));
  ASSERT_TRUE(one.node.recorder.wait_link(2, Direction::incoming, false));
}

TEST(PeerLinksRefuse, DialledPortWhereNobodySpeaks) {
  int socket = -1;
  const auto port = listening_socket(socket);
  auto options = options_of(1);
  options.times.handshake_timeout = 50ms;
  options.peers = {{2, "127.0.0.1", port}};
  Node one(std::move(options));
  EXPECT_NE(one.recorder.wait_refused(Refusal::handshake_timeout), "");
  ::close(socket);
}

TEST(PeerLinksRefuse, AnotherNodeAtTheAddressOfAPeer) {
  Certificates certificates;
  Node one(1, certificates.of(1)), three(3, certificates.of(3));
  three.knows(1, one.links->port());
  one.knows(2, three.links->port());
  EXPECT_THAT(one.recorder.wait_refused(Refusal::wrong_node),
              HasSubstr("node 3 answers at the address of node 2"));
}

TEST(PeerLinksRefuse, MoreConnectionsThanAllowed) {
  auto options = options_of(1);
  options.accepted_max = 2;
  OneNode one(std::move(options));
  HandMadePeer first(one.port()), second(one.port());
  ASSERT_TRUE(first.read() && second.read());
  HandMadePeer third(one.port());
  EXPECT_TRUE(third.is_closed_by_peer());
  EXPECT_NE(one.node.recorder.wait_refused(Refusal::too_many), "");
}

TEST(PeerLinksRefuse, CertificateOfAnotherAuthority) {
  Certificates ours, theirs;
  Node one(1, ours.of(1)), two(2, theirs.of(2));
  two.knows(1, one.links->port());
  EXPECT_THAT(two.recorder.wait_refused(Refusal::tls), HasSubstr("TLS handshake"));
  HandMadePeer peer(one.links->port());
  peer.start_tls(theirs.of(2));
  EXPECT_FALSE(peer.read().has_value());
  EXPECT_THAT(one.recorder.wait_refused(Refusal::tls), HasSubstr("TLS handshake"));
}

TEST(PeerLinksRefuse, PeerWithoutCertificate) {
  Certificates certificates;
  Node one(1, certificates.of(1));
  HandMadePeer peer(one.links->port());
  peer.start_tls(std::nullopt);
  EXPECT_FALSE(peer.read().has_value());
  EXPECT_THAT(one.recorder.wait_refused(Refusal::tls), HasSubstr("certificate"));
}

TEST(PeerLinksRefuse, PlainTextAndOlderTls) {
  Certificates certificates;
  Node one(1, certificates.of(1));
  HandMadePeer old(one.links->port());
  EXPECT_FALSE(old.start_tls(certificates.of(2), TLS1_2_VERSION));
  EXPECT_THAT(one.recorder.wait_refused(Refusal::tls), HasSubstr("TLS handshake"));
  auto options = options_of(2);
  options.times.handshake_timeout = 50ms;
  Node plain(std::move(options));
  plain.knows(1, one.links->port());
  EXPECT_NE(plain.recorder.wait_refused(Refusal::handshake_timeout), "")
      << "a plain node waits for a hello that never comes";
}

TEST(PeerLinksRefuse, NodeThatShowsTheCertificateOfAnother) {
  Certificates certificates;
  Node one(1, certificates.of(1));
  one.knows(2, 1);
  HandMadePeer peer(one.links->port());
  ASSERT_TRUE(peer.start_tls(certificates.of(3)));
  peer.write(FrameKind::hello, encode(peer.answer_to_hello(2)));
  EXPECT_EQ(peer.read_refusal(), Refusal::wrong_certificate);
  EXPECT_THAT(
      one.recorder.wait_refused(Refusal::wrong_certificate),
      HasSubstr("says it is florin://shop/node/2, its certificate says florin://shop/node/3"));
}

TEST(PeerLinksRefuse, CertificateThatNamesNoNode) {
  Certificates certificates;
  Node one(1, certificates.of(1));
  Tls authority = certificates.of(1);
  authority.cert_file = authority.ca_file;
  authority.key_file = authority.ca_file.substr(0, authority.ca_file.size() - 3) + "key";
  HandMadePeer peer(one.links->port());
  peer.start_tls(authority);
  EXPECT_FALSE(peer.read().has_value());
  EXPECT_TRUE(one.recorder.wait([&] { return !one.recorder.refused_.empty(); }));
}

std::string start_error(const PeerLinksOptions& options) {
  Recorder recorder;
  const auto made = PeerLinks::make(options, recorder);
  return made ? "" : made.error().context;
}

TEST(PeerLinksStart, WithoutCertificatesOnlyInsecureAndOnlyOnLoopback) {
  auto silent = options_of(1), wide = options_of(1), peer = options_of(1);
  silent.insecure = false;
  wide.listen = "0.0.0.0:0";
  peer.peers = {{2, "10.0.0.7", 7000}};
  EXPECT_THAT(start_error(silent), HasSubstr("florin cert ca"));
  EXPECT_THAT(start_error(wide), HasSubstr("only allowed on loopback"));
  EXPECT_THAT(start_error(peer), HasSubstr("cluster node 2 at 10.0.0.7"));
}

TEST(PeerLinksStart, NamesWhatIsWrong) {
  Certificates certificates;
  auto address = options_of(1), cluster = options_of(1), self = options_of(1), own = options_of(1);
  address.listen = "nowhere";
  cluster.cluster = "two words";
  self.self = 0;
  own.peers = {{1, "127.0.0.1", 7000}};
  EXPECT_THAT(start_error(address), HasSubstr("\"nowhere\""));
  EXPECT_THAT(start_error(cluster), HasSubstr("two words"));
  EXPECT_THAT(start_error(self), HasSubstr("1..65535"));
  EXPECT_THAT(start_error(own), HasSubstr("not our own"));
  EXPECT_THAT(start_error(options_of(2, certificates.of(1))),
              HasSubstr("florin cert node --node 2"));
  auto missing = options_of(1, certificates.of(1));
  missing.tls->key_file += ".gone";
  EXPECT_THAT(start_error(missing), HasSubstr("node-1.key.gone"));
  Node busy(1);
  auto taken = options_of(2);
  taken.listen = "127.0.0.1:" + std::to_string(busy.links->port());
  EXPECT_THAT(start_error(taken), HasSubstr("in use"));
}

}  // namespace
}  // namespace florin::links
