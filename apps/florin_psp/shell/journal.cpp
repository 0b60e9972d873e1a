// See journal.hpp.
#include "apps/florin_psp/shell/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/sha256.hpp"

namespace florin::sandbox {
namespace {

constexpr std::string_view head = "florin-psp 1 seed=";
constexpr std::size_t hash_chars = 8;

Err<Error> failed(const std::string& path, std::string_view doing) {
  const int reason = errno;
  return Err{Error{reason == ENOSPC ? Errc::disk_full : Errc::io,
                   path + ": " + std::string(doing) + ": " + std::strerror(reason)}};
}

Result<std::string, Error> read_all(int file, const std::string& path) {
  std::string text;
  char chunk[64 * 1024];
  for (;;) {
    const ssize_t got = ::read(file, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "read");
    if (got == 0) return text;
    text.append(chunk, static_cast<std::size_t>(got));
  }
}

// The name of a new file is in its directory.
Status<Error> sync_directory(const std::string& directory) {
  const int opened = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return failed(directory, "open");
  const bool is_synced = ::fsync(opened) == 0;
  ::close(opened);
  if (!is_synced) return failed(directory, "fsync");
  return Unit{};
}

bool is_whole(std::string_view line) {
  return line.size() > hash_chars && line[hash_chars] == ' ' &&
         hex_of(sha256(line.substr(hash_chars + 1)), hash_chars) == line.substr(0, hash_chars);
}

Result<std::uint64_t, Error> read_head(std::string_view line, const std::string& path) {
  std::uint64_t seed = 0;
  const std::string_view digits = line.substr(std::min(head.size(), line.size()));
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
  if (!line.starts_with(head) || parsed.ec != std::errc{} ||
      parsed.ptr != digits.data() + digits.size())
    return Err{Error{Errc::mismatch, path + " is not a journal of this version of florin-psp: "
                                            "use another --data-dir"}};
  return seed;
}

// Gives the bytes that are good.
Result<std::size_t, Error> replay_lines(std::string_view text, std::size_t from,
                                        const std::string& path,
                                        const std::function<bool(std::string_view)>& replay) {
  while (from < text.size()) {
    const auto end = text.find('\n', from);
    const bool is_last = end == std::string_view::npos || end + 1 == text.size();
    const std::string_view line =
        text.substr(from, end == std::string_view::npos ? end : end - from);
    if (end == std::string_view::npos || !is_whole(line)) {
      if (is_last) return from;
      return Err{Error{Errc::corrupt, path + " is damaged at byte " + std::to_string(from)}};
    }
    if (!replay(line.substr(hash_chars + 1)))
      return Err{Error{Errc::mismatch, path + ": byte " + std::to_string(from) +
                                           " is not of this version of florin-psp"}};
    from = end + 1;
  }
  return from;
}

}  // namespace

Result<Journal, Error> Journal::open(const std::string& directory, std::uint64_t seed,
                                     const std::function<void(std::uint64_t)>& begin,
                                     const std::function<bool(std::string_view)>& replay) {
  std::error_code made;
  std::filesystem::create_directories(directory, made);
  const std::string path = directory + "/journal";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return failed(path, "open");
  Journal journal(file, path);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0)
    return Err{Error{Errc::locked, path + " is in use by another florin-psp"}};
  FLORIN_TRY(text, read_all(file, path));
  const auto line_end = text.find('\n');
  if (line_end == std::string::npos) {  // new, or the crash was in its first line
    if (::ftruncate(file, 0) != 0) return failed(path, "truncate");
    begin(seed);
    FLORIN_TRY_VOID(journal.write(std::string(head) + std::to_string(seed) + "\n"));
    FLORIN_TRY_VOID(sync_directory(directory));
    return journal;
  }
  FLORIN_TRY(first_seed, read_head(std::string_view(text).substr(0, line_end), path));
  begin(first_seed);
  FLORIN_TRY(good, replay_lines(text, line_end + 1, path, replay));
  if (good != text.size() && ::ftruncate(file, static_cast<off_t>(good)) != 0)
    return failed(path, "truncate");
  return journal;
}

Journal::Journal(Journal&& other) noexcept
    : file_(std::exchange(other.file_, -1)), path_(std::move(other.path_)) {}

Journal::~Journal() {
  if (file_ >= 0) ::close(file_);
}

Status<Error> Journal::append(std::string_view line) {
  return write(hex_of(sha256(line), hash_chars) + ' ' + std::string(line) + '\n');
}

Status<Error> Journal::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed(path_, "write");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fdatasync(file_) != 0) return failed(path_, "fdatasync");
  return Unit{};
}

}  // namespace florin::sandbox
