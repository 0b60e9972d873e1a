// Sidecar files: written when a segment is sealed, read at start-up (directory only).
#include "persistence/journal/segment/segment_index.hpp"

#include "persistence/journal/crc32c.hpp"
#include "persistence/journal/segment/little_endian.hpp"

namespace florin::journal {
namespace {

constexpr std::uint64_t sidecar_magic = 0x3258'4449'524f'4c46;  // "FLORIDX2"

constexpr std::size_t directory_bytes(std::size_t partitions) noexcept {
  return 8 + 4 + 4 + 8 + 8 + 8 + 8 + 16 * partitions + 4 + 4;
}

// The part of the directory that says which segment it belongs to.
std::string identity_bytes(const SegmentHeader& header) {
  std::string out;
  append(out, sidecar_magic);
  append(out, header.replaceable ? format_version_replaceable : format_version);
  append(out, static_cast<std::uint32_t>(header.next_index.size()));
  append(out, header.number);
  append(out, header.data_id);
  return out;
}

std::string encode_sidecar(const SegmentHeader& header, const SegmentExtent& extent,
                           const SegmentIndex& index) {
  std::string offsets;
  for (const auto& partition : index.offsets)
    offsets.append(reinterpret_cast<const char*>(partition.data()), partition.size() * 4);
  std::string out = identity_bytes(header);
  append(out, extent.next_sequence);
  append(out, extent.end_offset);
  for (std::size_t p = 0; p < extent.count.size(); ++p) {
    append(out, extent.first[p]);
    append(out, extent.count[p]);
  }
  append(out, crc32c(offsets));
  append(out, crc32c(out));
  return out + offsets;
}

}  // namespace

Status<Error> write_sidecar(FileSystem& files, const std::string& directory,
                            const SegmentHeader& header, const SegmentExtent& extent,
                            const SegmentIndex& index) {
  return replace_file(files, directory + "/" + index_file_name(header.number),
                      encode_sidecar(header, extent, index));
}

std::optional<SegmentExtent> read_sidecar_extent(FileSystem& files, const std::string& directory,
                                                 const SegmentHeader& header) {
  auto file = files.open(directory + "/" + index_file_name(header.number), OpenMode::read);
  if (!file) return std::nullopt;
  const std::size_t partitions = header.next_index.size();
  std::string bytes(directory_bytes(partitions), '\0');
  const auto got = (*file)->read_at(0, bytes);
  const auto file_bytes = (*file)->size();
  if (!got || !file_bytes || *got != bytes.size()) return std::nullopt;
  const std::string identity = identity_bytes(header);
  if (!bytes.starts_with(identity) || crc32c(std::string_view(bytes).substr(0, bytes.size() - 4)) !=
                                          load<std::uint32_t>(bytes.data() + bytes.size() - 4))
    return std::nullopt;
  SegmentExtent extent;
  const char* at = bytes.data() + identity.size();
  extent.next_sequence = load<std::uint64_t>(at);
  extent.end_offset = load<std::uint64_t>(at + 8);
  std::uint64_t entries = 0;
  for (std::size_t p = 0; p < partitions; ++p) {
    extent.first.push_back(load<LogIndex>(at + 16 + 16 * p));
    extent.count.push_back(load<std::uint64_t>(at + 24 + 16 * p));
    entries += extent.count.back();
  }
  if (*file_bytes != bytes.size() + 4 * entries) return std::nullopt;
  return extent;
}

std::uint64_t sidecar_position(const SegmentExtent& extent, PartitionId partition,
                               std::uint64_t ordinal) noexcept {
  std::uint64_t before = ordinal;
  for (PartitionId p = 0; p < partition; ++p) before += extent.count[p];
  return directory_bytes(extent.count.size()) + 4 * before;
}

}  // namespace florin::journal
