// The fate of each call.
#include "sim/ports/sim_outside_world.hpp"

#include <utility>

namespace florin::sim {
namespace {

std::uint64_t mixed(const Uuid& id) {
  std::uint64_t all = 0;
  for (const std::uint8_t byte : id.bytes) all = mix(all, byte);
  return all;
}

}  // namespace

SimOutsideWorld::SimOutsideWorld(EventQueue& events, Trace& trace, std::uint64_t seed,
                                 OutsideWorldOptions options)
    : events_(events), trace_(trace), seed_(mix(seed, 0x4F5554)), options_(options) {}

std::optional<std::string> SimOutsideWorld::call(const OutsideCall& call, Answered answered) {
  Known& known = known_[call.id];
  if (known.times != 0 && (known.port != call.port || known.bytes != *call.bytes))
    return "call " + call.id.to_string() + " of " + call.port + " was another one before";
  known.port = call.port;
  known.bytes = *call.bytes;
  ++calls_;
  SimRandom fate(mix(mix(seed_, mixed(call.id)), ++known.times));
  trace_.step(Step::call_outside, events_.now(), mixed(call.id), known.times);
  const SimTime there = fate.between(options_.takes_min, options_.takes_max);
  const SimTime back = fate.between(options_.takes_min, options_.takes_max);
  if (fate.permille(options_.not_sent_permille)) {
    answer(there, call, CallOutcome::not_sent, answered);
    return std::nullopt;
  }
  const bool lost_before = fate.permille(options_.lost_before_permille);
  const bool lost_after = fate.permille(options_.lost_after_permille);
  if (!lost_before)
    events_.after(there, [this, id = call.id] {
      if (!std::exchange(known_[id].is_executed, true)) ++executions_;
    });
  if (lost_before || lost_after) {
    if (!fate.permille(options_.silent_permille))
      answer(options_.time_out, call, CallOutcome::unknown, answered);
    return std::nullopt;
  }
  answer(there + back, call, CallOutcome::answered, answered);
  if (fate.permille(options_.twice_permille))
    answer(there + back + fate.log_between(1, second), call, CallOutcome::answered, answered);
  return std::nullopt;
}

void SimOutsideWorld::answer(SimTime delay, const OutsideCall& call, CallOutcome outcome,
                             const Answered& answered) {
  CallAnswer answer{call.from, call.port,
                    call.id,   call.send,
                    outcome,   outcome == CallOutcome::answered ? "done " + *call.bytes : ""};
  events_.after(delay, [answered, answer = std::move(answer)] { answered(answer); });
}

void SimOutsideWorld::heal() {
  options_.not_sent_permille = options_.lost_before_permille = options_.lost_after_permille =
      options_.twice_permille = 0;
}

}  // namespace florin::sim
