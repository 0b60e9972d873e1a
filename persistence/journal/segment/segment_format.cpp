// Encoding and decoding of segment headers, block headers and entry frames.
#include "persistence/journal/segment/segment_format.hpp"

#include <cstdio>

#include "persistence/journal/crc32c.hpp"
#include "persistence/journal/segment/little_endian.hpp"

namespace florin::journal {
namespace {

constexpr std::uint64_t segment_magic = 0x3147'4553'524f'4c46;  // "FLORSEG1"
constexpr std::uint32_t block_magic = 0x4b4c'4246;              // "FBLK"
constexpr std::size_t header_alignment = 4096;

std::size_t header_bytes(std::size_t partitions) noexcept {
  return segment_header_prefix_bytes + 8 * partitions + 4;
}

std::string numbered_name(std::uint64_t number, std::string_view suffix) {
  std::string digits = std::to_string(number);
  return std::string(digits.size() < 8 ? 8 - digits.size() : 0, '0') + digits + std::string(suffix);
}

// The header's CRC continues from a word of the data id, so that it cannot be made without knowing it.
std::uint32_t block_header_crc(const char* header, std::uint64_t data_id) noexcept {
  char id[8];
  store(id, data_id);
  return crc32c({header, block_header_bytes - 4}, crc32c({id, sizeof id}));
}

}  // namespace

std::size_t data_begin(std::size_t partitions) noexcept {
  return (header_bytes(partitions) + header_alignment - 1) / header_alignment * header_alignment;
}

std::uint64_t align_block(std::uint64_t offset) noexcept {
  return (offset + block_alignment - 1) / block_alignment * block_alignment;
}

std::string segment_file_name(std::uint64_t number) { return numbered_name(number, ".seg"); }
std::string index_file_name(std::uint64_t number) { return numbered_name(number, ".idx"); }

std::optional<std::uint64_t> parse_segment_file_name(std::string_view name) {
  if (name.size() < 12 || name.size() > 20 || !name.ends_with(".seg")) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : name.substr(0, name.size() - 4)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (number == 0 || segment_file_name(number) != name) return std::nullopt;
  return number;
}

std::string encode_segment_header(const SegmentHeader& header) {
  std::string out;
  out.reserve(header_bytes(header.next_index.size()));
  append(out, segment_magic);
  append(out, header.replaceable ? format_version_replaceable : format_version);
  append(out, static_cast<std::uint32_t>(header.next_index.size()));
  append(out, header.number);
  append(out, header.data_id);
  append(out, header.first_sequence);
  append(out, header.file_bytes);
  for (const LogIndex next : header.next_index) append(out, next);
  append(out, crc32c(out));
  return out;
}

Result<std::size_t, Error> segment_header_bytes(std::string_view prefix, const std::string& path) {
  if (prefix.size() < segment_header_prefix_bytes ||
      load<std::uint64_t>(prefix.data()) != segment_magic)
    return Err{corrupt_error(path, 0, "this is not a segment header")};
  const auto version = load<std::uint32_t>(prefix.data() + 8);
  if (version != format_version && version != format_version_replaceable)
    return Err{Error{Errc::mismatch, path + " has format version " + std::to_string(version) +
                                         ", this program reads versions " +
                                         std::to_string(format_version) + " and " +
                                         std::to_string(format_version_replaceable)}};
  const auto partitions = load<std::uint32_t>(prefix.data() + 12);
  if (partitions == 0 || partitions > streams_max)
    return Err{corrupt_error(path, 12, "impossible number of partitions in the segment header")};
  return header_bytes(partitions);
}

Result<SegmentHeader, Error> decode_segment_header(std::string_view bytes,
                                                   const std::string& path) {
  FLORIN_TRY(size, segment_header_bytes(bytes, path));
  if (bytes.size() < size ||
      crc32c(bytes.substr(0, size - 4)) != load<std::uint32_t>(bytes.data() + size - 4))
    return Err{corrupt_error(path, 0, "the segment header does not match its checksum")};
  SegmentHeader header;
  header.replaceable = load<std::uint32_t>(bytes.data() + 8) == format_version_replaceable;
  header.number = load<std::uint64_t>(bytes.data() + 16);
  header.data_id = load<std::uint64_t>(bytes.data() + 24);
  header.first_sequence = load<std::uint64_t>(bytes.data() + 32);
  header.file_bytes = load<std::uint64_t>(bytes.data() + 40);
  for (std::size_t at = segment_header_prefix_bytes; at < size - 4; at += 8)
    header.next_index.push_back(load<std::uint64_t>(bytes.data() + at));
  return header;
}

void encode_block_header(const BlockHeader& header, std::uint64_t data_id, char* into) noexcept {
  store(into, block_magic);
  store(into + 4, header.flags);
  store(into + 8, header.sequence);
  store(into + 16, header.body_bytes);
  store(into + 20, header.entry_count);
  store(into + 24, header.body_crc);
  store(into + 28, block_header_crc(into, data_id));
}

std::optional<BlockHeader> decode_block_header(std::string_view bytes,
                                               std::uint64_t data_id) noexcept {
  if (bytes.size() < block_header_bytes || load<std::uint32_t>(bytes.data()) != block_magic)
    return std::nullopt;
  if (load<std::uint32_t>(bytes.data() + 28) != block_header_crc(bytes.data(), data_id))
    return std::nullopt;
  BlockHeader header;
  header.flags = load<std::uint32_t>(bytes.data() + 4);
  header.sequence = load<std::uint64_t>(bytes.data() + 8);
  header.body_bytes = load<std::uint32_t>(bytes.data() + 16);
  header.entry_count = load<std::uint32_t>(bytes.data() + 20);
  header.body_crc = load<std::uint32_t>(bytes.data() + 24);
  return header;
}

std::string_view block_magic_bytes() noexcept { return "FBLK"; }

void append_frame(std::string& body, PartitionId partition, LogIndex index,
                  std::string_view bytes) {
  char header[frame_header_bytes];
  store(header, partition);
  store(header + 2, index);
  store(header + 10, static_cast<std::uint32_t>(bytes.size()));
  store(header + 14, crc32c(bytes, crc32c({header, frame_header_bytes - 4})));
  body.append(header, sizeof header).append(bytes);
}

FrameHeader decode_frame_header(std::string_view bytes) noexcept {
  return {load<PartitionId>(bytes.data()), load<LogIndex>(bytes.data() + 2),
          load<std::uint32_t>(bytes.data() + 10), load<std::uint32_t>(bytes.data() + 14)};
}

bool frame_intact(std::string_view frame, const FrameHeader& header) noexcept {
  const auto head = crc32c(frame.substr(0, frame_header_bytes - 4));
  return crc32c(frame.substr(frame_header_bytes, header.length), head) == header.crc;
}

Error corrupt_error(std::string_view path, std::uint64_t offset, std::string_view what) {
  return Error{Errc::corrupt, std::string(path) + " at offset " + std::to_string(offset) + ": " +
                                  std::string(what) +
                                  "; restore this file from a copy or another replica"};
}

}  // namespace florin::journal
