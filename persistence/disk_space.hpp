// DiskSpace: what may still be written by how much room is left, decided before the disk is full.
//
// A log whose disk is full cannot end what is open: held money would stay held until somebody makes room. So two levels
// are kept. Below `low` nothing comes in by the thousand (batches). Below `reserve` nothing comes in at all: what is left
// is for confirmations, cancels, records and checkpoints of what is open already.
//
// How they follow (disk_levels): the log takes room a whole segment at a time, one ahead, so two segments; each posting
// of an open transfer, and each message that was taken and waits, still writes its second phase, its record and its rows; each
// partition a checkpoint. `low` is four segments above that: time to act.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace florin {

enum class DiskLevel : std::uint8_t {
  enough,
  low,      // no batches
  reserve,  // what ends open transfers, and reads
};
std::string_view to_string(DiskLevel level);

struct DiskNeeds {
  std::uint64_t segment_bytes = 0;
  std::uint64_t open_postings = 0;  // of open transfers
  std::uint64_t waiting_messages = 0;
  std::uint64_t partitions = 0;
  std::uint64_t checkpoint_bytes = std::uint64_t{1}
                                   << 20;  // of one partition, once more than it has
};
// Above this many bytes free.
struct DiskLevels {
  std::uint64_t low = 0;
  std::uint64_t reserve = 0;
};

// Zeros of `chosen` follow from the needs. `low` is never below `reserve`.
DiskLevels disk_levels(const DiskNeeds& needs, const DiskLevels& chosen);
// A level that is left is left for good: an eighth more must be free than what led to it, and than it would take to
// come back at once.
DiskLevel disk_level(std::uint64_t free_bytes, const DiskLevels& levels, DiskLevel before);

// For a process without privileges, on the file system of `directory`. None: it does not say.
std::optional<std::uint64_t> free_bytes_of(const std::string& directory);

}  // namespace florin
