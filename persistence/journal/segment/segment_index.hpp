// SegmentIndex: where each entry of one segment begins. In memory while the segment is young, in the sidecar
// file `NNNNNNNN.idx` once it is sealed. A sidecar can always be made again from its segment; it is a
// cache, and a reader checks the frame it points to.
//
//   sidecar = directory, offset u32 * entries (by partition, then index)
//   directory = magic u64, format version u32, partitions u32, segment number u64, data id u64,
//               next block sequence u64, end of data u64, count u64 * partitions,
//               crc32c of the offsets u32, crc32c u32 of all before
// (An entry's partition-wise first index stands in the segment's own header.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "persistence/journal/file_system.hpp"
#include "persistence/journal/segment/segment_format.hpp"

namespace florin::journal {

// How many entries of each partition a segment holds and where its blocks end.
struct SegmentExtent {
  BlockSequence next_sequence = 0;   // of the block after this segment's last
  std::uint64_t end_offset = 0;      // behind the last block, aligned
  std::vector<std::uint64_t> count;  // entries per partition
};

struct SegmentIndex {
  std::vector<std::vector<std::uint32_t>> offsets;  // per partition, of the frames, by index
};

// Path in, durable on return; written under another name first, so a crash leaves no half sidecar.
Status<Error> write_sidecar(FileSystem& files, const std::string& directory, const SegmentHeader& header,
                            const SegmentExtent& extent, const SegmentIndex& index);

// Nothing when the sidecar is missing, damaged or belongs to other data: make it again.
std::optional<SegmentExtent> read_sidecar_extent(FileSystem& files, const std::string& directory,
                                                 const SegmentHeader& header);

// File position of the `ordinal`-th offset of a partition.
std::uint64_t sidecar_position(const SegmentExtent& extent, PartitionId partition,
                               std::uint64_t ordinal) noexcept;

}  // namespace florin::journal
