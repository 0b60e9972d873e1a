// Strictness of the event codec: whatever is not exactly an event is refused, with a text that
// helps.
#include "persistence/codec/event_codec.hpp"

#include <gtest/gtest.h>

#include "tests/unit/persistence/codec/codec_examples.hpp"

namespace florin {
namespace {

std::string encoded(const Event& event) {
  std::string bytes;
  append_event(bytes, event);
  return bytes;
}

std::string problem(std::string_view bytes) {
  const auto decoded = decode_event(bytes);
  if (decoded) return "accepted";
  EXPECT_EQ(decoded.error().code, Errc::corrupt);
  return decoded.error().context;
}

TEST(EventCodec, AppendingKeepsWhatWasThere) {
  std::string out = "before";
  append_event(out, codec_examples::all_events()[4]);
  EXPECT_EQ(out, "before" + encoded(codec_examples::all_events()[4]));
}

TEST(EventCodec, EventsLongerThanTheBufferAheadAreWholeToo) {
  const Event event = AccountFrozen{codec_examples::alice, std::string(100'000, 'r')};
  const auto decoded = decode_event(encoded(event));
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(*decoded == event);
}

TEST(EventCodec, EveryTruncationIsRefused) {
  for (const Event& event : codec_examples::all_events()) {
    const std::string bytes = encoded(event);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      // own allocation of the exact size: reading beyond it is found by the sanitizer
      const std::vector<char> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(decode_event({cut.data(), cut.size()}))
          << event_name(event) << " cut at " << size;
    }
  }
}

TEST(EventCodec, BytesBehindTheEndAreRefused) {
  EXPECT_EQ(problem(encoded(codec_examples::all_events()[10]) + '\x01'),
            "event: bytes behind the end");
}

TEST(EventCodec, EveryValueOfAnotherTypeIsRefusedOrChangesTheEvent) {
  for (const Event& event : codec_examples::all_events()) {
    const std::string bytes = encoded(event);
    for (std::size_t at = 0; at < bytes.size(); ++at)
      for (const char lead :
           {'\xc0', '\xc1', '\xca', '\x80', '\xc7', '\xde'}) {  // types never written
        std::string changed = bytes;
        changed[at] = lead;
        const auto decoded = decode_event(changed);
        EXPECT_FALSE(decoded && *decoded == event) << event_name(event) << " at " << at;
      }
  }
}

TEST(EventCodec, AWrongTypeIsNamedWithEventAndField) {
  std::string bytes = encoded(AccountFrozen{codec_examples::alice, "r"});
  ASSERT_EQ(bytes.substr(0, 3), "\x93\x02\xa5");
  EXPECT_EQ(problem("\x93\x02\x07\xa1r"), "event account_frozen: field account: wrong type");
  EXPECT_EQ(problem("\x93\x02\xa1"
                    "a\xc4\x01r"),
            "event account_frozen: field reason: wrong type");
}

TEST(EventCodec, MissingAndExtraFieldsAreRefused) {
  EXPECT_EQ(problem("\x92\x02\xa1"
                    "a"),
            "event account_frozen: field (all): wrong number of fields");
  EXPECT_EQ(problem("\x94\x02\xa1"
                    "a\xa1r\x01"),
            "event account_frozen: field (all): wrong number of fields");
}

TEST(EventCodec, UnknownNumbersAreRefused) {
  const std::string next(1, static_cast<char>(wire::Numbers<Event>::highest + 1));
  EXPECT_EQ(problem("\x92" + next + "\x01"), "event number " +
                                                 std::to_string(wire::Numbers<Event>::highest + 1) +
                                                 " is unknown: written by a newer version?");
  EXPECT_EQ(problem(std::string("\x92\x00\x01", 3)),
            "event number 0 is unknown: written by a newer version?");
}

TEST(EventCodec, EventsAboveTheLevelOfTheReaderAreUnknown) {
  const std::string bytes = encoded(FormatLevelRaised{1});
  ASSERT_TRUE(decode_event(bytes).has_value());
  const auto older = decode_event(bytes, 0);
  ASSERT_FALSE(older.has_value());
  EXPECT_EQ(older.error().context, "event number 45 is unknown: written by a newer version?");
}

TEST(EventCodec, ValuesOutOfRangeAreRefused) {
  const LegKey leg{{1, 2, 3}, 4};
  std::string bytes = encoded(TryAnswered{leg, {AnswerCode::fenced, std::nullopt}});
  ASSERT_EQ(bytes[bytes.size() - 2], '\x09');
  bytes[bytes.size() - 2] = '\x0a';
  EXPECT_EQ(problem(bytes), "event try_answered: field code: out of range");

  bytes = encoded(TryAnswered{leg, {AnswerCode::refused, Rejection::metadata_full}});
  bytes.back() = '\x12';
  EXPECT_EQ(problem(bytes), "event try_answered: field rejection: out of range");

  bytes = encoded(FenceAdvanced{1, 2});
  EXPECT_EQ(problem("\x93\x14\xce\xff\xff\xff\xff\x02"),
            "event fence_advanced: field coordinator: out of range");
  EXPECT_EQ(problem("\x93\x14\x01\xff"), "event fence_advanced: field index: wrong type");  // -1
}

TEST(EventCodec, ATooLongAccountIdIsRefused) {
  const std::string longest(AccountId::size_max, 'a');
  EXPECT_EQ(problem("\x93\x02\xd9\x41" + longest + "\xa1r"), "accepted");
  EXPECT_EQ(problem("\x93\x02\xd9\x42" + longest + "a\xa1r"),
            "event account_frozen: field account: account id is too long");
}

TEST(EventCodec, ACurrencyThatIsNotThreeLettersIsRefused) {
  std::string bytes = encoded(codec_examples::all_events()[5]);
  const std::size_t at = bytes.find("EUR");
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 'e';
  EXPECT_EQ(problem(bytes),
            "event transfer_refused: field currency: currency is not three letters");
}

TEST(EventCodec, AnArrayThatPromisesMoreThanThereIsCostsNoMemory) {
  EXPECT_EQ(problem("\xdd\xff\xff\xff\xff\x02"), "event: not well-formed msgpack, or cut short");
  EXPECT_EQ(problem(std::string(1'000'000, '\x91')),
            "event: not well-formed msgpack, or cut short");
}

}  // namespace
}  // namespace florin
