// CommandDesk: operators' commands on this node: those that were given here, on their way to whoever leads the meta group,
// and those that peers have brought. Thread-safe. A crash forgets those that wait here: who asked hears nothing, and asks
// what the map says.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

#include "actors/asks/cluster_commands.hpp"
#include "actors/asks/peer_messages.hpp"

namespace florin {

class CommandDesk {
 public:
  struct Ports {
    std::function<bool(NodeNumber to, std::string frame)> send;
    // Decided and logged on the consensus thread, or NotLed.
    std::function<void(ClusterCommand, CommandDone, CommandId)> decide;
  };

  CommandDesk(NodeNumber self, Incarnation process, Ports ports);

  // Of an operator, by HTTP.
  void add(ClusterCommand command, CommandDone done);
  // Of a peer. False: it came before. Any node is asked by operators, so any may bring their commands; what they say is
  // checked where it is decided. Who has brought it is in the log.
  bool take(NodeNumber from, Incarnation asker, NumberedCommand command);
  // False: it answers nothing that was asked.
  bool finish(const NumberedOutcome& outcome) { return commands_.finish(outcome); }

  // To who leads the meta group, as far as this node knows; it may be itself. 0: nobody known.
  void set_leader(NodeNumber leader) { leader_ = leader; }
  [[nodiscard]] NodeNumber leader() const { return leader_; }
  // At each tick.
  void tick();
  // At the stop of the node: nobody waits any longer.
  void end_all() { commands_.end_all(); }

 private:
  void send();

  NodeNumber self_;
  Incarnation process_;
  Ports ports_;
  ClusterCommands commands_;
  std::atomic<NodeNumber> leader_{0};
};

}  // namespace florin
