// VirtualEngine: CAF actors under its test scheduler: no threads, virtual time. Nothing runs until run() or advance().
//
// ~actor_system waits for its actors, and a tick that sends itself never ends: a test ends its actors (end) before the engine goes.
#pragma once

#include <gtest/gtest.h>

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <chrono>
#include <utility>
#include <vector>

namespace florin::test {

struct EngineWithoutThreads : caf::actor_system_config {
  EngineWithoutThreads() { set("scheduler.policy", caf::atom("testing")); }
};

class VirtualEngine {
 public:
  VirtualEngine()
      : system_(config_),
        scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {}
  ~VirtualEngine() {
    scheduler_.clock().cancel_all();
    for (const caf::strong_actor_ptr& actor : std::exchange(actors_, {}))
      caf::anon_send_exit(actor, caf::exit_reason::kill);
    run();
  }
  VirtualEngine(const VirtualEngine&) = delete;
  VirtualEngine& operator=(const VirtualEngine&) = delete;

  // It ends with the engine at the latest.
  template <class Actor, class... Args>
  auto spawn(Args&&... args) {
    auto actor = system_.spawn<Actor>(std::forward<Args>(args)...);
    actors_.push_back(caf::actor_cast<caf::strong_actor_ptr>(actor));
    return actor;
  }
  // Every message that is under way, and all that comes of it.
  void run() {
    for (int steps = 0; scheduler_.try_run_once(); ++steps)
      ASSERT_LT(steps, 100'000) << "never quiet";
  }
  // In small steps: a timer that sets another one must find it due in the same call.
  void advance(std::chrono::milliseconds time) {
    constexpr std::chrono::milliseconds step{50};
    for (std::chrono::milliseconds passed{0}; passed < time; passed += step) {
      scheduler_.advance_time(step);
      run();
    }
  }
  template <class Handle>
  void end(const Handle& actor, caf::exit_reason reason) {
    caf::anon_send_exit(actor, reason);
    run();
  }

 private:
  EngineWithoutThreads config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  std::vector<caf::strong_actor_ptr> actors_;
};

}  // namespace florin::test
