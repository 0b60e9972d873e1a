// SegmentIndex: where each entry of one segment begins. In memory while the segment is young, in the sidecar
// file `NNNNNNNN.idx` once it is sealed. A sidecar can always be made again from its segment; it is a
// cache, and a reader checks the frame it points to.
//
//   sidecar = directory, offset u32 * entries (by partition, then index)
//   directory = magic u64, format version u32, partitions u32, segment number u64, data id u64,
//               next block sequence u64, end of data u64, (first index u64, count u64) * partitions,
//               crc32c of the offsets u32, crc32c u32 of all before
//
// Where an index comes more than once in a segment (format version 2) only its newest frame is indexed, and a
// lower index drops the ones above it: what a segment holds of a stream is always one run of indexes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "persistence/journal/file_system.hpp"
#include "persistence/journal/segment/segment_format.hpp"

namespace florin::journal {

// Which entries of each partition a segment holds and where its blocks end. A later segment may have
// replaced some of them: that does not show here (segment/stream_runs.hpp).
struct SegmentExtent {
  BlockSequence next_sequence = 0;   // of the block after this segment's last
  std::uint64_t end_offset = 0;      // behind the last block, aligned
  std::vector<LogIndex> first;       // per partition; means nothing where the count is 0
  std::vector<std::uint64_t> count;  // entries per partition

  void clear_entries(std::size_t partitions) {
    first.assign(partitions, 0);
    count.assign(partitions, 0);
  }
};

struct SegmentIndex {
  std::vector<std::vector<std::uint32_t>> offsets;  // per partition, of the frames, by index
};

// The segment's next frame in file order: it replaces the one of its index and drops those behind that.
inline void index_frame(SegmentExtent& extent, SegmentIndex& index, PartitionId partition,
                        LogIndex entry, std::uint32_t offset) {
  auto& offsets = index.offsets[partition];
  LogIndex& first = extent.first[partition];
  if (offsets.empty() || entry <= first) {
    offsets.clear();
    first = entry;
  } else if (entry - first < offsets.size()) {
    offsets.resize(static_cast<std::size_t>(entry - first));
  }
  offsets.push_back(offset);
  extent.count[partition] = offsets.size();
}

// Path in, durable on return; written under another name first, so a crash leaves no half sidecar.
Status<Error> write_sidecar(FileSystem& files, const std::string& directory,
                            const SegmentHeader& header, const SegmentExtent& extent,
                            const SegmentIndex& index);

// Nothing when the sidecar is missing, damaged, of an older format or belongs to other data: make it again.
std::optional<SegmentExtent> read_sidecar_extent(FileSystem& files, const std::string& directory,
                                                 const SegmentHeader& header);

// File position of the `ordinal`-th offset of a partition.
std::uint64_t sidecar_position(const SegmentExtent& extent, PartitionId partition,
                               std::uint64_t ordinal) noexcept;

}  // namespace florin::journal
