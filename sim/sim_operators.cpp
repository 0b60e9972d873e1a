// Commands and their patience.
#include "sim/sim_operators.hpp"

#include <utility>

#include "base/overloaded.hpp"
#include "sim/plan/random.hpp"
#include "sim/ports/sim_clock.hpp"

namespace florin::sim {
namespace {

constexpr SimTime patience = 2 * second;
constexpr SimTime pause_before_repeat = 100 * millisecond;

std::string text_of(const CommandOutcome& outcome) {
  return visit(
      Overloaded{[](LogIndex version) { return "holds from version " + std::to_string(version); },
                 [](const MembershipError& error) { return std::string(to_string(error.code)); },
                 [](const NotLed&) { return std::string("not led"); }},
      outcome);
}

}  // namespace

ClusterMember member_of(std::uint32_t node) {
  const std::string name = "n" + std::to_string(node + 1);
  return {static_cast<NodeNumber>(node + 1), name + ":1", name + ":2"};
}

ClusterCommand command_of(const MemberCommand& command) {
  const auto node = static_cast<NodeNumber>(command.node + 1);
  switch (command.kind) {
    case MemberCommandKind::add_node: return AddNode{member_of(command.node)};
    case MemberCommandKind::remove_node: return RemoveNode{node};
    case MemberCommandKind::drain_node: return DrainNode{node};
    case MemberCommandKind::resume_node: return ResumeNode{node};
    case MemberCommandKind::rebalance: return Rebalance{};
  }
  return Rebalance{};
}

SimOperators::SimOperators(const SimOptions& options, const MemberPlan& plan, EventQueue& events,
                           Trace& trace, Send send)
    : options_(options), plan_(plan), events_(events), trace_(trace), send_(std::move(send)) {}

void SimOperators::begin() {
  for (const MemberCommand& command : plan_.commands)
    for (std::uint32_t i = 0; i < command.times; ++i) {
      ++unanswered_;
      events_.at(command.at + i * command.every, [this, &command] { ask(command); });
    }
}

void SimOperators::ask(const MemberCommand& command) {
  asked_.push_back({command_of(command), to_string(command)});
  attempt(asked_.size() - 1);
}

void SimOperators::ask(const ClusterCommand& command, Ended ended) {
  ++unanswered_;
  asked_.push_back({command, "without a plan", std::move(ended)});
  attempt(asked_.size() - 1);
}

void SimOperators::attempt(std::uint64_t number) {
  Asked& asked = asked_[number];
  if (asked.is_answered) return;
  const auto node = static_cast<std::uint32_t>(mix(mix(options_.seed, number), ++asked.attempts) %
                                               options_.nodes);
  if (trace_.text())
    trace_.line(events_.now(), "command " + std::to_string(number) + " to node " +
                                   std::to_string(node) + ": " + asked.text);
  send_(node, asked.command, number);
  events_.after(patience, [this, number, attempts = asked.attempts] {
    if (asked_[number].attempts == attempts) attempt(number);
  });
}

void SimOperators::receive(std::uint64_t number, const CommandOutcome& outcome) {
  Asked& asked = asked_.at(number);
  if (asked.is_answered) return;
  if (holds_alternative<NotLed>(outcome)) {
    ++asked.attempts;  // the one that was answered needs no more patience
    events_.after(pause_before_repeat, [this, number, attempts = asked.attempts] {
      if (asked_[number].attempts == attempts) attempt(number);
    });
    return;
  }
  asked.is_answered = true;
  --unanswered_;
  trace_.step(Step::commanded, events_.now(), number, outcome.index());
  if (trace_.text())
    trace_.line(events_.now(), "command " + std::to_string(number) + " " + text_of(outcome));
  if (asked.ended) std::exchange(asked.ended, nullptr)(outcome);
}

}  // namespace florin::sim
