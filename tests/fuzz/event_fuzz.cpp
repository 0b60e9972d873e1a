// Fuzz: events, entries and state rows from hostile bytes. Never a crash or an over-read; whatever decodes
// encodes to bytes that decode to the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "persistence/codec/entry_codec.hpp"
#include "persistence/codec/event_codec.hpp"
#include "persistence/codec/state_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto event = decode_event(bytes)) {
    std::string encoded;
    append_event(encoded, *event);
    const auto again = decode_event(encoded);
    if (!again || !(*again == *event)) std::abort();
  }
  if (const auto entry = decode_entry(bytes)) {
    EntryBuilder builder;
    builder.begin();
    for (const Event& event : entry->events) builder.add(event);
    const auto again = decode_entry(builder.finish(entry->header));
    if (!again || again->events != entry->events || !(again->header == entry->header)) std::abort();
  }
  const auto ordinal = static_cast<Ordinal>(size % 7);
  const auto single = decode_event_at(bytes, ordinal);
  if (auto kept = EntryEvents::open(std::string(bytes))) {
    const auto event = kept->event(ordinal);
    if (event.has_value() != single.has_value() || (event && !(*event == *single))) std::abort();
  }
  (void)decode_account("alice", bytes);
  (void)decode_transfer(std::string(14, '\1'), bytes);
  (void)decode_leg(std::string(15, '\1'), bytes);
  (void)decode_record(std::string(25, 'a'), bytes);
  (void)decode_partition_meta(bytes);
  return 0;
}
