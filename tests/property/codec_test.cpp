// Codecs under random values and random bytes: what was encoded comes back, whatever it was; what
// was not encoded by us never crashes, and whatever is accepted is one value with one meaning.
// Values are filled through the codecs' own lists of fields; that these are complete is shown by
// the golden examples, which have no field at its default.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "persistence/codec/entry_codec.hpp"
#include "persistence/codec/event_codec.hpp"
#include "persistence/codec/state_codec.hpp"
#include "persistence/codec/state_fields.hpp"
#include "tests/unit/persistence/codec/codec_examples.hpp"

namespace florin {
namespace {

// Random values of every kind that is stored; integers favour the places where their width changes.
class Fill {
 public:
  template <class T>
  void value(T& out) {
    if constexpr (codec::Described<T>) {
      codec::with_fields(out, [&](const auto&... field) { (value(field.value), ...); });
    } else {
      leaf(out);
    }
  }

 private:
  static std::uint64_t bits() {
    const int width = *rc::gen::inRange(0, 65);
    const auto value = *rc::gen::resize(100, rc::gen::arbitrary<std::uint64_t>());
    return width == 0 ? 0 : (value | std::uint64_t{1} << 63) >> (64 - width);
  }
  static std::string text(std::size_t size_max) {
    const auto size = *rc::gen::inRange<std::size_t>(0, size_max + 1);
    return *rc::gen::container<std::string>(size, rc::gen::arbitrary<char>());
  }
  void leaf(bool& out) { out = *rc::gen::arbitrary<bool>(); }
  template <std::integral T>
  void leaf(T& out) {
    out = static_cast<T>(*rc::gen::arbitrary<bool>() ? bits() : ~bits());
  }
  template <class E>
  requires std::is_enum_v<E>
  void leaf(E& out) {
    out = static_cast<E>(
        *rc::gen::inRange(codec::EnumRange<E>::first, codec::EnumRange<E>::last + 1));
  }
  void leaf(WideMinor& out) {
    std::int64_t high = 0;
    leaf(high);
    out = high * (static_cast<WideMinor>(1) << 64) + static_cast<WideMinor>(bits());
  }
  void leaf(Timestamp& out) { leaf(out.us); }
  void leaf(std::string& out) { out = text(300); }
  void leaf(AccountId& out) {
    const auto size = *rc::gen::inRange<std::size_t>(1, AccountId::size_max + 1);
    out = AccountId::from_trusted(
        *rc::gen::container<std::string>(size, rc::gen::inRange('a', static_cast<char>('z' + 1))));
  }
  void leaf(Currency& out) {
    for (char& letter : out.code) letter = *rc::gen::inRange('A', static_cast<char>('Z' + 1));
  }
  void leaf(Uuid& out) { leaf(out.bytes); }
  template <std::size_t Size>
  void leaf(std::array<std::uint8_t, Size>& out) {
    for (auto& byte : out) byte = *rc::gen::arbitrary<std::uint8_t>();
  }
  void leaf(std::optional<Rejection>& out) {
    if (*rc::gen::arbitrary<bool>()) leaf(out.emplace());
  }
  void leaf(std::unique_ptr<const Metadata>& out) {
    Metadata metadata;
    leaf(metadata);
    if (!metadata.empty()) out = std::make_unique<const Metadata>(std::move(metadata));
  }
  template <class List>
  requires codec::IsVector<List>::value void leaf(List& out) {
    const int size = *rc::gen::inRange(0, 20);
    for (int i = 0; i < size; ++i) {
      typename List::value_type item{};
      value(item);
      out.push_back(std::move(item));
    }
  }
};

template <std::size_t Index = 0>
Event default_event(std::size_t wanted) {
  if constexpr (Index < std::variant_size_v<Event>) {
    return wanted == Index ? Event(std::in_place_index<Index>) : default_event<Index + 1>(wanted);
  } else {
    return {};
  }
}
Event random_event() {
  Event event = default_event(*rc::gen::inRange<std::size_t>(0, std::variant_size_v<Event>));
  visit([](auto& e) { Fill{}.value(e); }, event);
  return event;
}

template <class T>
T random_value() {
  T value{};
  Fill{}.value(value);
  return value;
}

RC_GTEST_PROP(CodecProperty, EventsRoundTrip, ()) {
  const Event event = random_event();
  std::string bytes;
  append_event(bytes, event);
  const auto decoded = decode_event(bytes);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == event);
}

RC_GTEST_PROP(CodecProperty, EntriesRoundTripWholeAndByOrdinal, ()) {
  EntryHeader header{*rc::gen::arbitrary<PartitionId>(),
                     *rc::gen::arbitrary<std::uint64_t>(),
                     *rc::gen::arbitrary<LogIndex>(),
                     {*rc::gen::arbitrary<std::int64_t>()},
                     {}};
  header.previous_hash = chain_hash(*rc::gen::arbitrary<std::string>());
  EntryBuilder builder;
  builder.begin();
  std::vector<Event> events;
  const int size = *rc::gen::inRange(0, 20);
  for (int i = 0; i < size; ++i) builder.add(events.emplace_back(random_event()));
  const std::string entry = builder.finish(header);

  const auto decoded = decode_entry(entry);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(decoded->header == header);
  RC_ASSERT(decoded->events == events);
  RC_ASSERT(*decode_entry_header(entry) == header);
  for (Ordinal i = 0; i < events.size(); ++i) RC_ASSERT(*decode_event_at(entry, i) == events[i]);

  auto kept = EntryEvents::open(entry);
  RC_ASSERT(kept.has_value());
  for (int reads = 0; reads < 2 * size; ++reads) {
    const auto ordinal = *rc::gen::inRange<Ordinal>(0, static_cast<Ordinal>(size));
    RC_ASSERT(*kept->event(ordinal) == events[ordinal]);
  }
}

RC_GTEST_PROP(CodecProperty, StateRowsRoundTrip, ()) {
  auto account = random_value<AccountState>();
  Fill{}.value(account.id);
  const auto account_back = decode_account(account_key(account.id), encode_account(account));
  RC_ASSERT(account_back.has_value() && codec_examples::same(*account_back, account));

  auto transfer = random_value<TransferState>();
  Fill{}.value(transfer.id);
  const auto transfer_back = decode_transfer(transfer_key(transfer.id), encode_transfer(transfer));
  RC_ASSERT(transfer_back.has_value() && codec_examples::same(*transfer_back, transfer));

  auto leg = random_value<Leg>();
  Fill{}.value(leg.key);
  const auto leg_back = decode_leg(leg_key(leg.key), encode_leg(leg));
  RC_ASSERT(leg_back.has_value() && codec_examples::same(*leg_back, leg));

  auto record = random_value<TransferRecord>();
  Fill{}.value(record.transaction_id);
  Fill{}.value(record.owner);
  const std::string key =
      record_key(*rc::gen::arbitrary<std::uint32_t>(), record.transaction_id, record.owner);
  const auto record_back = decode_record(key, encode_record(record));
  RC_ASSERT(record_back.has_value() && codec_examples::same(*record_back, record));

  auto meta = random_value<PartitionMeta>();
  meta.format_version = state_format_version;
  const auto meta_back = decode_partition_meta(encode_partition_meta(meta));
  RC_ASSERT(meta_back.has_value() && *meta_back == meta);
}

// In memory of the exact size, so that the sanitizer finds any read beyond the end.
void decode_everything(const std::vector<char>& memory) {
  const std::string_view bytes(memory.data(), memory.size());
  if (const auto event = decode_event(bytes)) {
    std::string again;
    append_event(again, *event);
    const auto twice = decode_event(again);
    RC_ASSERT(twice.has_value() && *twice == *event);
  }
  const auto entry = decode_entry(bytes);
  auto kept = EntryEvents::open(std::string(bytes));
  for (const Ordinal ordinal : {5u, 0u, 1u, 4'000'000'000u}) {
    const auto event = decode_event_at(bytes, ordinal);
    if (kept) {
      const auto same = kept->event(ordinal);
      RC_ASSERT(same.has_value() == event.has_value());
      RC_ASSERT((event ? *same == *event : same.error().context == event.error().context));
    }
    if (!entry) continue;
    RC_ASSERT(event.has_value() == (ordinal < entry->events.size()));
    if (event) RC_ASSERT(*event == entry->events[ordinal]);
  }
  (void)decode_entry_header(bytes);
  const auto change = decode_replica_change(bytes);
  if (entry && !entry->events.empty())
    RC_ASSERT(change && change->has_value() == holds_alternative<ReplicaChanged>(entry->events[0]));
  (void)decode_account("a", bytes);
  (void)decode_transfer(transfer_key({1, 2, 3}), bytes);
  (void)decode_leg(leg_key({{1, 2, 3}, 4}), bytes);
  (void)decode_record(record_key(1, {}, codec_examples::alice), bytes);
  (void)decode_partition_meta(bytes);
}

RC_GTEST_PROP(CodecProperty, GarbageNeverCrashes, ()) {
  decode_everything(*rc::gen::arbitrary<std::vector<char>>());
}

RC_GTEST_PROP(CodecProperty, DamagedEntriesNeverCrash, ()) {
  EntryBuilder builder;
  builder.begin();
  for (const Event& event : codec_examples::all_events()) builder.add(event);
  const std::string entry = builder.finish(codec_examples::header());
  std::vector<char> memory(entry.begin(), entry.end());
  const int changes = *rc::gen::inRange(1, 6);
  for (int i = 0; i < changes; ++i)
    memory[*rc::gen::inRange<std::size_t>(0, memory.size())] = *rc::gen::arbitrary<char>();
  decode_everything(memory);
}

RC_GTEST_PROP(CodecProperty, DamagedEventsNeverCrash, ()) {
  std::string bytes;
  append_event(bytes, random_event());
  std::vector<char> memory(bytes.begin(), bytes.end());
  memory[*rc::gen::inRange<std::size_t>(0, memory.size())] = *rc::gen::arbitrary<char>();
  decode_everything(memory);
}

}  // namespace
}  // namespace florin
