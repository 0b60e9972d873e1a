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
  const journal::StreamRuns& runs;
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

using FrameVisitor = std::function<Status<Error>(const journal::ScannedFrame&)>;

// All frames of the durable part of one segment, from its first block to the end known to the catalogue.
Status<Error> visit_durable(journal::FileWindow& window, const Segment& segment,
                            const FrameVisitor& visit) {
  std::vector<LogIndex> next = segment.header.next_index;
  FLORIN_TRY(end,
             journal::scan_blocks(window, segment.header, segment.extent.end_offset, next, visit));
  if (end.end_offset != segment.extent.end_offset ||
      end.next_sequence != segment.extent.next_sequence)
    return Err{
        journal::corrupt_error(segment.path, end.end_offset,
                               "block " + std::to_string(end.next_sequence) + " is damaged")};
  return Unit{};
}

// The segment's index and extent once more, from the durable part of the segment itself.
struct Indexed {
  journal::SegmentExtent extent;
  journal::SegmentIndex index;
};
Result<Indexed, Error> index_durable(journal::FileWindow& window, const Segment& segment) {
  Indexed found;
  found.extent.clear_entries(segment.header.next_index.size());
  found.index.offsets.resize(segment.header.next_index.size());
  FLORIN_TRY_VOID(
      visit_durable(window, segment, [&](const journal::ScannedFrame& frame) -> Status<Error> {
        journal::index_frame(found.extent, found.index, frame.header.partition, frame.header.index,
                             static_cast<std::uint32_t>(frame.offset));
        return Unit{};
      }));
  return found;
}

// Is this the frame that serves its index? `in_segment` knows which frame was the segment's last of it.
bool survives(const Scan& scan, const Segment& segment, const Indexed& in_segment,
              const journal::ScannedFrame& frame) {
  const auto [partition, index, length, crc] = frame.header;
  const auto& offsets = in_segment.index.offsets[partition];
  const LogIndex first = in_segment.extent.first[partition];
  return index >= first && index - first < offsets.size() &&
         offsets[index - first] == frame.offset &&
         scan.runs.serves(segment.header.number, partition, index);
}

// Where entries may be replaced, the segment is read twice: only its end says which of its frames count.
Status<Error> scan_segment(File& file, const Segment& segment, Scan& scan) {
  journal::FileWindow window(file, segment.path);
  Indexed in_segment;
  if (segment.header.replaceable) {
    FLORIN_TRY(indexed, index_durable(window, segment));
    in_segment = std::move(indexed);
  }
  std::uint64_t reported = 0;
  const auto visit_frame = [&](const journal::ScannedFrame& frame) -> Status<Error> {
    if (frame.offset - reported >= progress_every_bytes) {
      reported = frame.offset;
      scan.report(scan.done + reported);
    }
    if (frame.header.index <= scan.after_of(frame.header.partition)) return Unit{};
    if (segment.header.replaceable && !survives(scan, segment, in_segment, frame)) return Unit{};
    return scan.visit(
        {frame.header.partition, frame.header.index, frame.bytes, frame.offset, segment.path});
  };
  FLORIN_TRY_VOID(visit_durable(window, segment, visit_frame));
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
  const auto again = catalogue_.locate(partition, index);  // may have been replaced meanwhile
  if (!again) return Err{Error{Errc::missing, "the log has no " + entry_name(partition, index)}};
  FLORIN_TRY(right_offset, frame_offset(*again));
  return read_frame(again->path, right_offset, partition, index);
}

LogIndex Journal::last_index(PartitionId partition) const {
  return catalogue_.last_index(partition);
}

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
    return Err{journal::corrupt_error(
        path, offset, entry_name(partition, index) + " does not match its checksum")};
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
  FLORIN_TRY(file, read_files_.open(segment->path));
  journal::FileWindow window(*file, segment->path);
  FLORIN_TRY(found, index_durable(window, *segment));
  for (std::size_t p = 0; p < found.extent.count.size(); ++p)
    if (found.extent.count[p] != segment->extent.count[p] ||
        (found.extent.count[p] != 0 && found.extent.first[p] != segment->extent.first[p]))
      return Err{journal::corrupt_error(segment->path, segment->extent.end_offset,
                                        "the sidecar counts other entries than the segment holds")};
  catalogue_.set_index(segment_number,
                       std::make_shared<journal::SegmentIndex>(std::move(found.index)));
  return Unit{};
}

// Position in `segments` of the first one that holds an entry anybody wants; their number when there is none.
Result<std::size_t, Error> Journal::first_segment_needed(
    const journal::SegmentCatalogue::Snapshot& log, const std::vector<LogIndex>& after) const {
  std::size_t first = log.segments.size();
  for (std::size_t p = 0; p < log.runs.streams(); ++p) {
    const LogIndex have = p < after.size() ? after[p] : 0;
    if (have == std::numeric_limits<LogIndex>::max()) continue;
    const auto partition = static_cast<PartitionId>(p);
    const LogIndex last = log.runs.next_index(partition) - 1;
    if (have > last)
      return Err{Error{Errc::missing,
                       "the log of partition " + std::to_string(p) + " in " + options_.directory +
                           " ends at index " + std::to_string(last) + " but its state is at " +
                           std::to_string(have) + ": log files are missing, restore them"}};
    if (have == last) continue;
    const journal::StreamRuns::Run* run = log.runs.find(partition, have + 1);
    FLORIN_ASSERT(run != nullptr);
    first = std::min(first, static_cast<std::size_t>(run->segment_number - 1));
  }
  return first;
}

Status<Error> Journal::scan(const std::vector<LogIndex>& after,
                            const std::function<Status<Error>(const LogEntryView&)>& visit,
                            const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const journal::SegmentCatalogue::Snapshot log = catalogue_.snapshot();
  const auto& segments = log.segments;
  FLORIN_TRY(first, first_segment_needed(log, after));
  Scan scan{log.runs, after, visit, progress};
  for (std::size_t i = first; i < segments.size(); ++i) scan.total += segments[i].extent.end_offset;
  for (std::size_t i = first; i < segments.size(); ++i) {
    FLORIN_TRY(file, read_files_.open(segments[i].path));
    FLORIN_TRY_VOID(scan_segment(*file, segments[i], scan));
  }
  return Unit{};
}

}  // namespace florin
