// What the CAF actors of a node may be told and asked: their typed interfaces. A message that its receiver does not take is
// an error of the compiler, and each question has the type of its answer.
//
// None of them carries money: entity messages are plain values in the Inbox of a partition, and CAF says only "wake up". What
// the thread of calls outside is told beside this is in runtime/outside/outside_actor.hpp.
#pragma once

#include <caf/all.hpp>
#include <cstdint>

namespace florin {

using WakeAtom = caf::atom_constant<caf::atom("wake")>;
using TickAtom = caf::atom_constant<caf::atom("tick")>;
using StopAtom = caf::atom_constant<caf::atom("stop")>;
using HealthAtom = caf::atom_constant<caf::atom("health")>;
using CheckpointAtom = caf::atom_constant<caf::atom("checkpoint")>;
using DrainAtom = caf::atom_constant<caf::atom("drain")>;
using PassedAtom = caf::atom_constant<caf::atom("passed")>;
using DoneAtom = caf::atom_constant<caf::atom("done")>;

// Whoever can say that it is still there.
using HealthActor = caf::typed_actor<caf::replies_to<HealthAtom>::with<DoneAtom>>;

// Hosts one partition, or one replica of it. Wake: something waits in the inbox. Stop: no more turns than what is open needs,
// then a last checkpoint; the shell's port `stopped` says that it is over.
using ManagerActor = HealthActor::extend<caf::reacts_to<WakeAtom>, caf::reacts_to<TickAtom>,
                                         caf::reacts_to<StopAtom>>;

// Stands in front of a thread that may block, and never blocks itself: each question, but a drain that has a condition
// (ThreadPorts::is_drained), goes through the thread, and is answered when that has come to it.
//   health      the thread has come by
//   checkpoint  what it was given before is on the disk, where it is one that writes
//   drain       others can do without it: nothing is under way that somebody waits for
//   stop        it has ended, or (links) nothing is left for it to do; whoever made it may join it without waiting
// Passed (the thread's word for the question of that number) and tick are its own.
using ThreadControl =
    HealthActor::extend<caf::replies_to<CheckpointAtom>::with<DoneAtom>,
                        caf::replies_to<DrainAtom>::with<DoneAtom>,
                        caf::replies_to<StopAtom>::with<DoneAtom>,
                        caf::reacts_to<PassedAtom, std::uint64_t>, caf::reacts_to<TickAtom>>;

}  // namespace florin
