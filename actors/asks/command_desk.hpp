// CommandDesk: operators' commands on this node: those that were given here, on their way to whoever leads the meta group,
// and those that peers have brought. The node and the simulated node both have one. Thread-safe. A crash forgets those that
// wait here: who asked hears nothing, and asks what the map says.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "actors/asks/cluster_commands.hpp"
#include "actors/asks/peer_messages.hpp"

namespace florin {

class CommandDesk {
 public:
  struct Ports {
    std::function<bool(NodeNumber to, std::string frame)> ask;  // false: not sent
    std::function<void(NodeNumber to, std::string frame)> answer;
    // Decided and logged on the thread of the replicated log, or NotLed.
    std::function<void(ClusterCommand, CommandDone, CommandId)> decide;
  };

  // `patience`: then who asked hears how far it is known to have come.
  CommandDesk(NodeNumber self, Incarnation process, AskTime patience, Ports ports)
      : self_(self), process_(process), ports_(std::move(ports)), commands_(patience) {}

  // Of an operator.
  void add(ClusterCommand command, CommandDone done, AskTime now);
  // Of a peer. False: it came before. Any node is asked by operators, so any may bring their commands; what they say is
  // checked where it is decided. Who has brought it is in the log.
  bool take(NodeNumber from, Incarnation asker, NumberedCommand command);
  // False: it answers nothing that was asked.
  bool finish(const NumberedOutcome& outcome) { return commands_.finish(outcome); }

  // To who leads the meta group, as far as this node knows; it may be itself. 0: nobody known.
  void set_leader(NodeNumber leader) { leader_ = leader; }
  [[nodiscard]] NodeNumber leader() const { return leader_; }
  // At each tick.
  void tick(AskTime now);
  // At the stop of the node: nobody waits any longer.
  void end_all() { commands_.end_all(); }
  [[nodiscard]] std::size_t size() const { return commands_.size(); }

 private:
  void send();

  NodeNumber self_;
  Incarnation process_;
  Ports ports_;
  ClusterCommands commands_;
  std::atomic<NodeNumber> leader_{0};
};

}  // namespace florin
