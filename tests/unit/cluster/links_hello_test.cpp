// Hellos of the links: what two nodes must agree on before they talk, and identities in
// certificates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "cluster/links/frame_codec.hpp"
#include "cluster/links/hello.hpp"

namespace florin::links {
namespace {

using testing::HasSubstr;

Hello hello_of(NodeNumber from, NodeNumber to = 0) {
  Hello hello;
  hello.cluster = "shop";
  hello.partitions = 16;
  hello.from = from;
  hello.to = to;
  hello.nonce = 7;
  return hello;
}

std::optional<Refusal> why(const std::optional<Refused>& refused) {
  return refused ? std::optional(refused->why) : std::nullopt;
}

TEST(LinkHello, SurvivesEncodingAndDecoding) {
  Hello hello{protocol_version, "shop-1", 64, 3, 65535, 1ULL << 63, 42, 5, 6, 513};
  for (const std::uint16_t version : {protocol_version, protocol_version_before}) {
    hello.version = version;
    if (version == protocol_version_before) hello.reads = 0;
    const auto decoded = decode_hello(encode(hello));
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(*decoded, hello);
    EXPECT_LE(encode(hello).size(), control_bytes_max);
  }
}

// What a node of the version before sends and takes, byte for byte.
TEST(LinkHello, OfTheVersionBeforeHasTheBytesOfTheVersionBefore) {
  const Hello hello{protocol_version_before, "shop", 16, 2, 1, 3, 4, 5, 6, 7};
  const std::string bytes = encode(hello);
  EXPECT_EQ(bytes, std::string("FLORINLK\x04\0\x10\0\0\0\x02\0\x01\0"
                               "\x03\0\0\0\0\0\0\0\x04\0\0\0\0\0\0\0"
                               "\x05\0\0\0\0\0\0\0\x06\0\0\0\0\0\0\0shop",
                               8 + 2 + 4 + 2 + 2 + 32 + 4));
  EXPECT_EQ(encode(Accepted{7, 1}, protocol_version_before), std::string("\x07\0\0\0\0\0\0\0", 8));
}

TEST(LinkHello, IsSpokenInTheNewestVersionThatBothKnow) {
  Hello acceptor = hello_of(1);
  EXPECT_EQ(version_to_speak(acceptor, protocol_version), protocol_version_before)
      << "from before there were two";
  acceptor.to = protocol_version;
  EXPECT_EQ(version_to_speak(acceptor, protocol_version), protocol_version);
  EXPECT_EQ(version_to_speak(acceptor, protocol_version_before), protocol_version_before);
  acceptor.to = protocol_version + 1;
  EXPECT_EQ(version_to_speak(acceptor, protocol_version), protocol_version) << "a newer node";
}

// Held to level 0 a node is as one from before there were levels.
TEST(LinkHello, OfTheNewVersionIsRefusedByANodeThatIsHeldToTheOneBefore) {
  EXPECT_EQ(newest_version(0), protocol_version_before);
  Hello hello = hello_of(2);
  hello.version = protocol_version;
  EXPECT_FALSE(decode_hello(encode(hello), newest_version(0)).has_value());
  EXPECT_TRUE(decode_hello(encode(hello), newest_version(1)).has_value());
}

TEST(LinkHello, WhoCannotReadWhatTheClusterWritesIsToldToBeUpgraded) {
  EXPECT_EQ(check_reads(3, 1, 1), std::nullopt);
  EXPECT_EQ(check_reads(3, 2, 1), std::nullopt);
  const auto refused = check_reads(3, 0, 1);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->why, Refusal::wrong_version);
  EXPECT_THAT(refused->text,
              HasSubstr("node 3 reads up to format level 0, and this cluster writes 1"));
}

TEST(LinkHello, OtherVersionIsRefusedWhateverFollows) {
  Hello hello = hello_of(1);
  hello.version = protocol_version + 1;
  const auto decoded = decode_hello(encode(hello).substr(0, 12));
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().why, Refusal::wrong_version);
  EXPECT_THAT(decoded.error().text,
              HasSubstr("speaks version " + std::to_string(protocol_version + 1)));
}

TEST(LinkHello, EveryTruncationAndAForeignMagicAreRefused) {
  const std::string bytes = encode(hello_of(1));
  for (std::size_t n = 0; n < bytes.size() - 4; ++n)
    EXPECT_FALSE(decode_hello(bytes.substr(0, n)).has_value()) << n;
  EXPECT_FALSE(decode_hello("X" + bytes.substr(1)).has_value());
  EXPECT_FALSE(decode_hello(bytes + "\n").has_value());
}

TEST(LinkHello, RefusalOfARemovedNodeCarriesTheVersionOfTheMap) {
  const Refused told{Refusal::removed, "gone", 0x1122334455667788ULL};
  const std::string bytes = encode(told);
  EXPECT_EQ(bytes, std::string("\x13\x88\x77\x66\x55\x44\x33\x22\x11gone"));
  const Refused heard = decode_refused(bytes);
  EXPECT_EQ(heard.why, Refusal::removed);
  EXPECT_EQ(heard.map_version, told.map_version);
  EXPECT_THAT(heard.text, HasSubstr("gone"));
  EXPECT_EQ(decode_refused(bytes.substr(0, 8)).why, Refusal::garbage);
  EXPECT_EQ(decode_refused(encode(Refused{Refusal::unknown_node, "who", 9})).map_version, 0U);
}

