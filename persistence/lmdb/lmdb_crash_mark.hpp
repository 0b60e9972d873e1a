// A damaged page can make LMDB crash: it follows numbers that it reads in mapped memory. The log has everything, so the
// next start must not open the same pages again: whoever dies inside LMDB leaves a file DIRECTORY.suspect.
#pragma once

#include <string>

namespace florin::lmdb {

inline constexpr const char* suspect_suffix = ".suspect";

// For as long as it lives, this thread is inside LMDB on the environment `directory` (which outlives it).
class CrashMark {
 public:
  explicit CrashMark(const std::string& directory) noexcept;
  CrashMark(const CrashMark&) = delete;
  CrashMark& operator=(const CrashMark&) = delete;
  ~CrashMark();

 private:
  const std::string* before_;
};

// From now on SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT inside LMDB leave the mark, durably, before whatever they did so
// far. Once, when all others that handle these signals are in place.
void install_crash_marks() noexcept;

}  // namespace florin::lmdb
