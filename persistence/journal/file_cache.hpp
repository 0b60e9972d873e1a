// FileCache: keeps the last few files open for reading, so that a log of thousands of segments needs few
// descriptors. Safe from any thread; a file in use stays open when it is dropped from the cache.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "persistence/journal/file_system.hpp"

namespace florin::journal {

class FileCache {
 public:
  static constexpr std::size_t open_files_max = 64;

  explicit FileCache(FileSystem& files) : files_(files) {}

  Result<std::shared_ptr<File>, Error> open(const std::string& path) {
    std::lock_guard lock(mutex_);
    for (const auto& [name, file] : open_)
      if (name == path) return file;
    FLORIN_TRY(opened, files_.open(path, OpenMode::read));
    if (open_.size() == open_files_max) open_.pop_front();
    open_.emplace_back(path, std::shared_ptr<File>(std::move(opened)));
    return open_.back().second;
  }

  // After the file was replaced by another of the same name.
  void forget(const std::string& path) {
    std::lock_guard lock(mutex_);
    std::erase_if(open_, [&](const auto& entry) { return entry.first == path; });
  }

 private:
  FileSystem& files_;
  std::mutex mutex_;
  std::deque<std::pair<std::string, std::shared_ptr<File>>> open_;  // oldest first
};

}  // namespace florin::journal
