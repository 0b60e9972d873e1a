// OutsideActor: the CAF actor in front of the thread that makes calls to the outside: partitions tell it what is owed, it gives
// that to the thread, and is asked for its health, to drain and to stop as every other control is (ThreadControlActor does that
// for it). Made again when it ends unasked: what was on its way to it is owed still, and comes again.
//
// It waits for nothing, and has no state: what the thread cannot take is answered by the thread (`not_sent`).
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "actors/messages/outside_call.hpp"
#include "runtime/engine/control/thread_control.hpp"

namespace florin {

// Of one turn of a partition, in order.
struct OwedCalls {
  std::vector<OutsideCall> calls;
};

}  // namespace florin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(florin::OwedCalls)

namespace florin {

using CallAtom = caf::atom_constant<caf::atom("call")>;

// Call: these are owed. All else: see ThreadControl.
using OutsideControl = ThreadControl::extend<caf::reacts_to<CallAtom, OwedCalls>>;

struct OutsidePorts {
  ThreadPorts thread;
  std::function<void(OutsideCall)> submit;  // thread-safe, never blocks
};

class OutsideActor : public OutsideControl::base {
 public:
  OutsideActor(caf::actor_config& config, OutsidePorts ports)
      : OutsideControl::base(config), ports_(std::move(ports)) {}

  behavior_type make_behavior() override;
  void on_exit() override { control_ = nullptr; }

 private:
  OutsidePorts ports_;
  ThreadControl control_;  // linked: they end together
};

}  // namespace florin
