// Frames of the links: header, cutting and joining, limits, sequence. All without sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/little_endian.hpp"
#include "cluster/links/frame_codec.hpp"

namespace florin::links {
namespace {

using testing::HasSubstr;

constexpr PerChannel<std::size_t> roomy{1 << 20, 1 << 20, 1 << 20};

std::string wire(FrameKind kind, Channel channel, bool last, std::uint64_t sequence,
                 std::string_view body) {
  std::string out;
  append_frame(out, {kind, channel, last, 0, sequence}, body);
  return out;
}

std::string data(Channel channel, std::uint64_t sequence, std::string_view body, bool last = true) {
  return wire(FrameKind::data, channel, last, sequence, body);
}

struct Reading {
  explicit Reading(PerChannel<std::size_t> max = roomy) : reader(max) { reader.allow_data(); }
  std::optional<Refused> feed(std::string_view bytes) {
    const FrameReader::Sink sink = [this](Frame frame) {
      frames.push_back(std::move(frame));
      return true;
    };
    return reader.feed(bytes, sink);
  }
  Refusal refusal_of(std::string_view bytes) {
    const auto refused = feed(bytes);
    return refused ? refused->why : Refusal::closed;
  }
  FrameReader reader;
  std::vector<Frame> frames;
};

TEST(LinkFrames, HeaderSurvivesEncodingAndDecoding) {
  const auto bytes = data(Channel::bulk, 0x0102030405060708ULL, "abc", false);
  const auto header = decode_header(std::string_view(bytes).substr(0, frame_header_bytes));
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(*header,
            (FrameHeader{FrameKind::data, Channel::bulk, false, 3, 0x0102030405060708ULL}));
}

TEST(LinkFrames, HeaderHasTheDocumentedBytes) {
  using namespace std::string_literals;
  EXPECT_EQ(data(Channel::messages, 258, "xy"), "FL\x05\x81\x02\0\0\0\x02\x01\0\0\0\0\0\0xy"s);
}

TEST(LinkFrames, ReaderTakesBytesOneByOne) {
  Reading reading;
  const std::string bytes = data(Channel::consensus, 1, "vote") + data(Channel::messages, 2, "") +
                            data(Channel::bulk, 3, "chunk");
  for (const char byte : bytes) ASSERT_FALSE(reading.feed({&byte, 1}));
  ASSERT_EQ(reading.frames.size(), 3U);
  EXPECT_EQ(reading.frames[0].bytes, "vote");
  EXPECT_EQ(reading.frames[1].bytes, "");
  EXPECT_EQ(reading.frames[1].channel, Channel::messages);
  EXPECT_EQ(reading.frames[2].bytes, "chunk");
}

TEST(LinkFrames, PiecesOfChannelsMayAlternate) {
  Reading reading;
  ASSERT_FALSE(reading.feed(data(Channel::bulk, 1, "be", false) +
                            data(Channel::consensus, 2, "vote") + data(Channel::bulk, 3, "hind")));
  ASSERT_EQ(reading.frames.size(), 2U);
  EXPECT_EQ(reading.frames[0].bytes, "vote");
  EXPECT_EQ(reading.frames[1].bytes, "behind");
}

TEST(LinkFrames, RepeatedSkippedAndEarlierSequenceIsReplay) {
  for (const std::uint64_t second : {1U, 0U, 3U}) {
    Reading reading;
    ASSERT_FALSE(reading.feed(data(Channel::consensus, 1, "a")));
    EXPECT_EQ(reading.refusal_of(data(Channel::consensus, second, "b")), Refusal::replayed)
        << second;
    EXPECT_EQ(reading.frames.size(), 1U);
  }
}

TEST(LinkFrames, ForeignProtocolIsGarbageAtItsFirstBytes) {
  EXPECT_EQ(Reading().refusal_of("GET / HTTP/1.1\r\n"), Refusal::garbage);
  EXPECT_EQ(Reading().refusal_of("\x16"), Refusal::garbage);
  EXPECT_EQ(Reading().refusal_of("Fx"), Refusal::garbage);
}

TEST(LinkFrames, UnknownKindAndChannelAreGarbage) {
  std::string kind = data(Channel::bulk, 1, "a"), channel = kind;
  kind[2] = 6;
  channel[3] = 3;
  EXPECT_EQ(Reading().refusal_of(kind), Refusal::garbage);
  EXPECT_EQ(Reading().refusal_of(channel), Refusal::garbage);
  EXPECT_EQ(Reading().refusal_of(wire(FrameKind::hello, Channel::consensus, false, 1, "half")),
            Refusal::garbage);
}

TEST(LinkFrames, PieceAboveTheLimitIsRefusedByItsHeader) {
  std::string header = data(Channel::bulk, 1, "").substr(0, 4);
  append_le(header, static_cast<std::uint32_t>(piece_bytes_max + 1));
  append_le(header, std::uint64_t{1});
  EXPECT_EQ(Reading().refusal_of(header), Refusal::oversized);
  std::string control =
      wire(FrameKind::hello, Channel::consensus, true, 1, std::string(control_bytes_max + 1, 'x'));
  EXPECT_EQ(Reading().refusal_of(control.substr(0, frame_header_bytes)), Refusal::oversized);
}

TEST(LinkFrames, FrameAboveItsChannelsLimitIsRefusedWhenAPiecePassesIt) {
  Reading reading({10, 10, 10});
  ASSERT_FALSE(reading.feed(data(Channel::bulk, 1, "123456", false)));
  const auto refused = reading.feed(data(Channel::bulk, 2, "78901"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->why, Refusal::oversized);
  EXPECT_THAT(refused->text, HasSubstr("10 bytes on channel bulk"));
  EXPECT_TRUE(reading.frames.empty());
}

TEST(LinkFrames, DataBeforeTheHelloIsRefused) {
  FrameReader reader(roomy);
  const FrameReader::Sink sink = [](Frame) { return true; };
  EXPECT_FALSE(reader.feed(wire(FrameKind::hello, Channel::consensus, true, 1, "hello"), sink));
  const auto refused = reader.feed(data(Channel::consensus, 2, "x"), sink);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->why, Refusal::garbage);
}

TEST(LinkFrames, SinkMayStopTheReader) {
  FrameReader reader(roomy);
  int seen = 0;
  const FrameReader::Sink sink = [&](Frame) { return ++seen < 1; };
  EXPECT_FALSE(reader.feed(wire(FrameKind::keep_alive, Channel::consensus, true, 1, "") +
                               wire(FrameKind::keep_alive, Channel::consensus, true, 2, ""),
                           sink));
  EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace florin::links
