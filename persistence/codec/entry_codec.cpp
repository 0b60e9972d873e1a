// Entries: a header and the events behind it, read in one pass.
#include "persistence/codec/entry_codec.hpp"

#include <algorithm>

#include "persistence/codec/event_codec.hpp"
#include "persistence/codec/event_tokens.hpp"
#include "persistence/codec/field_reader.hpp"
#include "persistence/codec/field_writer.hpp"
#include "persistence/codec/skip.hpp"

namespace florin {
namespace {

constexpr std::size_t entry_fields = 6;
constexpr std::size_t header_bytes_max = 80;
constexpr std::size_t first_buffer_bytes = 64 * 1024;
// Events of real entries take more than this: what a count may make us reserve before they are seen is bounded by the
// entry's own bytes, times three. Smaller ones only cost that the room grows with them.
constexpr std::size_t event_bytes_usual = 64;
// How every ReplicaChanged begins: an array of three, and its number.
constexpr std::string_view replica_changed_begins = "\x93\x15";
static_assert(ReplicaChanged::wire.number == 0x15);

Error corrupt(const EntryHeader& header, const std::string& what) {
  return {Errc::corrupt, "entry " + std::to_string(header.index) + " of partition " +
                             std::to_string(header.partition) + ": " + what};
}

// `count` is the number of events that the entry claims.
std::string read_header(std::span<const codec::Token> tokens, EntryHeader& out,
                        std::uint64_t& count) {
  if (tokens.empty() || tokens.back().kind != codec::Token::Kind::array)
    return "field events: missing";
  count = tokens.back().number;
  codec::FieldReader in(tokens.first(tokens.size() - 1));
  in.array("(all)", entry_fields);
  in.value("partition", out.partition);
  in.value("term", out.term);
  in.value("index", out.index);
  in.value("time", out.time);
  in.value("previous_hash", out.previous_hash);
  return in.finish();
}

// What the readers of an entry share: the header, and the first problem.
class HeaderReader : public codec::EntryHandler {
 public:
  bool on_header(std::span<const codec::Token> tokens) override {
    header_seen_ = true;
    problem_ = read_header(tokens, header, count);
    return problem_.empty();
  }
  bool on_event(std::span<const codec::Token>) override { return false; }

  // nullopt = nothing wrong was seen.
  std::optional<Error> run(std::string_view entry) {
    const char* reason = tokenize_entry(entry, *this);
    if (reason != nullptr) return corrupt(header, reason);
    if (!problem_.empty()) return corrupt(header, problem_);
    if (!header_seen_) return corrupt(header, "no header");
    return std::nullopt;
  }

  EntryHeader header;
  std::uint64_t count = 0;

 protected:
  bool read(std::span<const codec::Token> tokens, std::uint64_t ordinal, Event& out,
            FormatLevel reads) {
    problem_ = codec::read_event(tokens, out, reads);
    if (problem_.empty()) return true;
    problem_ = "ordinal " + std::to_string(ordinal) + ": " + problem_;
    return false;
  }

 private:
  std::string problem_;
  bool header_seen_ = false;
};

class HeaderOnly final : public HeaderReader {
 public:
  bool on_header(std::span<const codec::Token> tokens) override {
    (void)HeaderReader::on_header(tokens);
    return false;
  }
};

class AllEvents final : public HeaderReader {
 public:
  AllEvents(std::size_t entry_bytes, FormatLevel reads)
      : entry_bytes_(entry_bytes), reads_(reads) {}
  bool on_header(std::span<const codec::Token> tokens) override {
    if (!HeaderReader::on_header(tokens)) return false;
    events.reserve(std::min<std::size_t>(count, entry_bytes_ / event_bytes_usual));
    return true;
  }
  bool on_event(std::span<const codec::Token> tokens) override {
    const std::size_t ordinal = events.size();
    return read(tokens, ordinal, events.emplace_back(), reads_);
  }
  std::vector<Event> events;

