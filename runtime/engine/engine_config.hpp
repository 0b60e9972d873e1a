// EngineConfig: how CAF runs our actors. It only schedules; its network is never loaded: a packet of
// 32 bytes to its port would end the process.
#pragma once

#include <algorithm>
#include <caf/all.hpp>
#include <thread>

namespace florin {

class EngineConfig : public caf::actor_system_config {
 public:
  // 0 threads: one for each core.
  explicit EngineConfig(std::size_t threads) {
    if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
    set("scheduler.max-threads", threads);
    set("scheduler.policy", caf::atom("sharing"));
  }
};

}  // namespace florin
