// Levels out of needs, and the level out of what is free.
#include "persistence/disk_space.hpp"

#include <sys/statvfs.h>

#include <algorithm>

namespace florin {
namespace {

// Second phase and record are some hundred bytes of log; its rows may need a page of the state store. The rest is room to
// be wrong.
constexpr std::uint64_t open_posting_bytes = 4096;

}  // namespace

std::string_view to_string(DiskLevel level) {
  switch (level) {
    case DiskLevel::enough: return "enough";
    case DiskLevel::low: return "low";
    case DiskLevel::reserve: return "reserve";
  }
  return "?";
}

DiskLevels disk_levels(const DiskNeeds& needs, const DiskLevels& chosen) {
  DiskLevels levels = chosen;
  if (levels.reserve == 0)
    levels.reserve = 2 * needs.segment_bytes +
                     (needs.open_postings + needs.waiting_messages) * open_posting_bytes +
                     needs.partitions * needs.checkpoint_bytes;
  if (levels.low == 0) levels.low = levels.reserve + 4 * needs.segment_bytes;
  levels.low = std::max(levels.low, levels.reserve);
  return levels;
}

DiskLevel disk_level(std::uint64_t free_bytes, const DiskLevels& levels, DiskLevel before) {
  const auto is_below = [free_bytes](std::uint64_t bound, bool was_below) {
    return free_bytes < (was_below ? bound + bound / 8 : bound);
  };
  if (is_below(levels.reserve, before == DiskLevel::reserve)) return DiskLevel::reserve;
  if (is_below(levels.low, before != DiskLevel::enough)) return DiskLevel::low;
  return DiskLevel::enough;
}

std::optional<std::uint64_t> free_bytes_of(const std::string& directory) {
  struct statvfs stat {};
  if (::statvfs(directory.c_str(), &stat) != 0) return std::nullopt;
  return std::uint64_t{stat.f_bavail} * stat.f_frsize;
}

}  // namespace florin
