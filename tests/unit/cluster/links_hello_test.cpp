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
  const Hello hello{protocol_version, "shop-1", 64, 3, 65535, 1ULL << 63, 42, 5, 6};
  const auto decoded = decode_hello(encode(hello));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, hello);
  EXPECT_LE(encode(hello).size(), control_bytes_max);
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

TEST(LinkHello, AcceptedCarriesTheEchoAndNothingElse) {
  EXPECT_EQ(decode_accepted(encode_accepted(77)), 77U);
  EXPECT_EQ(decode_accepted("short"), std::nullopt);
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
