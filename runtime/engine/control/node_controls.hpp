// NodeControls: the supervisor of a node and the control actors in front of its threads: made, asked, and what they have
// found: who does not answer, and whether the node can serve.
//
// Promise: nothing here waits but what a caller may wait for (checkpoint, drain, stop), and that no longer than it says.
// Crash anywhere: nothing is kept.
#pragma once

#include <atomic>
#include <caf/all.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "runtime/engine/control/supervisor.hpp"
#include "runtime/engine/control/thread_control.hpp"

namespace florin {

class Metrics;

// For people.
std::string manager_name(std::uint32_t partition);

class NodeControls {
 public:
  // `end_node`: on any thread.
  NodeControls(Metrics& metrics, std::function<void(const Error&)> end_node)
      : metrics_(metrics), end_node_(std::move(end_node)) {}

  // --- start -------------------------------------------------------------------------------------------------
  // `actors` outlives what is done here until leave().
  void start(caf::actor_system& actors, SupervisorOptions options = {});
  [[nodiscard]] const SupervisorActor& supervisor() const { return supervisor_; }
  // A control actor in front of the thread, watched from now on. The thread is there until leave().
  void put_before(NodePart thread, std::string name, ThreadPorts ports);
  // The same with an actor that also takes what is only that thread's; made again by the same function.
  using MakeControl = std::function<ThreadControl(caf::actor_system&)>;
  void put_control_before(NodePart thread, std::string name, MakeControl make);

  // --- by a thread that may wait: never a handler of an actor ------------------------------------------------
  // False: no answer in time, or nobody to ask; the log says which.
  bool checkpoint(NodePart thread) { return ask(thread, patience, CheckpointAtom::value); }
  bool drain(NodePart thread, std::chrono::milliseconds time_max) {
    return ask(thread, time_max, DrainAtom::value);
  }
  // The thread has ended or says nothing: join it.
  bool stop(NodePart thread) { return ask(thread, patience, StopAtom::value); }
  // All of them have ended. Those who are told to be here no longer come first.
  void wait_for(const std::vector<caf::strong_actor_ptr>& actors);

  // --- any thread ----------------------------------------------------------------------------------------------
  // Whoever stands in front of the thread now; none: before put_before(), after leave().
  [[nodiscard]] ThreadControl control_of(NodePart thread) const;
  // No thread that it cannot do without is silent.
  [[nodiscard]] bool can_serve() const { return can_serve_.load(std::memory_order_relaxed); }
  // One sentence; empty: it can serve.
  [[nodiscard]] std::string why_not() const;

  // --- stop --------------------------------------------------------------------------------------------------
  // The supervisor goes: neither an end nor a silence is news any more. Again, and before start(): nothing.
  void stop_watching();
  void leave();

 private:
  static constexpr std::chrono::milliseconds patience{5'000};

  template <class Question>
  bool ask(NodePart thread, std::chrono::milliseconds time_max, Question question);
  HealthActor make_control(NodePart thread, const MakeControl& make);
  SupervisorPorts supervisor_ports();
  void ended(NodePart part, const std::string& name, const std::string& reason);
  void note(const Watched& who, bool answers);
  static void say(const Watched& who, bool answers);

  Metrics& metrics_;
  std::function<void(const Error&)> end_node_;
  caf::actor_system* actors_ = nullptr;
  SupervisorActor supervisor_;
  std::atomic<bool> can_serve_{true};

  mutable std::mutex mutex_;  // of these:
  std::map<NodePart, ThreadControl> controls_;
  struct Silent {
    NodePart part;
    std::string name;
  };
  std::map<caf::actor_id, Silent> silent_;
};

}  // namespace florin
