// The locks of a data directory. The pid inside LOCK is for people only; the flocks decide.
#include "persistence/journal/data_dir_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>

#include "persistence/journal/posix_file_system.hpp"

namespace florin {
namespace {

constexpr std::size_t pid_bytes_max = 32;

std::string lock_path(const std::string& directory) { return directory + "/LOCK"; }

Status<Error> write_pid(int descriptor, const std::string& path) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    return Err{file_error("cannot write", path, errno)};
  return Unit{};
}

bool is_same_file(int descriptor, const std::string& path) {
  struct stat held {
  }, there{};
  return ::fstat(descriptor, &held) == 0 && ::stat(path.c_str(), &there) == 0 &&
         held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

// LOCK is emptied and written: only when it is what we would have made, or nothing yet. Not when it has another name: that
// may be a backup made of links, whose log this would write, too. Nobody syncs it: where power failed it may be zeros.
bool is_lock_file(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink > 1)
    return false;
  std::array<char, pid_bytes_max> text{};
  const auto n = static_cast<std::size_t>(status.st_size) > pid_bytes_max
                     ? -1
                     : ::pread(descriptor, text.data(), text.size(), 0);
  return n >= 0 && std::all_of(text.begin(), text.begin() + n, [](char c) {
           return c == '\n' || c == '\0' || (c >= '0' && c <= '9');
         });
}

// "" when /proc does not say. A line: `7: FLOCK ADVISORY WRITE 4711 fe:00:131 0 EOF`, device in hex, inode in decimal.
std::string holder_of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return "";
  std::array<char, 64> wanted{};
  std::snprintf(wanted.data(), wanted.size(), "%02x:%02x:%llu", major(status.st_dev),
                minor(status.st_dev), static_cast<unsigned long long>(status.st_ino));
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, advice, mode, pid, file;
    words >> number >> kind >> advice >> mode >> pid >> file;
    if (kind == "FLOCK" && file == wanted.data() && pid != "0") return pid;
  }
  return "";
}

Err<Error> not_ours(const std::string& path) {
  return Err{Error{Errc::mismatch, path +
                                       " is a link, or not the file that florind makes there: look "
                                       "what it is and remove it (nothing was written)"}};
}

}  // namespace

Result<DataDirLock, Error> DataDirLock::acquire(const std::string& data_directory,
                                                DirectoryUse use) {
  if (use == DirectoryUse::write)
    FLORIN_TRY_VOID(posix_file_system().create_directories(data_directory));
  DataDirLock lock(data_directory, use);  // lets go on every way out below
  FLORIN_TRY_VOID(lock.hold_directory());
  FLORIN_TRY_VOID(lock.hold_lock_file());
  auto meta = lock.add(data_directory + "/florin.meta");
  if (!meta && meta.error().code != Errc::missing) return Err{std::move(meta).error()};
  return lock;
}

Status<Error> DataDirLock::hold_directory() {
  const int descriptor = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return Err{file_error("cannot open", directory_, errno)};
  FLORIN_TRY_VOID(hold(descriptor, directory_));
  if (is_same_file(descriptor, directory_)) return Unit{};
  return Err{Error{Errc::io, directory_ + " was replaced by another directory just now"}};
}

Status<Error> DataDirLock::hold_lock_file() {
  const std::string path = lock_path(directory_);
  const bool writes = use_ == DirectoryUse::write;
  const int flags = writes ? O_RDWR | O_CREAT : O_RDONLY;
  // NONBLOCK: a pipe of that name must not make us wait.
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
  if (descriptor < 0 && errno == ENOENT && !writes) return Unit{};
  if (descriptor < 0 && (errno == ELOOP || errno == ENXIO || errno == EISDIR))
    return not_ours(path);
  if (descriptor < 0) return Err{file_error("cannot open", path, errno)};
  FLORIN_TRY_VOID(hold(descriptor, path));
  if (!writes) return Unit{};
  return is_lock_file(descriptor) ? write_pid(descriptor, path) : not_ours(path);
}

Status<Error> DataDirLock::add(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return Err{file_error("cannot open", path, errno)};
  return hold(descriptor, path);
}

// The descriptor is ours from here on.
Status<Error> DataDirLock::hold(int descriptor, const std::string& path) {
  descriptors_.push_back(descriptor);
  const int kind = use_ == DirectoryUse::write ? LOCK_EX : LOCK_SH;
  if (::flock(descriptor, kind | LOCK_NB) == 0) return Unit{};
  if (errno != EWOULDBLOCK) return Err{file_error("cannot lock", path, errno)};
  return Err{Error{Errc::locked, "data directory " + directory_ + " is in use by process " +
                                     owner() +
                                     "; stop that process or choose another data directory"}};
}

// Readers leave no pid in LOCK, and a node's may be of long ago: the kernel's own list knows who it is.
std::string DataDirLock::owner() const {
  if (const std::string pid = holder_of(descriptors_.front()); !pid.empty()) return pid;
  char text[pid_bytes_max] = {};
  const int descriptor =
      ::open(lock_path(directory_).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  const auto n = descriptor < 0 ? 0 : ::pread(descriptor, text, sizeof text - 1, 0);
  if (descriptor >= 0) ::close(descriptor);
  std::string pid(text, n > 0 ? static_cast<std::size_t>(n) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "unknown (its file LOCK is gone)" : pid;
}

DataDirLock::DataDirLock(DataDirLock&& other) noexcept
    : directory_(std::move(other.directory_)),
      use_(other.use_),
      descriptors_(std::exchange(other.descriptors_, {})) {}

DataDirLock& DataDirLock::operator=(DataDirLock&& other) noexcept {
  std::swap(directory_, other.directory_);
  std::swap(use_, other.use_);
  std::swap(descriptors_, other.descriptors_);
  return *this;
}

DataDirLock::~DataDirLock() {
  for (const int descriptor : descriptors_) ::close(descriptor);
}

}  // namespace florin
