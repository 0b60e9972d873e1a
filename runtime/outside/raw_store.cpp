// Files by hash, directories by day.
#include "runtime/outside/raw_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/sha256.hpp"

namespace florin::outside {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t day_us = 86'400'000'000;

std::string day_of(Timestamp time) { return time.to_rfc3339().substr(0, 10); }

bool is_day(const std::string& name) {
  return name.size() == 10 && name[4] == '-' && name[7] == '-' &&
         name.find_first_not_of("0123456789-") == std::string::npos;
}

Err<Error> failed(const std::string& what, const std::string& path, int code) {
  const Errc kind = code == ENOSPC || code == EDQUOT ? Errc::disk_full : Errc::io;
  return Err{Error{kind, what + " " + path + ": " + std::strerror(code)}};
}

Status<Error> make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return Unit{};
  return failed("cannot make the directory", path, errno);
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Of all files below; 0: there is none, or nobody may look.
std::uint64_t bytes_in(const std::string& directory) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator(directory, ignored))
    bytes += file.is_regular_file(ignored) ? file.file_size(ignored) : 0;
  return bytes;
}

}  // namespace

Status<Error> RawStore::keep(Timestamp now, std::string_view bytes) {
  if (bytes.empty()) return Unit{};
  const std::string day = day_of(now);
  const std::lock_guard lock(mutex_);
  if (day != day_) FLORIN_TRY_VOID(begin_day(day, now));
  const std::string path = options_.directory + "/" + day + "/" + hex_of(sha256(bytes));
  if (::access(path.c_str(), F_OK) == 0) return Unit{};
  if (day_bytes_ + bytes.size() > options_.day_bytes_max)
    return Err{Error{Errc::disk_full, "raw answers of " + day + " are more than " +
                                          std::to_string(options_.day_bytes_max) +
                                          " bytes: the rest of the day is not kept"}};
  FLORIN_TRY_VOID(write(path, bytes));
  day_bytes_ += bytes.size();
  return Unit{};
}

// What a process before this one has kept of the day counts as well.
Status<Error> RawStore::begin_day(const std::string& day, Timestamp now) {
  FLORIN_TRY_VOID(make_directory(options_.directory));
  FLORIN_TRY_VOID(make_directory(options_.directory + "/" + day));
  forget_before(day_of(now + -(options_.days_kept - 1) * day_us));
  day_bytes_ = bytes_in(options_.directory + "/" + day);
  day_ = day;
  return Unit{};
}

// Days compare as texts. What is no day is somebody else's.
void RawStore::forget_before(const std::string& first_kept) const {
  std::error_code ignored;
  for (const auto& one : fs::directory_iterator(options_.directory, ignored)) {
    const std::string name = one.path().filename().string();
    if (is_day(name) && name < first_kept) fs::remove_all(one.path(), ignored);
  }
}

Status<Error> RawStore::write(const std::string& path, std::string_view bytes) const {
  const std::string part = path + ".part";
  const int descriptor = ::open(part.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed("cannot write", part, errno);
  const bool is_written = write_all(descriptor, bytes);
  const int code = errno;
  ::close(descriptor);
  if (is_written && ::rename(part.c_str(), path.c_str()) == 0) return Unit{};
  const int why = is_written ? errno : code;
  ::unlink(part.c_str());
  return failed("cannot write", path, why);
}

}  // namespace florin::outside
