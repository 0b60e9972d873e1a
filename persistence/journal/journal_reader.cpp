// Journal, reading side: one entry by its index, or all entries in file order.
#include <algorithm>
#include <limits>

#include "persistence/journal/journal.hpp"
#include "persistence/journal/segment/little_endian.hpp"
#include "persistence/journal/segment/segment_scan.hpp"

namespace florin {

using journal::frame_header_bytes;
using journal::Segment;

namespace {

constexpr std::uint64_t progress_every_bytes = std::uint64_t{4} << 20;

std::string entry_name(PartitionId partition, LogIndex index) {
  return "entry " + std::to_string(index) + " of partition " + std::to_string(partition);
}

// Everything scan() carries through the segments.
struct Scan {
  const std::vector<LogIndex>& after;
  const std::function<Status<Error>(const LogEntryView&)>& visit;
  const std::function<void(std::uint64_t, std::uint64_t)>& progress;
  std::uint64_t done = 0;
  std::uint64_t total = 0;

  [[nodiscard]] LogIndex after_of(PartitionId partition) const {
    return partition < after.size() ? after[partition] : 0;
  }
  void report(std::uint64_t bytes) const {
    if (progress) progress(bytes, total);
  }
};

// The durable part of one segment, from its first block to the end known to the catalogue.
Status<Error> scan_segment(File& file, const Segment& segment, Scan& scan) {
  journal::FileWindow window(file, segment.path);
  std::vector<LogIndex> next = segment.header.next_index;
  std::uint64_t reported = 0;
  const auto visit_frame = [&](const journal::ScannedFrame& frame) -> Status<Error> {
    if (frame.offset - reported >= progress_every_bytes) {
      reported = frame.offset;
      scan.report(scan.done + reported);
    }
    if (frame.header.index <= scan.after_of(frame.header.partition)) return Unit{};
    return scan.visit({frame.header.partition, frame.header.index, frame.bytes, frame.offset, segment.path});
  };
  FLORIN_TRY(end, journal::scan_blocks(window, segment.header, segment.extent.end_offset, next, visit_frame));
  if (end.end_offset != segment.extent.end_offset || end.next_sequence != segment.extent.next_sequence)
    return Err{journal::corrupt_error(segment.path, end.end_offset,
                                      "block " + std::to_string(end.next_sequence) + " is damaged")};
  scan.done += segment.extent.end_offset;
  scan.report(scan.done);
  return Unit{};
}

}  // namespace

Result<std::string, Error> Journal::read(PartitionId partition, LogIndex index) {
  const auto place = catalogue_.locate(partition, index);
  if (!place) return Err{Error{Errc::missing, "the log has no " + entry_name(partition, index)}};
  FLORIN_TRY(offset, frame_offset(*place));
  auto bytes = read_frame(place->path, offset, partition, index);
  if (bytes || place->offset || bytes.error().code != Errc::corrupt) return bytes;
  // Either the frame is damaged or the sidecar points to a wrong place: the segment itself knows.
  FLORIN_TRY_VOID(rebuild_index(place->segment_number));
  const auto again = catalogue_.locate(partition, index);
  FLORIN_ASSERT(again && again->offset);
  return read_frame(again->path, *again->offset, partition, index);
}

LogIndex Journal::last_index(PartitionId partition) const { return catalogue_.last_index(partition); }

Result<std::uint32_t, Error> Journal::frame_offset(const journal::SegmentCatalogue::Place& place) {
  if (place.offset) return *place.offset;
  char bytes[4] = {};
  const auto path = options_.directory + "/" + journal::index_file_name(place.segment_number);
  auto file = read_files_.open(path);
  if (file) {
    auto got = (*file)->read_at(place.sidecar_position, bytes);
    if (got && *got == sizeof bytes) return journal::load<std::uint32_t>(bytes);
  }
  return std::uint32_t{0};  // no frame begins there: read() makes the index again
}

Result<std::string, Error> Journal::read_frame(const std::string& path, std::uint32_t offset,
                                               PartitionId partition, LogIndex index) {
  FLORIN_TRY(file, read_files_.open(path));
  std::string frame(1024, '\0');  // most entries come whole with the first read
  FLORIN_TRY(got, file->read_at(offset, frame));
  const auto wrong = [&] {
    return Err{journal::corrupt_error(path, offset, entry_name(partition, index) +
                                                        " does not match its checksum")};
  };
  if (got < frame_header_bytes) return wrong();
  const auto header = journal::decode_frame_header(frame);
  if (header.partition != partition || header.index != index) return wrong();
  const std::size_t whole = frame_header_bytes + header.length;
  if (whole > got) {
    FLORIN_TRY(bytes_in_file, file->size());
    if (offset + whole > bytes_in_file) return wrong();
    frame.resize(whole);
    FLORIN_TRY(more, file->read_at(offset + got, std::span(frame).subspan(got)));
    if (got + more < whole) return wrong();
  }
  if (!journal::frame_intact(frame, header)) return wrong();
  return frame.substr(frame_header_bytes, header.length);
}

Status<Error> Journal::rebuild_index(std::uint64_t segment_number) {
  std::lock_guard lock(rebuild_mutex_);  // many readers may find the same damage
  const auto segment = catalogue_.find(segment_number);
  FLORIN_ASSERT(segment.has_value());
  if (segment->index) return Unit{};
  auto index = std::make_shared<journal::SegmentIndex>();
  index->offsets.resize(segment->extent.count.size());
  FLORIN_TRY(file, read_files_.open(segment->path));
  const std::vector<LogIndex> all;
  const auto remember = [&](const LogEntryView& entry) -> Status<Error> {
    index->offsets[entry.partition].push_back(static_cast<std::uint32_t>(entry.file_offset));
    return Unit{};
  };
  Scan scan{all, remember, nullptr};
  FLORIN_TRY_VOID(scan_segment(*file, *segment, scan));
  for (std::size_t p = 0; p < index->offsets.size(); ++p)
    if (index->offsets[p].size() != segment->extent.count[p])
      return Err{journal::corrupt_error(segment->path, segment->extent.end_offset,
                                        "the sidecar counts other entries than the segment holds")};
  catalogue_.set_index(segment_number, std::move(index));
  return Unit{};
}

// Position in `segments` of the first one that holds an entry anybody wants; their number when there is none.
Result<std::size_t, Error> Journal::first_segment_needed(const std::vector<Segment>& segments,
                                                         const std::vector<LogIndex>& after) const {
  std::size_t first = segments.size();
  if (segments.empty()) return first;
  for (std::size_t p = 0; p < options_.partitions; ++p) {
    const LogIndex have = p < after.size() ? after[p] : 0;
    if (have == std::numeric_limits<LogIndex>::max()) continue;
    const LogIndex last = segments.back().header.next_index[p] + segments.back().extent.count[p] - 1;
    if (have > last)
      return Err{Error{Errc::missing, "the log of partition " + std::to_string(p) + " in " +
                                          options_.directory + " ends at index " + std::to_string(last) +
                                          " but its state is at " + std::to_string(have) +
                                          ": log files are missing, restore them"}};
    if (have == last) continue;
    const auto behind =
        std::upper_bound(segments.begin(), segments.end(), have + 1,
                         [&](LogIndex wanted, const Segment& s) { return wanted < s.header.next_index[p]; });
    first = std::min(first, static_cast<std::size_t>(behind - segments.begin()) - 1);
  }
  return first;
}

Status<Error> Journal::scan(const std::vector<LogIndex>& after,
                            const std::function<Status<Error>(const LogEntryView&)>& visit,
                            const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const std::vector<Segment> segments = catalogue_.snapshot();
  FLORIN_TRY(first, first_segment_needed(segments, after));
  Scan scan{after, visit, progress};
  for (std::size_t i = first; i < segments.size(); ++i) scan.total += segments[i].extent.end_offset;
  for (std::size_t i = first; i < segments.size(); ++i) {
    FLORIN_TRY(file, read_files_.open(segments[i].path));
    FLORIN_TRY_VOID(scan_segment(*file, segments[i], scan));
  }
  return Unit{};
}

}  // namespace florin
