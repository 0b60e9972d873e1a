// Supervisor: the CAF actor that watches all others of a node: monitored, and asked every few seconds whether they are still
// there. What follows when one ends unasked or does not answer is the table in supervision.hpp; this one only does it.
//
// Crash anywhere: it keeps nothing that outlives the process.
#pragma once

#include <caf/all.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "runtime/engine/control/actor_interfaces.hpp"
#include "runtime/engine/control/supervision.hpp"

namespace florin {

struct Watched {
  NodePart part = NodePart::partition;
  std::string name;  // for people: "the manager of partition 3", "the journal's thread"
  HealthActor actor;
  // Makes it again; on the supervisor's thread. Needed where the table says restart.
  std::function<HealthActor()> again = {};
};

}  // namespace florin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(florin::Watched)

namespace florin {

using WatchAtom = caf::atom_constant<caf::atom("watch")>;

// Watch: from now on. Tick: asks everybody.
using SupervisorActor =
    caf::typed_actor<caf::reacts_to<WatchAtom, Watched>, caf::reacts_to<TickAtom>>;

// Called on the supervisor's thread; none blocks.
struct SupervisorPorts {
  // It has ended unasked and is not made again. The reason is CAF's.
  std::function<void(const Watched&, const std::string& reason)> end_node;
  std::function<void(const Watched&, const std::string& reason)> restarted;
  // It does not answer, or does again; once for each change.
  std::function<void(const Watched&, bool answers)> answers;
};

struct SupervisorOptions {
  std::chrono::milliseconds ask_every{2'000};
  // As long as a request waits for its outcome: who asks the node now would be answered too late.
  std::chrono::milliseconds patience{10'000};
};

class Supervisor : public SupervisorActor::base {
 public:
  Supervisor(caf::actor_config& config, SupervisorPorts ports, SupervisorOptions options)
      : SupervisorActor::base(config), ports_(std::move(ports)), options_(options) {}

  behavior_type make_behavior() override;

 private:
  struct One {
    Watched watched;
    bool is_asked = false;  // and has not answered yet
    bool is_silent = false;
  };

  void watch(Watched watched);
  void ask_everybody();
  void heard(caf::actor_id id, bool in_time);
  void ended(const caf::down_msg& down);

  SupervisorPorts ports_;
  SupervisorOptions options_;
  std::map<caf::actor_id, One> all_;
};

}  // namespace florin
