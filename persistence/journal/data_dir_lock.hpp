// DataDirLock: one process per data directory. flock() on `<data>/LOCK`; the kernel lets go when the process
// ends however it ends, so a stale file needs no cleaning.
#pragma once

#include <string>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin {

class DataDirLock {
 public:
  // Creates the directory when it is missing. Errc::locked (the text names the owner's pid) when another
  // process holds it, Errc::io with advice when the directory cannot be written.
  static Result<DataDirLock, Error> acquire(const std::string& data_directory);

  DataDirLock(DataDirLock&& other) noexcept;
  DataDirLock& operator=(DataDirLock&& other) noexcept;
  DataDirLock(const DataDirLock&) = delete;
  DataDirLock& operator=(const DataDirLock&) = delete;
  ~DataDirLock();

 private:
  explicit DataDirLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace florin
