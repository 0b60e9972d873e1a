// Stopping: each test stops a process of its own (a death test is a child process).
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <thread>

#include "runtime/signals.hpp"

namespace florin {
namespace {

// Ends with 40 + the signal, so that a kill by the signal itself (128 + signal) is told apart.
[[noreturn]] void stop_and_exit() {
  const auto reason = wait_for_stop();
  ::_exit(reason.signal != 0 ? 40 + reason.signal : static_cast<int>(reason.exit_code));
}

TEST(SignalsDeathTest, TerminateStopsInsteadOfKilling) {
  EXPECT_EXIT((block_stop_signals(), ::kill(::getpid(), SIGTERM), stop_and_exit()),
              testing::ExitedWithCode(55), "");
}

TEST(SignalsDeathTest, InterruptStopsInsteadOfKilling) {
  EXPECT_EXIT((block_stop_signals(), ::kill(::getpid(), SIGINT), stop_and_exit()),
              testing::ExitedWithCode(42), "");
}

TEST(SignalsDeathTest, ThreadsStartedLaterLeaveTheSignalToMain) {
  EXPECT_EXIT(
      {
        block_stop_signals();
        std::thread([] {
          ::kill(::getpid(), SIGTERM);
          ::pause();
        }).detach();
        stop_and_exit();
      },
      testing::ExitedWithCode(55), "");
}

// Go's runtime and the allocator have threads before main() runs. The kernel gives them what main does not wait for just now.
void start_a_thread_that_blocks_nothing() {
  std::thread([] {
    for (;;) ::pause();
  }).detach();
}

TEST(SignalsDeathTest, AThreadFromBeforeLeavesTheSignalToMain) {
  EXPECT_EXIT((start_a_thread_that_blocks_nothing(), block_stop_signals(),
               ::kill(::getpid(), SIGTERM), stop_and_exit()),
              testing::ExitedWithCode(55), "");
  EXPECT_EXIT((start_a_thread_that_blocks_nothing(), block_stop_signals(),
               request_stop(ExitCode::node_removed, "removed"), stop_and_exit()),
              testing::ExitedWithCode(8), "");
}

TEST(SignalsDeathTest, AStrangersWakeSignalWhileStoppingMeansNothing) {
  EXPECT_EXIT(
      (start_a_thread_that_blocks_nothing(), block_stop_signals(), ::kill(::getpid(), SIGTERM),
       wait_for_stop(), ::kill(::getpid(), SIGUSR1), ::_exit(0)),
      testing::ExitedWithCode(0), "");
}

TEST(SignalsDeathTest, ASecondSignalBeforeMainWaitsEndsTheProcess) {
  EXPECT_EXIT(
      {
        start_a_thread_that_blocks_nothing();
        block_stop_signals();
        for (;;) ::kill(::getpid(), SIGTERM);
      },
      testing::ExitedWithCode(143), "");
}

TEST(SignalsDeathTest, SecondSignalEndsTheProcessAtOnce) {
  EXPECT_EXIT((block_stop_signals(), ::kill(::getpid(), SIGTERM), wait_for_stop(), ::raise(SIGTERM),
               ::_exit(0)),
              testing::ExitedWithCode(143), "");
  EXPECT_EXIT((block_stop_signals(), ::kill(::getpid(), SIGTERM), wait_for_stop(), ::raise(SIGINT),
               ::_exit(0)),
              testing::ExitedWithCode(130), "");
}

TEST(SignalsDeathTest, ARequestFromInsideCarriesItsExitCode) {
  EXPECT_EXIT(
      {
        block_stop_signals();
        std::thread([] {
          request_stop(ExitCode::journal_failed, "fsync failed");
          request_stop(ExitCode::clean, "too late");
        }).join();
        stop_and_exit();
      },
      testing::ExitedWithCode(6), "");
}

TEST(SignalsDeathTest, ARequestWhileStoppingIsKept) {
  EXPECT_EXIT(
      {
        block_stop_signals();
        ::kill(::getpid(), SIGTERM);
        wait_for_stop();
        request_stop(ExitCode::journal_failed, "fsync failed");
        ::_exit(static_cast<int>(requested_stop()->exit_code));
      },
      testing::ExitedWithCode(6), "");
}

TEST(SignalsDeathTest, AClientThatHangsUpDoesNotKill) {
  EXPECT_EXIT((block_stop_signals(), ::raise(SIGPIPE), ::_exit(0)), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace florin
