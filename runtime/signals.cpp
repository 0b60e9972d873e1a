// Stop signals are blocked in all threads and waited for by main; a second one ends the process.
#include "runtime/signals.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <mutex>
#include <optional>

#include "base/assert.hpp"

namespace florin {
namespace {

constexpr int wake_signal = SIGUSR1;  // carries request_stop(); alone it means nothing

std::mutex request_mutex;
std::optional<StopReason> request;

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

extern "C" void exit_at_once(int signal) { _exit(128 + signal); }

// A handler instead of a thread that waits: it works whatever state the process is in.
void arm_second_signal() noexcept {
  struct sigaction action {};
  action.sa_handler = exit_at_once;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  const auto stop = set_of({SIGINT, SIGTERM});
  pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
}

}  // namespace

void block_stop_signals() noexcept {
  const auto set = set_of({SIGINT, SIGTERM, wake_signal});
  FLORIN_ASSERT(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
}

StopReason wait_for_stop() {
  const auto set = set_of({SIGINT, SIGTERM, wake_signal});
  std::optional<StopReason> reason;
  while (!reason) {
    int signal = 0;
    if (sigwait(&set, &signal) != 0) continue;
    if (signal == wake_signal) {
      const std::scoped_lock lock(request_mutex);
      reason = request;  // none: a stranger sent SIGUSR1
    } else {
      reason = StopReason{signal, ExitCode::clean, signal == SIGINT ? "SIGINT" : "SIGTERM"};
    }
  }
  arm_second_signal();
  return *reason;
}

void request_stop(ExitCode exit_code, std::string_view text) {
  const std::scoped_lock lock(request_mutex);
  if (request) return;
  request = StopReason{0, exit_code, std::string(text)};
  ::kill(::getpid(), wake_signal);
}

std::optional<StopReason> requested_stop() {
  const std::scoped_lock lock(request_mutex);
  return request;
}

}  // namespace florin
