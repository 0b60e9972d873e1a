// SegmentCatalogue: which segments there are, what is durable in them, and where each entry begins. Shared by
// the journal's writer, its readers and its helper thread; every method is safe from any thread.
#pragma once

#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "persistence/journal/segment/segment_format.hpp"
#include "persistence/journal/segment/segment_index.hpp"
#include "persistence/journal/segment/stream_runs.hpp"

namespace florin::journal {

struct Segment {
  SegmentHeader header;
  std::string path;
  SegmentExtent extent;                 // durable blocks only
  std::shared_ptr<SegmentIndex> index;  // null: the sidecar serves
};

class SegmentCatalogue {
 public:
  // Where to find one entry.
  struct Place {
    std::uint64_t segment_number = 0;
    std::string path;
    std::optional<std::uint32_t> offset;  // of the frame; nothing: read it from the sidecar
    std::uint64_t sidecar_position = 0;
  };
  // A frame of a block that has just become durable.
  struct NewFrame {
    PartitionId partition = 0;
    std::uint32_t offset = 0;
    LogIndex index = 0;
  };
  // What is durable at one moment.
  struct Snapshot {
    std::vector<Segment> segments;  // an index is not part of them
    StreamRuns runs;
  };

  // The newest segment from now on. Needs an index while blocks are published into it.
  void add(Segment segment);
  // The newest segment's next block is durable: its entries may be read from now on, and what they replace
  // no longer.
  void publish(const std::vector<NewFrame>& frames, std::uint64_t end_offset);
  // The sidecar is durable: the index in memory is no longer needed.
  void drop_index(std::uint64_t segment_number);
  // The sidecar is wrong: this serves instead.
  void set_index(std::uint64_t segment_number, std::shared_ptr<SegmentIndex> index);

  [[nodiscard]] std::optional<Place> locate(PartitionId partition, LogIndex index) const;
  [[nodiscard]] LogIndex last_index(PartitionId partition) const;
  [[nodiscard]] std::vector<LogIndex> next_index() const;
  [[nodiscard]] Segment newest() const;
  [[nodiscard]] std::optional<Segment> find(std::uint64_t segment_number) const;
  [[nodiscard]] Snapshot snapshot() const;
  [[nodiscard]] std::size_t size() const;

 private:
  Segment& by_number(std::uint64_t number) { return segments_[number - 1]; }

  mutable std::shared_mutex mutex_;
  std::vector<Segment> segments_;  // number n at n - 1
  StreamRuns runs_;
};

}  // namespace florin::journal
