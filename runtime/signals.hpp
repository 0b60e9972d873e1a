// How a node is asked to stop: SIGTERM and SIGINT from outside, request_stop() from inside.
//
// block_stop_signals() must run in main() before any thread exists (the log's thread included):
// threads inherit the mask, and a signal that some thread does not block kills the process with 143
// instead of stopping it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/config/exit_code.hpp"

namespace florin {

struct StopReason {
  int signal = 0;  // 0 = request_stop()
  ExitCode exit_code = ExitCode::clean;
  std::string text;  // for the log: "SIGTERM", or what request_stop() was given
};

// Also ignores SIGPIPE: a client that hangs up is an error code of its socket, not the end of the
// node.
void block_stop_signals() noexcept;

// Main thread: waits until the node has to stop. From then on a further SIGTERM or SIGINT ends the
// process at once with 128 + signal: the way out when stopping hangs. Everything acknowledged is
// durable even so.
StopReason wait_for_stop();

// Any thread: lets wait_for_stop() return. The first request counts, later ones change nothing.
void request_stop(ExitCode exit_code, std::string_view text);

// What was requested so far: a failure while the node was already stopping decides its exit code
// too.
std::optional<StopReason> requested_stop();

}  // namespace florin
