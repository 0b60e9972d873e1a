// The catalogue of segments. All work under the lock is short: no file is touched here.
#include "persistence/journal/segment/segment_catalogue.hpp"

#include <mutex>

#include "base/assert.hpp"

namespace florin::journal {

void SegmentCatalogue::add(Segment segment) {
  std::unique_lock lock(mutex_);
  FLORIN_ASSERT(segment.header.number == segments_.size() + 1);
  if (segments_.empty()) runs_.reset(segment.header.next_index.size());
  for (std::size_t p = 0; p < segment.extent.count.size(); ++p)
    runs_.place_all(static_cast<PartitionId>(p), segment.header.number, segment.extent.first[p],
                    segment.extent.count[p]);
  segments_.push_back(std::move(segment));
}

void SegmentCatalogue::publish(const std::vector<NewFrame>& frames, std::uint64_t end_offset) {
  std::unique_lock lock(mutex_);
  Segment& active = segments_.back();
  for (const NewFrame& frame : frames) {
    index_frame(active.extent, *active.index, frame.partition, frame.index, frame.offset);
    runs_.place(frame.partition, active.header.number, frame.index);
  }
  active.extent.end_offset = end_offset;
  ++active.extent.next_sequence;
}

void SegmentCatalogue::drop_index(std::uint64_t segment_number) {
  std::unique_lock lock(mutex_);
  by_number(segment_number).index.reset();
}

void SegmentCatalogue::set_index(std::uint64_t segment_number,
                                 std::shared_ptr<SegmentIndex> index) {
  std::unique_lock lock(mutex_);
  by_number(segment_number).index = std::move(index);
}

std::optional<SegmentCatalogue::Place> SegmentCatalogue::locate(PartitionId partition,
                                                                LogIndex index) const {
  std::shared_lock lock(mutex_);
  const StreamRuns::Run* run = runs_.find(partition, index);
  if (run == nullptr) return std::nullopt;
  const Segment& segment = segments_[run->segment_number - 1];
  const std::uint64_t ordinal = index - segment.extent.first[partition];
  FLORIN_ASSERT(ordinal < segment.extent.count[partition]);
  Place place{segment.header.number, segment.path, std::nullopt, 0};
  if (segment.index)
    place.offset = segment.index->offsets[partition][ordinal];
  else
    place.sidecar_position = sidecar_position(segment.extent, partition, ordinal);
  return place;
}

LogIndex SegmentCatalogue::last_index(PartitionId partition) const {
  std::shared_lock lock(mutex_);
  return partition < runs_.streams() ? runs_.next_index(partition) - 1 : 0;
}

std::vector<LogIndex> SegmentCatalogue::next_index() const {
  std::shared_lock lock(mutex_);
  return runs_.next_indexes();
}

Segment SegmentCatalogue::newest() const {
  std::shared_lock lock(mutex_);
  FLORIN_ASSERT(!segments_.empty());
  return segments_.back();
}

std::optional<Segment> SegmentCatalogue::find(std::uint64_t segment_number) const {
  std::shared_lock lock(mutex_);
  if (segment_number == 0 || segment_number > segments_.size()) return std::nullopt;
  return segments_[segment_number - 1];
}

SegmentCatalogue::Snapshot SegmentCatalogue::snapshot() const {
  std::shared_lock lock(mutex_);
  Snapshot copy{segments_, runs_};
  for (Segment& segment : copy.segments) segment.index.reset();
  return copy;
}

std::size_t SegmentCatalogue::size() const {
  std::shared_lock lock(mutex_);
  return segments_.size();
}

}  // namespace florin::journal
