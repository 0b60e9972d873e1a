// IntakeGate: what the partitions of a node take from clients, by how much room its disk has (persistence/disk_space.hpp).
// One for all of a node's inboxes; set by whoever looks at the disk, asked for each push. Any thread.
#pragma once

#include <atomic>

#include "persistence/disk_space.hpp"

namespace florin {

class IntakeGate {
 public:
  void set(DiskLevel level) { level_.store(level, std::memory_order_relaxed); }
  [[nodiscard]] DiskLevel level() const { return level_.load(std::memory_order_relaxed); }
  // So many messages that change something come together. Reads always may.
  [[nodiscard]] bool takes(std::size_t changes) const {
    switch (level()) {
      case DiskLevel::enough: return true;
      case DiskLevel::low: return changes <= 1;
      case DiskLevel::reserve: return changes == 0;
    }
    return false;
  }

 private:
  std::atomic<DiskLevel> level_{DiskLevel::enough};
};

}  // namespace florin
