// The catalogue of segments. All work under the lock is short: no file is touched here.
#include "persistence/journal/segment/segment_catalogue.hpp"

#include <algorithm>
#include <mutex>

#include "base/assert.hpp"

namespace florin::journal {

void SegmentCatalogue::add(Segment segment) {
  std::unique_lock lock(mutex_);
  FLORIN_ASSERT(segment.header.number == segments_.size() + 1);
  segments_.push_back(std::move(segment));
}

void SegmentCatalogue::publish(const std::vector<NewFrame>& frames, std::uint64_t end_offset) {
  std::unique_lock lock(mutex_);
  Segment& active = segments_.back();
  for (const NewFrame& frame : frames) {
    active.index->offsets[frame.partition].push_back(frame.offset);
    ++active.extent.count[frame.partition];
  }
  active.extent.end_offset = end_offset;
  ++active.extent.next_sequence;
}

void SegmentCatalogue::drop_index(std::uint64_t segment_number) {
  std::unique_lock lock(mutex_);
  by_number(segment_number).index.reset();
}

void SegmentCatalogue::set_index(std::uint64_t segment_number, std::shared_ptr<SegmentIndex> index) {
  std::unique_lock lock(mutex_);
  by_number(segment_number).index = std::move(index);
}

std::optional<SegmentCatalogue::Place> SegmentCatalogue::locate(PartitionId partition,
                                                                LogIndex index) const {
  std::shared_lock lock(mutex_);
  if (segments_.empty() || partition >= segments_[0].extent.count.size()) return std::nullopt;
  // The last segment that begins at or before the index; those before it end before the index.
  auto segment = std::upper_bound(
      segments_.begin(), segments_.end(), index,
      [&](LogIndex wanted, const Segment& s) { return wanted < s.header.next_index[partition]; });
  if (segment == segments_.begin()) return std::nullopt;
  --segment;
  const std::uint64_t ordinal = index - segment->header.next_index[partition];
  if (ordinal >= segment->extent.count[partition]) return std::nullopt;
  Place place{segment->header.number, segment->path, std::nullopt, 0};
  if (segment->index) place.offset = segment->index->offsets[partition][ordinal];
  else place.sidecar_position = sidecar_position(segment->extent, partition, ordinal);
  return place;
}

LogIndex SegmentCatalogue::last_index(PartitionId partition) const {
  std::shared_lock lock(mutex_);
  if (segments_.empty()) return 0;
  const Segment& active = segments_.back();
  if (partition >= active.extent.count.size()) return 0;
  return active.header.next_index[partition] + active.extent.count[partition] - 1;
}

std::vector<LogIndex> SegmentCatalogue::next_index() const {
  std::shared_lock lock(mutex_);
  if (segments_.empty()) return {};
  std::vector<LogIndex> next = segments_.back().header.next_index;
  for (std::size_t p = 0; p < next.size(); ++p) next[p] += segments_.back().extent.count[p];
  return next;
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

std::vector<Segment> SegmentCatalogue::snapshot() const {
  std::shared_lock lock(mutex_);
  std::vector<Segment> copies = segments_;
  for (Segment& copy : copies) copy.index.reset();
  return copies;
}

std::size_t SegmentCatalogue::size() const {
  std::shared_lock lock(mutex_);
  return segments_.size();
}

}  // namespace florin::journal
