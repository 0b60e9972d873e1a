// What a seed makes of the operators.
#include "sim/plan/member_plan.hpp"

#include <algorithm>

#include "sim/plan/random.hpp"

namespace florin::sim {
namespace {

class Draw {
 public:
  explicit Draw(const SimOptions& options)
      : options_(options),
        random_(options.seed, "operators"),
        begin_(2 * options.election_ticks * options.consensus_tick),
        end_(begin_ + options.safety_time) {}

  MemberPlan run() {
    for (std::uint32_t spare = options_.nodes - options_.spares; spare < options_.nodes; ++spare)
      if (random_.permille(850)) add(spare);
    if (random_.permille(350))
      command(MemberCommandKind::remove_node, any_node(), random_.between(begin_, end_));
    for (std::int64_t i = random_.between(0, 2); i > 0; --i) drain();
    for (std::int64_t i = random_.between(0, 3); i > 0; --i)
      command(MemberCommandKind::rebalance, 0, random_.between(begin_, end_));
    if (const auto loss = lost_node_of(options_))
      command(MemberCommandKind::remove_node, loss->node,
              loss->at + random_.log_between(millisecond, second));
    std::ranges::stable_sort(plan_.commands, {}, &MemberCommand::at);
    return std::move(plan_);
  }

 private:
  std::uint32_t any_node() { return static_cast<std::uint32_t>(random_.bounded(options_.nodes)); }

  void command(MemberCommandKind kind, std::uint32_t node, SimTime at) {
    MemberCommand command{at, kind, node, 1, 0};
    if (random_.permille(300)) {
      command.times = static_cast<std::uint32_t>(random_.between(2, 4));
      command.every = random_.log_between(millisecond, second);
    }
    plan_.commands.push_back(command);
  }

  // Early, or there is nothing left of the run; what is added gets something to do.
  void add(std::uint32_t spare) {
    const SimTime at = random_.between(begin_, begin_ + options_.safety_time / 2);
    command(MemberCommandKind::add_node, spare, at);
    if (random_.permille(700))
      command(MemberCommandKind::rebalance, 0, at + random_.log_between(millisecond, second));
  }

  void drain() {
    const std::uint32_t node = any_node();
    const SimTime at = random_.between(begin_, end_);
    command(MemberCommandKind::drain_node, node, at);
    if (random_.permille(600))
      command(MemberCommandKind::resume_node, node,
              at + random_.log_between(millisecond, 5 * second));
  }

  const SimOptions& options_;
  SimRandom random_;
  SimTime begin_, end_;
  MemberPlan plan_;
};

}  // namespace

MemberPlan draw_member_plan(const SimOptions& options) {
  return options.meta_group == 0 ? MemberPlan() : Draw(options).run();
}

// Only where another node can take its place.
std::optional<LostNode> lost_node_of(const SimOptions& options) {
  SimRandom random(options.seed, "lost node");
  if (options.meta_group == 0 || options.nodes <= options.replication || !random.permille(250))
    return std::nullopt;
  const auto node = static_cast<std::uint32_t>(random.bounded(options.nodes));
  const SimTime begin = 3 * options.election_ticks * options.consensus_tick;
  return LostNode{node, random.between(begin, begin + options.safety_time)};
}

std::string_view to_string(MemberCommandKind kind) {
  switch (kind) {
    case MemberCommandKind::add_node: return "add_node";
    case MemberCommandKind::remove_node: return "remove_node";
    case MemberCommandKind::drain_node: return "drain_node";
    case MemberCommandKind::resume_node: return "resume_node";
    case MemberCommandKind::rebalance: return "rebalance";
  }
  return "?";
}

std::string to_string(const MemberCommand& command) {
  std::string text(to_string(command.kind));
  text += " at " + std::to_string(command.at);
  if (command.kind != MemberCommandKind::rebalance) text += " node " + std::to_string(command.node);
  if (command.times > 1)
    text += " times " + std::to_string(command.times) + " every " + std::to_string(command.every);
  return text;
}

}  // namespace florin::sim
