// Calls to the thread, questions to the control beside it.
#include "runtime/outside/outside_actor.hpp"

namespace florin {

OutsideActor::behavior_type OutsideActor::make_behavior() {
  control_ = spawn<ThreadControlActor, caf::linked>(ports_.thread);
  return {
      [this](HealthAtom) { return delegate(control_, HealthAtom::value); },
      [this](CheckpointAtom) { return delegate(control_, CheckpointAtom::value); },
      [this](DrainAtom) { return delegate(control_, DrainAtom::value); },
      [this](StopAtom) { return delegate(control_, StopAtom::value); },
      [this](PassedAtom, std::uint64_t number) {
        caf::anon_send(control_, PassedAtom::value, number);
      },
      [this](TickAtom) { caf::anon_send(control_, TickAtom::value); },
      [this](CallAtom, const OwedCalls& owed) {
        for (const OutsideCall& call : owed.calls) ports_.submit(call);
      },
  };
}

}  // namespace florin
