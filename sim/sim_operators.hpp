// SimOperators: give the cluster the commands of a MemberPlan: to any node, again until they hear how it ended.
// Answers and commands are lost, late and doubled as all packets are.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cluster/membership/meta_replica.hpp"
#include "sim/plan/member_plan.hpp"
#include "sim/ports/event_queue.hpp"
#include "sim/trace.hpp"

namespace florin::sim {

ClusterCommand command_of(const MemberCommand& command);
// The same addresses wherever a node is spoken of.
ClusterMember member_of(std::uint32_t node);

class SimOperators {
 public:
  // To a node, over the network.
  using Send =
      std::function<void(std::uint32_t node, const ClusterCommand& command, std::uint64_t number)>;

  SimOperators(const SimOptions& options, const MemberPlan& plan, EventQueue& events, Trace& trace,
               Send send);

  void begin();
  void receive(std::uint64_t number, const CommandOutcome& outcome);
  // What no plan foresees; `ended` with what has come of it.
  using Ended = std::function<void(const CommandOutcome&)>;
  void ask(const ClusterCommand& command, Ended ended);

  [[nodiscard]] std::size_t unanswered() const { return unanswered_; }

 private:
  struct Asked {
    ClusterCommand command;
    std::string text;
    Ended ended = {};
    std::uint32_t attempts = 0;
    bool is_answered = false;
  };
  void ask(const MemberCommand& command);
  void attempt(std::uint64_t number);

  const SimOptions& options_;
  const MemberPlan& plan_;
  EventQueue& events_;
  Trace& trace_;
  Send send_;
  std::vector<Asked> asked_;
  std::size_t unanswered_ = 0;
};

}  // namespace florin::sim
