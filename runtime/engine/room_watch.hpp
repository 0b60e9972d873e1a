// RoomWatch: looks at the disk of the data directory several times a second, sets the gate of all inboxes, and says so
// in metrics and in the log, once for each change.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "actors/hosting/intake_gate.hpp"

namespace florin {

class Metrics;
struct NodeConfig;

class RoomWatch {
 public:
  struct Ports {
    std::function<std::optional<std::uint64_t>()> free_bytes;
    std::function<DiskNeeds()> needs;
  };

  // All outlive it. `chosen`: zeros follow from the needs.
  RoomWatch(DiskLevels chosen, Ports ports, IntakeGate& gate, Metrics& metrics);
  ~RoomWatch();

  // One look. Called by a thread of its own once start() was called.
  void look();
  void start();

 private:
  void say(DiskLevel level, std::uint64_t free_bytes, const DiskLevels& levels) const;

  DiskLevels chosen_;
  Ports ports_;
  IntakeGate& gate_;
  Metrics& metrics_;
  std::mutex mutex_;
  std::condition_variable condition_;
  bool stops_ = false;
  std::thread thread_;
};

// Of a node's data directory, started.
std::unique_ptr<RoomWatch> make_room_watch(const NodeConfig& config, IntakeGate& gate,
                                           Metrics& metrics);

}  // namespace florin