TEST(LinkHello, DiallerAcceptsTheNodeItDialledOnly) {
  EXPECT_EQ(why(check_acceptor(hello_of(1), hello_of(2), std::nullopt, 2)), std::nullopt);
  EXPECT_EQ(why(check_acceptor(hello_of(1), hello_of(3), std::nullopt, 2)), Refusal::wrong_node);
}

TEST(LinkHello, ClusterAndPartitionsMustAgree) {
  Hello cluster = hello_of(2), partitions = hello_of(2);
  cluster.cluster = "other";
  partitions.partitions = 8;
  EXPECT_EQ(why(check_acceptor(hello_of(1), cluster, std::nullopt, 2)), Refusal::wrong_cluster);
  EXPECT_EQ(why(check_acceptor(hello_of(1), partitions, std::nullopt, 2)),
            Refusal::wrong_partitions);
  EXPECT_EQ(why(check_dialler(hello_of(1), cluster, std::nullopt)), Refusal::wrong_cluster);
}

TEST(LinkHello, CertificateMustSpeakForTheNodeThatSpeaks) {
  EXPECT_EQ(why(check_acceptor(hello_of(1), hello_of(2), NodeIdentity{"shop", 2}, 2)),
            std::nullopt);
  EXPECT_EQ(why(check_acceptor(hello_of(1), hello_of(2), NodeIdentity{"shop", 3}, 2)),
            Refusal::wrong_certificate);
  EXPECT_EQ(why(check_acceptor(hello_of(1), hello_of(2), NodeIdentity{"other", 2}, 2)),
            Refusal::wrong_certificate);
}

TEST(LinkHello, AcceptorWantsItsOwnNumberAndItsOwnNonceBack) {
  Hello theirs = hello_of(2, 1);
  theirs.echo = 7;
  EXPECT_EQ(why(check_dialler(hello_of(1), theirs, std::nullopt)), std::nullopt);
  theirs.echo = 8;
  EXPECT_EQ(why(check_dialler(hello_of(1), theirs, std::nullopt)), Refusal::replayed);
  theirs.to = 3;
  EXPECT_EQ(why(check_dialler(hello_of(1), theirs, std::nullopt)), Refusal::wrong_node);
}

TEST(LinkHello, OlderIsTheSameProcessWithNoLaterAttempt) {
  EXPECT_TRUE(is_older({9, 4}, {9, 5}));
  EXPECT_TRUE(is_older({9, 5}, {9, 5}));
  EXPECT_FALSE(is_older({9, 6}, {9, 5}));
  EXPECT_FALSE(is_older({8, 1}, {9, 5})) << "a new process";
}

TEST(LinkHello, TextOfAPeersRefusalIsMadePrintableAndCut) {
  const auto refused = decode_refused(std::string("\x03") + "a\n\x1b[31m" + std::string(1000, 'x'));
  EXPECT_EQ(refused.why, Refusal::wrong_cluster);
  EXPECT_THAT(refused.text, HasSubstr("a??[31mxxx"));
  EXPECT_LT(refused.text.size(), 400U);
  EXPECT_EQ(decode_refused("").why, Refusal::closed);
  EXPECT_EQ(decode_refused("\xff").why, Refusal::closed);
}

TEST(LinkHello, AcceptedCarriesTheEchoAndWhatIsRead) {
  const Accepted accepted{77, 513};
  EXPECT_EQ(decode_accepted(encode(accepted, protocol_version), protocol_version), accepted);
  EXPECT_EQ(decode_accepted(encode(accepted, protocol_version_before), protocol_version_before),
            (Accepted{77, 0}));
  for (const std::uint16_t version : {protocol_version, protocol_version_before}) {
    EXPECT_EQ(decode_accepted("short", version), std::nullopt);
    EXPECT_EQ(decode_accepted(encode(accepted, version) + "x", version), std::nullopt);
  }
}

TEST(LinkIdentity, UriSurvivesFormattingAndParsing) {
  const NodeIdentity identity{"shop", 65535};
  EXPECT_EQ(identity_uri(identity), "florin://shop/node/65535");
  EXPECT_EQ(parse_identity_uri(identity_uri(identity)), identity);
  EXPECT_EQ(parse_authority_uri(authority_uri("shop")), "shop");
}

TEST(LinkIdentity, AnythingElseIsNoIdentity) {
  for (const char* uri :
       {"", "florin://", "florin://shop", "florin://shop/node/", "florin://shop/node/0",
        "florin://shop/node/65536", "florin://shop/node/01", "florin://shop/node/1x",
        "florin:///node/1", "florin://a/b/node/1", "http://shop/node/1", "florin://shop/node/-1"})
    EXPECT_EQ(parse_identity_uri(uri), std::nullopt) << uri;
}

TEST(LinkRefusal, EveryReasonHasANameOfItsOwn) {
  std::vector<std::string_view> names;
  for (std::size_t i = 1; i < refusal_count; ++i)
    names.push_back(to_string(static_cast<Refusal>(i)));
  EXPECT_EQ(std::ranges::count(names, "unknown"), 0);
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace florin::links
