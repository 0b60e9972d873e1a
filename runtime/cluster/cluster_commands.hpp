// ClusterCommands: what operators ask of the cluster, on its way: from the HTTP call to whoever leads the meta group,
// here or on another node, and the outcome back. Thread-safe.
//
// While nobody leads, and when who led does so no more, a command waits and is sent again: each may be given twice. One
// that is not answered in time ends as NotLed.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/membership/meta_replica.hpp"

namespace florin {

// Bodies of PeerMessage::command and PeerMessage::outcome.
struct NumberedCommand {
  std::uint64_t number = 0;
  ClusterCommand command;
};
struct NumberedOutcome {
  std::uint64_t number = 0;
  CommandOutcome outcome;
};
std::string encode_command(const NumberedCommand& command);
std::optional<NumberedCommand> decode_command(std::string_view body);
std::string encode_outcome(const NumberedOutcome& outcome);
std::optional<NumberedOutcome> decode_outcome(std::string_view body);

class ClusterCommands {
 public:
  using Clock = std::chrono::steady_clock;
  explicit ClusterCommands(std::chrono::milliseconds patience) : patience_(patience) {}

  void add(ClusterCommand command, CommandDone done, Clock::time_point now);
  // What has not been sent to this leader; 0: nobody leads. Now and then, and after add().
  using Send = std::function<bool(const NumberedCommand&)>;  // false: not sent
  void send_to(NodeNumber leader, const Send& send);
  // Unknown numbers (too late, twice) are ignored; NotLed: to be sent again.
  void finish(std::uint64_t number, const CommandOutcome& outcome);
  // Ends what waits for too long; at the stop of the node: everything.
  void expire(Clock::time_point now);
  void end_all();

 private:
  struct Waiting {
    ClusterCommand command;
    CommandDone done;
    Clock::time_point until;
    NodeNumber sent_to = 0;    // who has it now
    bool may_be_done = false;  // somebody has had it who led
  };
  std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::uint64_t last_ = 0;
};

}  // namespace florin
