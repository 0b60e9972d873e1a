// SimOutsideWorld: those whom calls to the outside reach: payment providers, banks.
//
// Fault model: a call takes its time; it certainly does not leave; it is lost before it was executed, or its answer after
// that, and whoever called is told so by a time-out, or by nobody; the same answer comes twice. One that is asked again under
// the same id executes nothing again and says what it said (a provider that forgets its ids is another model).
// Why the system must survive it: what is owed is a function of logged state, so the same call is made again, under the
// same id, until there is an answer; an answer that comes late or twice is to an id that is owed no more.
//
// What becomes of a call is a function of seed, id and how often that id was called, not of a shared generator: a run in which
// nobody calls is as if this was not there.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "actors/messages/outside_call.hpp"
#include "sim/ports/event_queue.hpp"
#include "sim/trace.hpp"

namespace florin::sim {

struct OutsideWorldOptions {
  SimTime takes_min = millisecond;
  SimTime takes_max = 300 * millisecond;
  SimTime time_out = 5 * second;
  std::uint32_t not_sent_permille = 50;
  std::uint32_t lost_before_permille = 100;  // never executed, and nobody knows
  std::uint32_t lost_after_permille = 100;   // executed, and the answer is lost
  std::uint32_t silent_permille = 300;       // of what is lost: no time-out tells
  std::uint32_t twice_permille = 100;
};

class SimOutsideWorld {
 public:
  using Answered = std::function<void(CallAnswer)>;

  SimOutsideWorld(EventQueue& events, Trace& trace, std::uint64_t seed,
                  OutsideWorldOptions options = {});

  // `answered` runs once for each answer that arrives. What is wrong: this id was another call before.
  std::optional<std::string> call(const OutsideCall& call, Answered answered);
  // No faults from now on.
  void heal();

  // How many calls were made, and how many of them did something: a repeat does nothing.
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  [[nodiscard]] std::uint64_t executions() const { return executions_; }

 private:
  struct Known {
    std::string port, bytes;
    std::uint32_t times = 0;  // it was called
    bool is_executed = false;
  };
  // The answer arrives after `delay`.
  void answer(SimTime delay, const OutsideCall& call, CallOutcome outcome,
              const Answered& answered);

  EventQueue& events_;
  Trace& trace_;
  std::uint64_t seed_;
  OutsideWorldOptions options_;
  std::map<Uuid, Known> known_;
  std::uint64_t calls_ = 0;
  std::uint64_t executions_ = 0;
};

}  // namespace florin::sim
