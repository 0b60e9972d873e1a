// MemoryFileSystem: a disk in memory with faults, for tests and simulations of what writes files. Bytes are
// durable once synced; lose_unsynced() is a power loss. Names (create, rename, remove) are durable at once.
// Safe from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "persistence/journal/file_system.hpp"

namespace florin {

class MemoryFileSystem final : public FileSystem {
 public:
  struct Faults {
    std::uint64_t capacity_bytes = UINT64_MAX;  // of all files together; beyond it: disk_full
    std::size_t write_bytes_max = SIZE_MAX;     // short writes
    // that many more bytes are written, then io
    std::optional<std::uint64_t> fail_write_after_bytes = std::nullopt;
    bool fail_sync = false;
    bool fail_reads = false;
    bool read_only = false;  // as a file system mounted read-only
  };

  MemoryFileSystem();
  ~MemoryFileSystem() override;

  Result<std::unique_ptr<File>, Error> open(const std::string& path, OpenMode mode) override;
  Status<Error> create_directories(const std::string& path) override;
  Result<std::vector<std::string>, Error> list(const std::string& directory) override;
  Status<Error> rename(const std::string& from, const std::string& to) override;
  Status<Error> remove(const std::string& path) override;
  Status<Error> sync_directory(const std::string& directory) override;

  void set_faults(const Faults& faults);
  void lose_unsynced();
  [[nodiscard]] std::uint64_t syncs() const;  // sync_data() calls so far
  [[nodiscard]] bool exists(const std::string& path) const;
  [[nodiscard]] std::string contents(const std::string& path) const;
  void set_contents(const std::string& path, std::string bytes);  // durable

  struct Node;

 private:
  friend class MemoryFile;
  [[nodiscard]] std::uint64_t used_bytes() const;

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Node>> files_;
  Faults faults_;
  std::uint64_t syncs_ = 0;
};

}  // namespace florin
