// Only what may be called in a signal handler: open, write, fsync, sigaction.
#include "persistence/lmdb/lmdb_crash_mark.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace florin::lmdb {
namespace {

constexpr std::array signals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr std::size_t path_max = 4'096;

thread_local const std::string* in_use = nullptr;
std::array<struct sigaction, signals.size()> before;

void sync_parent(char* path) {
  char* const slash = std::strrchr(path, '/');
  if (slash == nullptr) return;
  *slash = '\0';
  const int parent = ::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent < 0) return;
  ::fsync(parent);
  ::close(parent);
}

void leave_mark(const std::string& directory) {
  std::array<char, path_max> path{};
  if (directory.size() + std::strlen(suspect_suffix) >= path.size()) return;
  std::memcpy(path.data(), directory.data(), directory.size());
  std::memcpy(path.data() + directory.size(), suspect_suffix, std::strlen(suspect_suffix));
  const int file = ::open(path.data(), O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
  sync_parent(path.data());
}

// Puts back what handled the signal before: the instruction that crashed runs again and meets that.
extern "C" void mark_and_go_on(int signal) {
  const int saved = errno;
  if (in_use != nullptr) leave_mark(*in_use);
  for (std::size_t i = 0; i < signals.size(); ++i)
    if (signals[i] == signal) ::sigaction(signal, &before[i], nullptr);
  errno = saved;
}

}  // namespace

CrashMark::CrashMark(const std::string& directory) noexcept
    : before_(std::exchange(in_use, &directory)) {}
CrashMark::~CrashMark() { in_use = before_; }

void install_crash_marks() noexcept {
  struct sigaction action {};
  action.sa_handler = mark_and_go_on;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &action, &before[i]);
}

}  // namespace florin::lmdb
