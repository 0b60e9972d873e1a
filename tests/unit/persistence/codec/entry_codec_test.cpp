// Entries: the same bytes for the same turn, strict reading, and single events found without the
// rest.
#include "persistence/codec/entry_codec.hpp"

#include <gtest/gtest.h>

#include "tests/unit/persistence/codec/codec_examples.hpp"

namespace florin {
namespace {

std::string entry_of(const std::vector<Event>& events) {
  EntryBuilder builder;
  builder.begin();
  for (const Event& event : events) builder.add(event);
  return builder.finish(codec_examples::header());
}

TEST(EntryBuilder, CountsEventsAsOrdinals) {
  EntryBuilder builder;
  builder.begin();
  EXPECT_TRUE(builder.empty());
  EXPECT_EQ(builder.add(codec_examples::all_events()[0]), 0u);
  EXPECT_EQ(builder.add(codec_examples::all_events()[1]), 1u);
  EXPECT_EQ(builder.count(), 2u);
}

TEST(EntryBuilder, NothingOfTheLastTurnIsLeftInTheNext) {
  const auto events = codec_examples::all_events();
  EntryBuilder builder;
  builder.begin();
  for (const Event& event : events) builder.add(event);
  (void)builder.finish(codec_examples::header());
  builder.begin();
  builder.add(events[3]);
  EXPECT_EQ(builder.finish(codec_examples::header()), entry_of({events[3]}));
}

TEST(EntryCodec, AnEntryWithoutEventsRoundTrips) {
  const auto decoded = decode_entry(entry_of({}));
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_EQ(decoded->header, codec_examples::header());
  EXPECT_TRUE(decoded->events.empty());
}

TEST(EntryCodec, BigEntriesRoundTrip) {
  std::vector<Event> events;
  for (int i = 0; i < 4'000; ++i)
    for (const Event& event : codec_examples::all_events()) events.push_back(event);
  const std::string entry = entry_of(events);  // > 65,535 events: the widest array header
  const auto decoded = decode_entry(entry);
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_TRUE(decoded->events == events);
  const auto last = decode_event_at(entry, static_cast<Ordinal>(events.size() - 1));
  ASSERT_TRUE(last);
  EXPECT_TRUE(*last == events.back());
}

TEST(EntryCodec, TheHeaderIsReadAlone) {
  const auto header = decode_entry_header(entry_of(codec_examples::all_events()));
  ASSERT_TRUE(header);
  EXPECT_EQ(*header, codec_examples::header());
}

TEST(EntryCodec, AChangeOfMembershipIsToldFromOtherEntries) {
  const ReplicaChanged change{ReplicaChange::promote, 0x1'0002};
  EXPECT_EQ(*decode_replica_change(entry_of({change})), change);
  EXPECT_EQ(*decode_replica_change(entry_of({change, FenceAdvanced{1, 2}})), change);
  EXPECT_EQ(*decode_replica_change(entry_of({FenceAdvanced{1, 2}, change})), std::nullopt);
  EXPECT_EQ(*decode_replica_change(entry_of({})), std::nullopt);
  for (const Event& event : codec_examples::all_events())
    EXPECT_EQ(decode_replica_change(entry_of({event}))->has_value(),
              event_name(event) == "replica_changed")
        << event_name(event);
}

TEST(EntryCodec, NothingBehindAChangeOfMembershipIsLookedAt) {
  std::string entry = entry_of({ReplicaChanged{ReplicaChange::remove, 7}, FenceAdvanced{1, 2}});
  entry.back() = '\xc1';
  EXPECT_TRUE(decode_replica_change(entry)->has_value());
}

TEST(EntryCodec, ADamagedChangeOfMembershipIsCorrupt) {
  const std::string entry = entry_of({ReplicaChanged{ReplicaChange::remove, 7}});
  std::string wrong = entry;
  wrong[entry.size() - 2] = '\x04';  // no such change
  EXPECT_FALSE(decode_replica_change(wrong));
  // a cut entry has no events (cut behind their number), or is damaged
  for (std::size_t size = 0; size < entry.size(); ++size) {
    const auto cut = decode_replica_change(std::string_view(entry).substr(0, size));
    EXPECT_FALSE(cut && cut->has_value()) << size;
  }
}

TEST(EntryCodec, EachEventIsFoundByItsOrdinal) {
  const auto events = codec_examples::all_events();
  const std::string entry = entry_of(events);
  for (Ordinal ordinal = 0; ordinal < events.size(); ++ordinal) {
    const auto event = decode_event_at(entry, ordinal);
    ASSERT_TRUE(event) << event.error().context;
    EXPECT_TRUE(*event == events[ordinal]) << ordinal;
  }
}

TEST(EntryCodec, AnOrdinalBehindTheLastEventIsMissing) {
  const auto event = decode_event_at(entry_of({codec_examples::all_events()[0]}), 1);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().code, Errc::missing);
}

TEST(EntryCodec, EveryTruncationIsRefused) {
  const std::string entry = entry_of(codec_examples::all_events());
  for (std::size_t size = 0; size < entry.size(); ++size) {
    const std::vector<char> cut(entry.begin(), entry.begin() + static_cast<std::ptrdiff_t>(size));
    const std::string_view bytes(cut.data(), cut.size());
    const auto decoded = decode_entry(bytes);
    ASSERT_FALSE(decoded) << size;
    EXPECT_EQ(decoded.error().code, Errc::corrupt);
    const auto last = decode_event_at(bytes, static_cast<Ordinal>(std::variant_size_v<Event> - 1));
    ASSERT_FALSE(last) << size;
    EXPECT_EQ(last.error().code, Errc::corrupt);
  }
}

TEST(EntryCodec, AWrongEventIsNamedWithItsEntryAndOrdinal) {
  std::string entry = entry_of({FenceAdvanced{1, 2}, FenceAdvanced{1, 2}});
  entry.back() = '\xff';
  const auto decoded = decode_entry(entry);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().context,
            "entry 4711 of partition 12: ordinal 1: event fence_advanced: field index: wrong type");
  EXPECT_TRUE(decode_event_at(entry, 0));
  EXPECT_FALSE(decode_event_at(entry, 1));
}

TEST(EntryCodec, WhatIsNoEventAmongTheEventsIsRefused) {
  std::string entry = entry_of({});
  entry.back() = '\x91';  // one event, which is the integer 5
  EXPECT_FALSE(decode_entry(entry + '\x05'));
  EXPECT_FALSE(decode_event_at(entry + '\x05', 0));
  EXPECT_FALSE(decode_entry(entry + '\x90'));
}

TEST(EntryCodec, AnotherNumberOfFieldsIsRefused) {
  std::string entry = entry_of({FenceAdvanced{1, 2}});
  entry.front() = '\x97';
  EXPECT_FALSE(decode_entry(entry + '\x01'));
  EXPECT_FALSE(decode_event_at(entry + '\x01', 0));
  EXPECT_FALSE(decode_entry_header(entry + '\x01'));
}

TEST(EntryCodec, BytesBehindTheEndAreRefused) {
  EXPECT_FALSE(decode_entry(entry_of({FenceAdvanced{1, 2}}) + '\x01'));
}

// --- EntryEvents -----------------------------------------------------------------------------------

EntryEvents opened(std::string entry) {
  auto events = EntryEvents::open(std::move(entry));
  EXPECT_TRUE(events) << events.error().context;
  return std::move(*events);
}

std::string context_of(const Result<Event, Error>& event) {
  return event ? "no error" : event.error().context;
}

TEST(EntryEvents, GivesEveryEventInAnyOrder) {
  const auto examples = codec_examples::all_events();
  const auto last = static_cast<Ordinal>(examples.size() - 1);
  EntryEvents events = opened(entry_of(examples));
  EXPECT_EQ(events.header(), codec_examples::header());
  const auto expect_at = [&](Ordinal ordinal) {
    const auto event = events.event(ordinal);
    ASSERT_TRUE(event) << context_of(event);
    EXPECT_TRUE(*event == examples[ordinal]) << ordinal;
  };
  expect_at(2);  // in front of, behind and at what is known already
  expect_at(0);
  expect_at(last);
  for (Ordinal ordinal = 0; ordinal <= last; ++ordinal) expect_at(last - ordinal);
}

TEST(EntryEvents, StillReadsWhenMoved) {
  EntryEvents first = opened(entry_of({FenceAdvanced{1, 2}, FenceAdvanced{3, 4}}));
  ASSERT_TRUE(first.event(1));
  EntryEvents second = std::move(first);
  EXPECT_TRUE(*second.event(0) == Event(FenceAdvanced{1, 2}));
  EXPECT_TRUE(*second.event(1) == Event(FenceAdvanced{3, 4}));
}

TEST(EntryEvents, GivesTheErrorsOfSingleReads) {
  const std::string whole = entry_of({FenceAdvanced{1, 2}, FenceAdvanced{1, 2}});
  std::string damaged = whole;
  damaged.back() = '\xff';
  for (const std::string& entry : {whole, damaged, whole.substr(0, whole.size() - 1)}) {
    EntryEvents events = opened(entry);
    for (const Ordinal ordinal : {2u, 1u, 0u, 4'000'000'000u}) {
      const auto single = decode_event_at(entry, ordinal);
      const auto event = events.event(ordinal);
      ASSERT_EQ(event.has_value(), single.has_value()) << ordinal;
      EXPECT_EQ(context_of(event), context_of(single));
      EXPECT_EQ(event ? Errc::io : event.error().code, single ? Errc::io : single.error().code);
    }
  }
}

TEST(EntryEvents, ADamagedEventIsNamedWithItsEntryAndOrdinal) {
  std::string entry = entry_of({FenceAdvanced{1, 2}, FenceAdvanced{1, 2}});
  entry.back() = '\xff';
  EntryEvents damaged = opened(entry);
  const std::string where = "entry 4711 of partition 12: event with ordinal ";
  const auto wrong = damaged.event(1);
  EXPECT_EQ(context_of(wrong), where + "1: event fence_advanced: field index: wrong type");
  EXPECT_EQ(wrong.error().code, Errc::corrupt);
  EXPECT_TRUE(damaged.event(0)) << "the events before it can still be read";

  entry.pop_back();
  EntryEvents cut = opened(entry);
  const auto lost = cut.event(1);
  EXPECT_EQ(context_of(lost), where + "1: cut short");
  EXPECT_EQ(lost.error().code, Errc::corrupt);
  const auto none = cut.event(2);
  EXPECT_EQ(context_of(none), where + "2: the entry has fewer");
  EXPECT_EQ(none.error().code, Errc::missing);
  EXPECT_TRUE(cut.event(0));
}

TEST(EntryEvents, EveryTruncationIsRefused) {
  const std::string entry = entry_of(codec_examples::all_events());
  for (std::size_t size = 0; size < entry.size(); ++size) {
    auto events = EntryEvents::open(entry.substr(0, size));
    if (!events) {
      EXPECT_EQ(events.error().code, Errc::corrupt);
      continue;
    }
    const auto last = events->event(static_cast<Ordinal>(std::variant_size_v<Event> - 1));
    ASSERT_FALSE(last) << size;
    EXPECT_EQ(last.error().code, Errc::corrupt);
  }
}

TEST(ChainHash, IsSha256) {
  EXPECT_EQ(hash_hex(chain_hash("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash_hex(chain_hash("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(ChainHash, AnyChangeOfAnEarlierEntryChangesAllLaterHashes) {
  EntryHeader header = codec_examples::header();
  EntryBuilder builder;
  builder.begin();
  builder.add(FenceAdvanced{1, 2});
  const std::string second = builder.finish(header);
  header.previous_hash[31] ^= 1;
  EXPECT_NE(chain_hash(builder.finish(header)), chain_hash(second));
}

TEST(ChainHash, IsShownAsLowerCaseHex) {
  Hash hash{};
  hash.front() = 0x0f;
  hash.back() = 0xa9;
  EXPECT_EQ(hash_hex(hash), "0f" + std::string(60, '0') + "a9");
}

}  // namespace
}  // namespace florin
