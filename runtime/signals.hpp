// How a node is asked to stop: SIGTERM and SIGINT from outside, request_stop() from inside.
//
// block_stop_signals() must run first in main(), in the thread that waits later. Threads that are started after it
// inherit the mask; those that libraries have started before it hand the signal to main.
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

// From now on a stop signal waits until wait_for_stop() asks for it; a second one that comes before that ends the process
// at once, as below: the way out of a start that takes long. Also ignores SIGPIPE: a client that hangs up is an error code of its socket, not the end of the
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
