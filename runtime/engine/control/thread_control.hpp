// ThreadControlActor: the CAF actor in front of a thread that writes or waits for sockets: journal, checkpoints, consensus,
// links. It waits for nothing: it gives each question, but a drain that has a condition, to the thread's own queue, and answers when
// the thread has come to it. A thread that stands still therefore lets the time-out of whoever asks pass, and that is the news.
//
// Crash anywhere: it keeps only who waits for an answer. One that fails is made again in front of the same thread, where the
// table in supervision.hpp allows it.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <vector>

#include "runtime/engine/control/actor_interfaces.hpp"

namespace florin {

// What an actor may do with its thread; thread-safe, and none blocks. The thread outlives the actor.
struct ThreadPorts {
  using Told = std::function<void()>;
  std::function<void(Told)> pass;  // called by the thread behind what it was given before
  // Called as the last that the thread does (of the links: behind what it was given before); at once when it does not run.
  std::function<void(Told)> end;
  // Whether the thread may be done without, and does something for it; the actor looks itself until it says yes, and no longer
  // than a drain may take: who has stopped waiting must not find it at work. Empty: pass() says it.
  std::function<bool()> is_drained = {};
  std::chrono::milliseconds drain_every{100};
  std::chrono::milliseconds drain_max{1000};
};

class ThreadControlActor : public ThreadControl::base {
 public:
  ThreadControlActor(caf::actor_config& config, ThreadPorts ports)
      : ThreadControl::base(config), ports_(std::move(ports)) {}

  behavior_type make_behavior() override;
  void on_exit() override;

 private:
  using Answer = caf::typed_response_promise<DoneAtom>;
  using Through = std::function<void(ThreadPorts::Told)>;

  Answer ask_health();
  Answer ask(const Through& through);
  Answer drain();
  void passed(std::uint64_t number);
  void look_whether_drained();
  // Tells this actor, from any thread and as long as it lives, that the thread has come to the question.
  ThreadPorts::Told word_of(std::uint64_t number);

  ThreadPorts ports_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, std::vector<Answer>> waiting_;  // by the number of the question
  std::vector<Answer> draining_;
  caf::actor_clock::time_point drain_ends_;
};

}  // namespace florin
