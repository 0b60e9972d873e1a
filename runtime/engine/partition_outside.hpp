// PartitionOutside: what a partition of this node does to the world, and what it wants to know of it: the one implementation
// of HostPorts, of a lone node and of a cluster's. Replies go to the desk, messages to the router, checkpoints to their
// thread; logs and metrics hear the rest.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "actors/hosting/host_ports.hpp"
#include "actors/hosting/inbox.hpp"
#include "base/clock.hpp"
#include "runtime/engine/checkpoint_thread.hpp"
#include "runtime/engine/stored_state.hpp"

namespace florin {

class Metrics;

// What is around every hosted partition. Outlives its actor.
struct NodePorts {
  const Clock* clock = nullptr;
  std::function<ClockReading()> read_clock;  // the time to go by, any thread; none: the clock is
  Inbox* inbox = nullptr;
  StateStore* store = nullptr;
  EventLogReader* log = nullptr;                                // to make a damaged state again
  Metrics* metrics = nullptr;                                   // may be null
  std::function<void(std::vector<Reply>)> deliver;              // to those who asked
  std::function<void(PartitionId, std::vector<Message>)> tell;  // to other partitions
  std::function<void(std::vector<OutsideCall>)> call;           // to the outside; none: nobody does
  std::function<void(CheckpointThread::Job)> write_checkpoint;
  std::function<void()> stopped;             // after StopAtom: all is in the store
  std::function<void(const Error&)> failed;  // the node must stop
};

class PartitionOutside final : public HostPorts {
 public:
  // `ports` outlives it.
  PartitionOutside(PartitionId partition, const NodePorts& ports)
      : ports_(ports),
        rebuild_report_(partition, *ports.store, ports.metrics),
        store_work_(partition, *ports.store, *ports.inbox, *ports.clock, ports.metrics) {}

  // Outside
  void deliver(std::vector<Reply> replies) override { ports_.deliver(std::move(replies)); }
  void tell(PartitionId to, std::vector<Message> messages) override {
    ports_.tell(to, std::move(messages));
  }
  // Without somebody who makes them (NodePorts::call) they are owed still: said, not lost.
  void call(std::vector<OutsideCall> calls) override;
  void alarm(const Alarm& alarm) override;
  void ended(const EndedTransfers& transfers) override;

  // HostPorts
  [[nodiscard]] Timestamp now() const override { return clock().time; }
  [[nodiscard]] ClockReading clock() const override {
    return ports_.read_clock ? ports_.read_clock()
                             : ClockReading{ports_.clock->now(), ClockTrust::own};
  }
  [[nodiscard]] std::int64_t monotonic_us() const override { return ports_.clock->monotonic_us(); }
  [[nodiscard]] LogIndex checkpoint_index() const override { return store_work_.marks().written(); }
  void write_checkpoint(Checkpoint checkpoint) override {
    ports_.write_checkpoint(store_work_.checkpoint(std::move(checkpoint)));
  }
  std::optional<Checkpoint> take_refused_checkpoint() override {
    return store_work_.marks().take_refused();
  }
  [[nodiscard]] bool is_writing_checkpoint() const override {
    return store_work_.marks().is_writing();
  }
  void store_begins_again() override { store_work_.marks().store_begins_again(); }
  void rebuilding(const RebuildNews& news) override { rebuild_report_.tell(news); }
  void scrub(std::size_t rows_max) override {
    if (auto job = store_work_.scrub(rows_max)) ports_.write_checkpoint(std::move(*job));
  }
  [[nodiscard]] Timestamp scrubbed_at() const override { return store_work_.marks().scrubbed_at(); }
  void stopped() override { ports_.stopped(); }
  void turn_begins() override { turn_began_ = std::chrono::steady_clock::now(); }
  void turn_ended(std::size_t messages) override;

 private:
  const NodePorts& ports_;
  RebuildReport rebuild_report_;
  StoreWork store_work_;
  std::chrono::steady_clock::time_point turn_began_;
};

}  // namespace florin
