// Stop signals are waited for by main, in sigwait; a second one ends the process.
//
// Not every thread has them blocked: those of the Go runtime and of the allocator exist before main() and have
// masks of their own. A signal that comes while main is not in sigwait (it starts, or stops) is given to one of them, and
// without a handler that is the end of the process: hence forward_to_main.
#include "runtime/signals.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
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

pthread_t main_thread;
std::atomic<bool> is_asked_to_stop{false};  // by a signal that main has not seen yet

extern "C" void exit_at_once(int signal) { _exit(128 + signal); }

// In whichever thread did not block it. Main has it blocked: it waits there until main asks.
extern "C" void forward_to_main(int signal) {
  if (signal != wake_signal && is_asked_to_stop.exchange(true)) exit_at_once(signal);
  pthread_kill(main_thread, signal);
}

// On the thread's own stack for signals where it has one: those of goroutines are too small for a handler.
void handle(int signal, void (*handler)(int)) noexcept {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_ONSTACK | SA_RESTART;
  FLORIN_ASSERT(sigaction(signal, &action, nullptr) == 0);
}

// A handler instead of a thread that waits: it works whatever state the process is in.
void arm_second_signal() noexcept {
  handle(SIGINT, exit_at_once);
  handle(SIGTERM, exit_at_once);
  const auto stop = set_of({SIGINT, SIGTERM});
  pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
}

}  // namespace

void block_stop_signals() noexcept {
  const auto set = set_of({SIGINT, SIGTERM, wake_signal});
  FLORIN_ASSERT(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
  main_thread = pthread_self();
  for (const int signal : {SIGINT, SIGTERM, wake_signal}) handle(signal, forward_to_main);
  handle(SIGPIPE, SIG_IGN);
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
