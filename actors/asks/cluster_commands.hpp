// ClusterCommands: what operators ask of the cluster, on its way: from the HTTP call to whoever leads the meta group,
// here or on another node, and the outcome back. Thread-safe.
//
// While nobody leads, a command waits; what has certainly not been executed is sent again. What a leader may have executed
// never is (repeats.hpp): it waits for its outcome, and when its patience is over it ends as NotLed, unknown. Each sending
// has a number of its own, which is taken once.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "actors/asks/asks.hpp"
#include "actors/asks/peer_processes.hpp"
#include "cluster/membership/meta_replica.hpp"

namespace florin {

// Bodies of PeerMessage::command and PeerMessage::outcome, behind the asker.
struct NumberedCommand {
  std::uint64_t number = 0;
  ClusterCommand command;
};
struct NumberedOutcome {
  std::uint64_t number = 0;
  std::size_t asked = 0;  // which alternative of ClusterCommand it answers
  CommandOutcome outcome;
};
std::string encode_command(const NumberedCommand& command);
std::optional<NumberedCommand> decode_command(std::string_view body);
std::string encode_outcome(const NumberedOutcome& outcome);
std::optional<NumberedOutcome> decode_outcome(std::string_view body);

class ClusterCommands {
 public:
  explicit ClusterCommands(AskTime patience) : patience_(patience) {}

  void add(ClusterCommand command, CommandDone done, AskTime now);
  // What may be sent and has not been; 0: nobody leads. Now and then, and after add().
  using Send = std::function<bool(const NumberedCommand&)>;  // false: not sent
  void send_to(NodeNumber leader, const Send& send);
  // Unknown numbers (too late, twice) are ignored; NotLed and not unknown: to be sent again. False: it answers another
  // command than the one of that number, and nobody has heard it.
  bool finish(const NumberedOutcome& outcome);
  // At who leads: may a peer's command be executed? False: it has come before, or its process is gone.
  bool take(PeerProcess from, std::uint64_t number);
  // Ends what waits for too long; at the stop of the node: everything.
  void expire(AskTime now);
  void end_all();
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

 private:
  struct Waiting {
    ClusterCommand command;
    CommandDone done;
    AskTime until{0};
    bool may_be_done = false;  // sent, to somebody who may have led
  };
  AskTime patience_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::uint64_t last_ = 0;
  PeerProcesses askers_;
};

}  // namespace florin
