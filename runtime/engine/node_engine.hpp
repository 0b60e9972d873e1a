// NodeEngine: what a node has around its partitions, whether it is alone or one of a cluster: the desk of requests,
// checkpoints, the gate of a full disk, the actor system with its supervisor; how they start, and their part in each step of the stop.
//
// Promise: when stop() has returned, nobody decides and no store is written any more, and whoever asked has an answer.
// Crash anywhere: nothing here is durable. One thread starts and stops it; what the replicas and partitions call is
// thread-safe.
#pragma once

#include <caf/all.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "runtime/config/node_config.hpp"
#include "runtime/engine/checkpoint_thread.hpp"
#include "runtime/engine/control/node_controls.hpp"
#include "runtime/engine/engine_config.hpp"
#include "runtime/engine/request_desk.hpp"
#include "runtime/engine/room_watch.hpp"

namespace florin {

// What a node's journal is opened with, but for the streams that it has.
JournalOptions journal_options(const NodeConfig& config, const DataDirectory& directory);
// At the very end: the next start need not look for a torn write.
void close_journal(Journal& journal);

class NodeEngine {
 public:
  using OnFatal = std::function<void(const Error&)>;

  // All outlive it.
  NodeEngine(const NodeConfig& config, Metrics& metrics, OnFatal on_fatal)
      : config_(config),
        metrics_(metrics),
        on_fatal_(std::move(on_fatal)),
        controls_(metrics, on_fatal_) {}

  // --- start: in this order ------------------------------------------------------------------------------
  void start_desk(Router& router, PeerProcess self, std::chrono::milliseconds ask_again_for = {});
  // The supervisor, and a control actor in front of the checkpoint thread. Managers and the other threads say themselves when
  // they are here (WatchAtom, NodeControls::put_before).
  void start_actors();
  void watch_room() { room_watch_ = make_room_watch(config_, intake_, metrics_); }

  RequestDesk& desk() { return *desk_; }
  IntakeGate& intake() { return intake_; }
  [[nodiscard]] const IntakeGate& intake() const { return intake_; }
  caf::actor_system& actors() { return *actors_; }
  [[nodiscard]] bool has_actors() const { return actors_ != nullptr; }
  NodeControls& controls() { return controls_; }
  [[nodiscard]] const NodeControls& controls() const { return controls_; }
  void write_checkpoint(CheckpointThread::Job job) { checkpoints_->submit(std::move(job)); }

  // --- steps of the stop: their order is in stop_order.hpp ---------------------------------------------------
  // No new requests; those under way go on.
  void begin_drain();
  // A manager has done its last work; any thread.
  void manager_stopped();
  // True: that many have, in time.
  bool wait_for_managers(std::size_t count, std::chrono::steady_clock::time_point deadline);
  // Nobody decides any more, then nothing is written any more, then whoever still waits is answered. `log`: ends the thread
  // that writes the log, if it is still there. What was decided and is not durable is dropped as in a crash: nobody has
  // heard of it. Once; also when the start had not come this far.
  void stop(const std::vector<ManagerActor*>& managers, const std::function<void()>& log = {});

 private:
  void end_managers(const std::vector<ManagerActor*>& managers);

  const NodeConfig& config_;
  Metrics& metrics_;
  OnFatal on_fatal_;
  NodeControls controls_;
  std::unique_ptr<RequestDesk> desk_;
  std::unique_ptr<CheckpointThread> checkpoints_;
  IntakeGate intake_;
  std::unique_ptr<RoomWatch> room_watch_;
  std::unique_ptr<EngineConfig> actors_config_;
  std::unique_ptr<caf::actor_system> actors_;

  std::mutex stop_mutex_;
  std::condition_variable stop_condition_;
  std::size_t managers_stopped_ = 0;
};

}  // namespace florin
