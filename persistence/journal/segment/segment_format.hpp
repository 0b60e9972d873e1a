// The bytes of a segment file `NNNNNNNN.seg`. Little endian, no padding inside structures.
//
//   segment   = header, zeros up to data_begin(), block*, zeros up to the end of the file
//   header    = magic u64, format version u32, partitions u32, segment number u64, data id u64,
//               first block sequence u64, bytes of the file u64, next index u64 * partitions, crc32c u32 of all before
//   block     = block header, body; begins at a multiple of 8; never spans segments
//   block header (32 bytes) = magic u32, flags u32, sequence u64, body bytes u32, entry count u32,
//               crc32c of the body u32, crc32c u32 of the 28 bytes before, continued from the data id
//   body      = entry frame*
//   frame     = partition u16, index u64, length u32, crc32c u32 of the 14 bytes before and of the bytes; bytes
//
// A block is one group commit: one write, one fdatasync, and the next block is not begun before that has
// returned. So a valid header of block n+1 proves that block n was durable. Block sequences run 1, 2, 3, ...
// over all segments.
//
// Format version 1: each index of a stream (the frame's "partition") comes once, without gaps. Format version 2,
// for the logs of a cluster: an index may also come again; the frame replaces the one before it of the same
// stream and index, and drops all that followed that one. The header's next indexes are those of the end of the
// segment before in both; the bytes differ in nothing else.
//
// The data id is a random number of the data directory: nobody outside can make bytes that look like one of our
// block headers, and files of another directory are noticed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"

namespace florin::journal {

using BlockSequence = std::uint64_t;

inline constexpr std::uint32_t format_version = 1;
inline constexpr std::uint32_t format_version_replaceable = 2;
// Of a cluster: a log and a group state for each partition and for the meta group.
inline constexpr std::size_t streams_max = 2 * (limits::partitions_max + 1);
inline constexpr std::size_t block_alignment = 8;
// No block is larger, so one that claims more was not written by us.
inline constexpr std::size_t block_bytes_max = std::size_t{256} << 20;
inline constexpr std::size_t block_header_bytes = 32;
inline constexpr std::size_t frame_header_bytes = 18;
// an empty block: the last thing of a clean stop
inline constexpr std::uint32_t flag_closed_cleanly = 1;

struct SegmentHeader {
  std::uint64_t number = 0;
  std::uint64_t data_id = 0;
  BlockSequence first_sequence = 0;
  std::uint64_t file_bytes = 0;  // a shorter file has lost its end
  bool replaceable = false;      // format version 2
  // per stream: the index behind its last entry when this was begun
  std::vector<LogIndex> next_index;
};

struct BlockHeader {
  std::uint32_t flags = 0;
  BlockSequence sequence = 0;
  std::uint32_t body_bytes = 0;
  std::uint32_t entry_count = 0;
  std::uint32_t body_crc = 0;
};

struct FrameHeader {
  PartitionId partition = 0;
  LogIndex index = 0;
  std::uint32_t length = 0;
  std::uint32_t crc = 0;
};

// Where the first block begins: header size rounded up to 4096.
std::size_t data_begin(std::size_t partitions) noexcept;
std::uint64_t align_block(std::uint64_t offset) noexcept;

// "00000001.seg" and back; other names give nothing.
std::string segment_file_name(std::uint64_t number);
std::string index_file_name(std::uint64_t number);
std::optional<std::uint64_t> parse_segment_file_name(std::string_view name);

std::string encode_segment_header(const SegmentHeader& header);
// `bytes` = the file's beginning. Bytes needed: segment_header_prefix_bytes, then segment_header_bytes().
inline constexpr std::size_t segment_header_prefix_bytes = 48;
// Errc::corrupt when magic or partitions are not ours; Errc::mismatch for another format version.
Result<std::size_t, Error> segment_header_bytes(std::string_view prefix, const std::string& path);
Result<SegmentHeader, Error> decode_segment_header(std::string_view bytes, const std::string& path);

void encode_block_header(const BlockHeader& header, std::uint64_t data_id, char* into) noexcept;
// Nothing when magic or CRC are wrong.
std::optional<BlockHeader> decode_block_header(std::string_view bytes,
                                               std::uint64_t data_id) noexcept;
// The first four bytes of every block header, to search for.
std::string_view block_magic_bytes() noexcept;

void append_frame(std::string& body, PartitionId partition, LogIndex index, std::string_view bytes);
FrameHeader decode_frame_header(std::string_view bytes) noexcept;
// Does the frame (header and bytes) match its CRC? `frame` holds at least header and length bytes.
bool frame_intact(std::string_view frame, const FrameHeader& header) noexcept;

Error corrupt_error(std::string_view path, std::uint64_t offset, std::string_view what);

}  // namespace florin::journal