 private:
  std::size_t entry_bytes_;
  FormatLevel reads_;
};

// Takes everything before the first event off the front. False: the entry is cut short there, or
// not an entry.
bool skip_to_events(std::string_view& entry, std::uint64_t& count) {
  std::size_t size = 0;
  if (!codec::open_array(entry, size) || size != entry_fields) return false;
  for (std::size_t field = 1; field < entry_fields; ++field)
    if (codec::take_value(entry).empty()) return false;
  if (!codec::open_array(entry, size)) return false;
  count = size;
  return true;
}

// The bytes of the event with this ordinal; empty when the entry is cut short or not an entry.
std::string_view find_event(std::string_view entry, Ordinal ordinal, std::uint64_t& count) {
  if (!skip_to_events(entry, count) || ordinal >= count) return {};
  for (Ordinal i = 0; i < ordinal; ++i)
    if (codec::take_value(entry).empty()) return {};
  return codec::take_value(entry);
}

Error event_error(const EntryHeader& header, Ordinal ordinal, const std::string& what) {
  return corrupt(header, "event with ordinal " + std::to_string(ordinal) + ": " + what);
}

// Why there are no bytes for this event in an entry that claims `count`.
Error not_found(const EntryHeader& header, Ordinal ordinal, std::uint64_t count) {
  if (ordinal < count) return event_error(header, ordinal, "cut short");
  Error error = event_error(header, ordinal, "the entry has fewer");
  error.code = Errc::missing;
  return error;
}

}  // namespace

void EntryBuilder::begin() {
  if (buffer_.empty()) buffer_.resize(first_buffer_bytes);
  used_ = 0;
  count_ = 0;
}

Ordinal EntryBuilder::add(const Event& event) {
  used_ = write_event(buffer_, used_, event);
  return count_++;
}

std::string EntryBuilder::finish(const EntryHeader& header) const {
  std::string entry;
  entry.reserve(header_bytes_max + used_);
  std::string head;
  codec::ByteSink sink(head, 0);
  codec::FieldWriter out(sink);
  out.array(entry_fields);
  out.value(header.partition);
  out.value(header.term);
  out.value(header.index);
  out.value(header.time);
  out.value(header.previous_hash);
  out.array(count_);
  entry.append(head, 0, sink.used());
  entry.append(buffer_, 0, used_);
  return entry;
}

Result<DecodedEntry, Error> decode_entry(std::string_view entry, FormatLevel reads) {
  AllEvents reader(entry.size(), reads);
  if (auto error = reader.run(entry)) return Err{std::move(*error)};
  return DecodedEntry{reader.header, std::move(reader.events)};
}

Result<EntryHeader, Error> decode_entry_header(std::string_view entry) {
  FLORIN_TRY(shape, decode_entry_shape(entry));
  return shape.header;
}

Status<Error> expect_entry(const EntryHeader& header, PartitionId partition, LogIndex index) {
  if (header.partition == partition && header.index == index) return Unit{};
  return Err{Error{Errc::corrupt, "asked for entry " + std::to_string(index) + " of partition " +
                                      std::to_string(partition) + ", this is entry " +
                                      std::to_string(header.index) + " of partition " +
                                      std::to_string(header.partition)}};
}

Result<EntryShape, Error> decode_entry_shape(std::string_view entry) {
  HeaderOnly reader;
  if (auto error = reader.run(entry)) return Err{std::move(*error)};
  return EntryShape{reader.header, reader.count};
}

Result<std::optional<ReplicaChanged>, Error> decode_replica_change(std::string_view entry) {
  std::uint64_t count = 0;
  std::string_view first = entry;
  if (!skip_to_events(first, count)) {
    FLORIN_TRY(header, decode_entry_header(entry));
    return Err{corrupt(header, "field events: missing")};
  }
  if (count == 0 || !first.starts_with(replica_changed_begins))
    return std::optional<ReplicaChanged>{};
  FLORIN_TRY(event, decode_event_at(entry, 0));
  return std::optional(get<ReplicaChanged>(event));
}

Result<Event, Error> decode_event_at(std::string_view entry, Ordinal ordinal) {
  std::uint64_t count = 0;
  const std::string_view bytes = find_event(entry, ordinal, count);
  if (bytes.empty()) {
    FLORIN_TRY(header, decode_entry_header(entry));
    return Err{not_found(header, ordinal, count)};
  }
  auto event = decode_event(bytes);
  if (event) return event;
  FLORIN_TRY(header, decode_entry_header(entry));
  return Err{event_error(header, ordinal, event.error().context)};
}

Result<EntryEvents, Error> EntryEvents::open(std::string entry) {
  FLORIN_TRY(header, decode_entry_header(entry));
  std::uint64_t count = 0;
  std::string_view rest = entry;
  if (!skip_to_events(rest, count)) return Err{corrupt(header, "field events: missing")};
  const std::size_t first = entry.size() - rest.size();
  return EntryEvents(std::move(entry), header, count, first);
}

Result<Event, Error> EntryEvents::event(Ordinal ordinal) {
  const std::string_view bytes = bytes_of(ordinal);
  if (bytes.empty()) return Err{not_found(header_, ordinal, count_)};
  auto event = decode_event(bytes);
  if (event) return event;
  return Err{event_error(header_, ordinal, event.error().context)};
}

std::uint8_t EntryEvents::number(Ordinal ordinal) {
  constexpr std::uint8_t numbers_end = 0x80;  // above it are no numbers of one byte
  std::string_view bytes = bytes_of(ordinal);
  std::size_t size = 0;
  if (bytes.empty() || !codec::open_array(bytes, size) || bytes.empty()) return 0;
  const auto first = static_cast<std::uint8_t>(bytes.front());
  return first < numbers_end ? first : 0;
}

std::string_view EntryEvents::bytes_of(Ordinal ordinal) {
  if (ordinal >= count_) return {};
  const std::string_view entry(entry_);
  std::string_view rest = entry.substr(starts_.back());
  while (starts_.size() <= std::size_t{ordinal} + 1) {
    if (codec::take_value(rest).empty()) return {};
    starts_.push_back(entry.size() - rest.size());
  }
  return entry.substr(starts_[ordinal], starts_[ordinal + 1] - starts_[ordinal]);
}

}  // namespace florin
