// Log entries <-> bytes. The entry of one turn is a msgpack array
//   [partition, term, index, time_us, previous_hash (32 bytes), [event...]]
// and its hash (chain_hash.hpp) is over exactly these bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "domain/events.hpp"
#include "persistence/codec/chain_hash.hpp"

namespace florin {

struct EntryHeader {
  PartitionId partition = 0;
  std::uint64_t term = 0;
  LogIndex index = 0;
  Timestamp time;  // the leader's clock, monotonic within the partition
  Hash previous_hash = genesis_hash;
  bool operator==(const EntryHeader&) const = default;
};

struct DecodedEntry {
  EntryHeader header;
  std::vector<Event> events;  // position in it = ordinal
};

// Collects the events of one turn, encoded as they come; the header is known only at its end.
// Keeps its memory from turn to turn. One thread.
class EntryBuilder {
 public:
  // Forgets what was added.
  void begin();
  // Returns the event's ordinal in the entry.
  Ordinal add(const Event& event);
  [[nodiscard]] Ordinal count() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::size_t event_bytes() const noexcept { return used_; }
  // The whole entry, in a string of its exact size. The builder keeps its events until begin().
  [[nodiscard]] std::string finish(const EntryHeader& header) const;

 private:
  std::string buffer_;  // longer than `used_`: see write_event()
  std::size_t used_ = 0;
  Ordinal count_ = 0;
};

// All of these are strict like decode_event(): Errc::corrupt names entry, event and field. Events above the format
// level `reads` are unknown.
Result<DecodedEntry, Error> decode_entry(std::string_view entry,
                                         FormatLevel reads = format_level_own);
// Reads the header only; says nothing about the events.
Result<EntryHeader, Error> decode_entry_header(std::string_view entry);
// Errc::corrupt unless the entry is the one that was asked for: bytes from a disk or a peer may be another's.
Status<Error> expect_entry(const EntryHeader& header, PartitionId partition, LogIndex index);
// The header, and how many events the entry claims to have.
struct EntryShape {
  EntryHeader header;
  std::uint64_t events = 0;
};
Result<EntryShape, Error> decode_entry_shape(std::string_view entry);
// The change of membership that the entry is: its first event, when that is a ReplicaChanged; nothing
// otherwise. Looks at the number of the first event, decodes it only then, and nothing behind it.
Result<std::optional<ReplicaChanged>, Error> decode_replica_change(std::string_view entry);
// One event; those before it are skipped (~10x faster than decoding), those after it are not looked
// at. Errc::missing when the entry has fewer events. Each call skips from the start of the entry:
// whoever reads several events out of one takes EntryEvents.
Result<Event, Error> decode_event_at(std::string_view entry, Ordinal ordinal);

// An entry of which several events are wanted, in any order. The place of each event is found once
// and kept, so that all reads together walk over the entry at most once, and never behind the last
// event asked for: damage there is not noticed, as with decode_event_at(). One thread.
class EntryEvents {
 public:
  // Reads the header only.
  static Result<EntryEvents, Error> open(std::string entry);
  [[nodiscard]] const EntryHeader& header() const noexcept { return header_; }
  // Strict like decode_event_at(), whose errors it gives. An error changes nothing: events before a
  // damaged one can still be read.
  Result<Event, Error> event(Ordinal ordinal);
  // The wire number of one, without a look at its fields; 0: there is none, or it is cut short.
  std::uint8_t number(Ordinal ordinal);

 private:
  EntryEvents(std::string entry, const EntryHeader& header, std::uint64_t count, std::size_t first)
      : entry_(std::move(entry)), header_(header), count_(count), starts_{first} {}
  // Empty: the entry has fewer events, or is cut short before the end of this one.
  std::string_view bytes_of(Ordinal ordinal);

  std::string entry_;
  EntryHeader header_;
  std::uint64_t count_;              // events that the entry claims
  std::vector<std::size_t> starts_;  // of the events found so far, and of the one behind them
};

}  // namespace florin
