// DataDirLock: one process per data directory. flock() on the directory itself and on florin.meta, which nobody removes
// while there is something to lose, and on `<data>/LOCK`, which holds the pid for people and is what older programs lock.
// The kernel lets go when the process ends however it ends, so a stale file needs no cleaning.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin {

enum class DirectoryUse : unsigned char {
  write,  // alone; the directory is made when it is missing
  read    // beside other readers; nothing is written, so a read-only mount will do
};

class DataDirLock {
 public:
  // Errc::locked (the text names the owner's pid) when another process holds it, Errc::io with advice when the directory
  // cannot be written, Errc::missing when there is none to read, Errc::mismatch when LOCK is a link or somebody else's file:
  // it is left as it is.
  static Result<DataDirLock, Error> acquire(const std::string& data_directory,
                                            DirectoryUse use = DirectoryUse::write);
  // A file of the directory that has just been made: held from now on, too.
  Status<Error> add(const std::string& path);

  DataDirLock(DataDirLock&& other) noexcept;
  DataDirLock& operator=(DataDirLock&& other) noexcept;
  DataDirLock(const DataDirLock&) = delete;
  DataDirLock& operator=(const DataDirLock&) = delete;
  ~DataDirLock();

 private:
  DataDirLock(std::string directory, DirectoryUse use)
      : directory_(std::move(directory)), use_(use) {}
  Status<Error> hold(int descriptor, const std::string& path);
  Status<Error> hold_directory();
  Status<Error> hold_lock_file();
  [[nodiscard]] std::string owner() const;

  std::string directory_;
  DirectoryUse use_;
  std::vector<int> descriptors_;
};

}  // namespace florin
