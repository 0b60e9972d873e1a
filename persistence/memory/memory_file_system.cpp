// A disk in memory. Every file keeps its present bytes and what a power loss would undo.
#include "persistence/memory/memory_file_system.hpp"

#include <algorithm>
#include <cerrno>
#include <vector>

#include "persistence/journal/posix_file_system.hpp"

namespace florin {

struct MemoryFileSystem::Node {
  struct Undo {
    std::uint64_t offset;
    std::string bytes;         // what stood there
    std::uint64_t file_bytes;  // size before
  };
  std::string bytes;
  std::vector<Undo> unsynced;

  void write(std::uint64_t offset, std::string_view data) {
    const auto at = static_cast<std::size_t>(offset);
    Undo undo{offset, {}, bytes.size()};
    if (at < bytes.size()) undo.bytes = bytes.substr(at, data.size());
    unsynced.push_back(std::move(undo));
    if (bytes.size() < at + data.size()) bytes.resize(at + data.size(), '\0');
    bytes.replace(at, data.size(), data);
  }
  void lose_unsynced() {
    for (; !unsynced.empty(); unsynced.pop_back()) {
      const Undo& undo = unsynced.back();
      bytes.resize(static_cast<std::size_t>(undo.file_bytes));
      bytes.replace(static_cast<std::size_t>(undo.offset), undo.bytes.size(), undo.bytes);
    }
  }
};

class MemoryFile final : public File {
 public:
  MemoryFile(MemoryFileSystem& disk, std::shared_ptr<MemoryFileSystem::Node> node, std::string path)
      : disk_(disk), node_(std::move(node)), path_(std::move(path)) {}

  Result<std::size_t, Error> write_some_at(std::uint64_t offset, std::string_view bytes) override {
    std::lock_guard lock(disk_.mutex_);
    auto& faults = disk_.faults_;
    if (faults.read_only) return fail("cannot write", EROFS);
    bytes = bytes.substr(0, faults.write_bytes_max);
    if (auto& left = faults.fail_write_after_bytes) {
      if (*left == 0) return fail("cannot write", EIO);
      bytes =
          bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(*left, bytes.size())));
      *left -= bytes.size();
    }
    const std::uint64_t end = offset + bytes.size();
    if (end > node_->bytes.size() && !has_room(end)) return fail("cannot write", ENOSPC);
    node_->write(offset, bytes);
    return bytes.size();
  }

  Result<std::size_t, Error> read_at(std::uint64_t offset, std::span<char> into) override {
    std::lock_guard lock(disk_.mutex_);
    if (disk_.faults_.fail_reads) return fail("cannot read", EIO);
    if (offset >= node_->bytes.size()) return std::size_t{0};
    return node_->bytes.copy(into.data(), into.size(), static_cast<std::size_t>(offset));
  }

  Status<Error> sync_data() override {
    std::lock_guard lock(disk_.mutex_);
    ++disk_.syncs_;
    if (disk_.faults_.fail_sync) return fail("cannot fdatasync", EIO);
    node_->unsynced.clear();
    return Unit{};
  }

  Status<Error> preallocate(std::uint64_t bytes) override {
    std::lock_guard lock(disk_.mutex_);
    if (disk_.faults_.read_only) return fail("cannot allocate", EROFS);
    if (bytes <= node_->bytes.size()) return Unit{};
    if (!has_room(bytes)) return fail("cannot allocate", ENOSPC);
    node_->bytes.resize(static_cast<std::size_t>(bytes), '\0');
    node_->unsynced.clear();
    return Unit{};
  }

  Result<std::uint64_t, Error> size() override {
    std::lock_guard lock(disk_.mutex_);
    return static_cast<std::uint64_t>(node_->bytes.size());
  }

 private:
  [[nodiscard]] bool has_room(std::uint64_t file_bytes) const {
    return disk_.used_bytes() - node_->bytes.size() + file_bytes <= disk_.faults_.capacity_bytes;
  }
  [[nodiscard]] Err<Error> fail(std::string_view what, int error_number) const {
    return Err{file_error(what, path_, error_number)};
  }

  MemoryFileSystem& disk_;
  const std::shared_ptr<MemoryFileSystem::Node> node_;
  const std::string path_;
};

MemoryFileSystem::MemoryFileSystem() = default;
MemoryFileSystem::~MemoryFileSystem() = default;

Result<std::unique_ptr<File>, Error> MemoryFileSystem::open(const std::string& path,
                                                            OpenMode mode) {
  std::lock_guard lock(mutex_);
  if (faults_.read_only && mode != OpenMode::read)
    return Err{file_error("cannot open", path, EROFS)};
  auto found = files_.find(path);
  if (mode == OpenMode::create_or_truncate) {
    found = files_.insert_or_assign(path, std::make_shared<Node>()).first;
  } else if (found == files_.end()) {
    return Err{file_error("cannot open", path, ENOENT)};
  }
  return std::unique_ptr<File>(std::make_unique<MemoryFile>(*this, found->second, path));
}

Status<Error> MemoryFileSystem::create_directories(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (faults_.read_only) return Err{file_error("cannot create directory", path, EROFS)};
  return Unit{};
}

Result<std::vector<std::string>, Error> MemoryFileSystem::list(const std::string& directory) {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [path, node] : files_) {
    const auto slash = path.rfind('/');
    if (slash != path.npos && path.substr(0, slash) == directory)
      names.push_back(path.substr(slash + 1));
  }
  return names;
}

Status<Error> MemoryFileSystem::rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  auto node = files_.extract(from);
  if (node.empty()) return Err{file_error("cannot rename", from, ENOENT)};
  files_.insert_or_assign(to, std::move(node.mapped()));
  return Unit{};
}

Status<Error> MemoryFileSystem::remove(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (files_.erase(path) == 0) return Err{file_error("cannot remove", path, ENOENT)};
  return Unit{};
}

Status<Error> MemoryFileSystem::sync_directory(const std::string& directory) {
  std::lock_guard lock(mutex_);
  if (faults_.fail_sync) return Err{file_error("cannot fsync directory", directory, EIO)};
  return Unit{};
}

void MemoryFileSystem::set_faults(const Faults& faults) {
  std::lock_guard lock(mutex_);
  faults_ = faults;
}

void MemoryFileSystem::lose_unsynced() {
  std::lock_guard lock(mutex_);
  for (auto& [path, node] : files_) node->lose_unsynced();
}

std::uint64_t MemoryFileSystem::syncs() const {
  std::lock_guard lock(mutex_);
  return syncs_;
}

bool MemoryFileSystem::exists(const std::string& path) const {
  std::lock_guard lock(mutex_);
  return files_.contains(path);
}

std::string MemoryFileSystem::contents(const std::string& path) const {
  std::lock_guard lock(mutex_);
  const auto found = files_.find(path);
  return found == files_.end() ? std::string() : found->second->bytes;
}

void MemoryFileSystem::set_contents(const std::string& path, std::string bytes) {
  std::lock_guard lock(mutex_);
  auto node = std::make_shared<Node>();
  node->bytes = std::move(bytes);
  files_.insert_or_assign(path, std::move(node));
}

std::uint64_t MemoryFileSystem::used_bytes() const {
  std::uint64_t used = 0;
  for (const auto& [path, node] : files_) used += node->bytes.size();
  return used;
}

}  // namespace florin
