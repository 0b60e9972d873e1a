// The lock of a data directory. The pid inside the file is for people only; the flock decides.
#include "persistence/journal/data_dir_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "persistence/journal/posix_file_system.hpp"

namespace florin {
namespace {

std::string pid_in(int descriptor) {
  char text[32] = {};
  const auto n = ::pread(descriptor, text, sizeof text - 1, 0);
  std::string pid(text, n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "unknown" : pid;
}

Status<Error> write_pid(int descriptor, const std::string& path) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    return Err{file_error("cannot write", path, errno)};
  return Unit{};
}

}  // namespace

Result<DataDirLock, Error> DataDirLock::acquire(const std::string& data_directory) {
  FLORIN_TRY_VOID(posix_file_system().create_directories(data_directory));
  const std::string path = data_directory + "/LOCK";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) return Err{file_error("cannot open", path, errno)};
  DataDirLock lock(descriptor);  // closes on every way out below
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return Err{file_error("cannot lock", path, errno)};
    return Err{Error{Errc::locked, "data directory " + data_directory + " is in use by process " +
                                       pid_in(descriptor) +
                                       "; stop that process or choose another data directory"}};
  }
  FLORIN_TRY_VOID(write_pid(descriptor, path));
  return lock;
}

DataDirLock::DataDirLock(DataDirLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DataDirLock& DataDirLock::operator=(DataDirLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DataDirLock::~DataDirLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace florin
