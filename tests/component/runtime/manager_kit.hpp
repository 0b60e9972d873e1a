// ManagerKit: partition managers under CAF's test scheduler: no threads, virtual time, and a disk that is the
// test's own hand. What a manager does to the world is written down in order, as text: "append 2",
// "reply 7 completed", "tell p1 try 1", "checkpoint 3", "stopped".
//
// Nothing runs until run(); nothing is durable until sync(); no checkpoint is in the store until
// write_checkpoints(); messages to other partitions are written down only, until connect().
#pragma once

#include <gtest/gtest.h>

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "persistence/memory/memory_state_store.hpp"
#include "runtime/engine/partition_manager.hpp"
#include "tests/component/runtime/engine_kit.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin::test {

struct VirtualClock final : Clock {
  Timestamp time = words::noon;
  [[nodiscard]] Timestamp now() const noexcept override { return time; }
};

struct ManagerKitOptions {
  std::uint32_t partitions = 1;
  ManagerOptions manager = {};
  PartitionOptions partition = {};
  std::size_t inbox_messages_max = 1'000;
};

class ManagerKit {
 public:
  using Lines = std::vector<std::string>;

  explicit ManagerKit(ManagerKitOptions options = {})
      : options_(options),
        map_(options.partitions),
        engine_(config_),
        scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(engine_.scheduler())) {
    for (std::uint32_t p = 0; p < map_.partitions(); ++p) start(static_cast<PartitionId>(p));
    run();
  }
  // ~actor_system waits for its actors, and a tick that sends itself never ends: both go first.
  ~ManagerKit() {
    scheduler_.clock().cancel_all();
    if (other_) caf::anon_send_exit(other_, caf::exit_reason::kill);
    for (const auto& each : hosted_) caf::anon_send_exit(each->manager, caf::exit_reason::kill);
    run();
    other_ = nullptr;
    for (const auto& each : hosted_) each->manager = nullptr;
  }
  ManagerKit(const ManagerKit&) = delete;
  ManagerKit& operator=(const ManagerKit&) = delete;

  // --- what the world does ----------------------------------------------------------------------------
  // A client's message into the inbox; the manager looks at it in the next run().
  void send(PartitionId to, Message message) {
    std::vector<Message> one;
    one.push_back(std::move(message));
    ASSERT_EQ(hosted(to).inbox.push_from_clients(one), 1U);
  }
  void send_all(PartitionId to, std::vector<Message> messages) {
    const std::size_t all = messages.size();
    ASSERT_EQ(hosted(to).inbox.push_from_clients(messages), all);
  }
  // Every CAF message that is under way, and all that comes of it.
  void run() {
    for (int steps = 0; scheduler_.try_run_once(); ++steps)
      ASSERT_LT(steps, 100'000) << "never quiet";
  }
  // Time passes, tick by tick.
  void advance(std::chrono::milliseconds time) {
    const auto tick = options_.manager.tick;
    for (auto passed = tick; passed <= time; passed += tick) {
      clock_.time = clock_.time + std::chrono::microseconds(tick).count();
      scheduler_.advance_time(tick);
      run();
    }
  }
  // The disk has all entries, or those up to `index`.
  void sync(PartitionId at) { sync(at, hosted(at).appended); }
  void sync(PartitionId at, LogIndex index) {
    hosted(at).durable.index = index;
    hosted(at).inbox.wake();
    run();
  }
  // The disk has them, and its wake-up is still to come.
  void sync_without_wake(PartitionId at) { hosted(at).durable.index = hosted(at).appended; }
  // The store has all checkpoints that were submitted.
  void write_checkpoints(PartitionId at) {
    for (CheckpointThread::Job& job : std::exchange(hosted(at).jobs, {})) {
      ASSERT_TRUE(job.store->write(std::move(job.checkpoint.writes)));
      job.written(job.checkpoint.index);
    }
    run();
  }
  void ask_to_stop(PartitionId at) {
    hosted(at).inbox.close_to_clients();
    caf::anon_send(hosted(at).manager, StopAtom::value);
  }
  // From now on messages between partitions arrive.
  void connect() { connected_ = true; }
  // Turns, syncs and checkpoints of all partitions, until nothing happens any more. No time passes.
  void run_until_quiet() {
    run();
    for (std::size_t before = SIZE_MAX; before != done_count_;) {
      before = done_count_;
      for (std::uint32_t p = 0; p < map_.partitions(); ++p) {
        sync(static_cast<PartitionId>(p));
        write_checkpoints(static_cast<PartitionId>(p));
      }
    }
  }
  // Happens once, while the manager is in the middle of its next turn that changes something.
  void during_next_turn(PartitionId at, std::function<void()> what) {
    hosted(at).during_turn = std::move(what);
  }
  // Replies of this partition throw: a bug in its manager, as far as CAF can see.
  void break_replies(PartitionId at) { hosted(at).replies_broken = true; }
  // Another actor of this engine; it ends with the kit.
  template <class Actor, class... Args>
  void spawn(Args&&... args) {
    other_ = caf::actor_cast<caf::actor>(engine_.spawn<Actor>(std::forward<Args>(args)...));
    run();
  }
  [[nodiscard]] const caf::actor& other() const { return other_; }

  // --- what the managers did ----------------------------------------------------------------------------
  // Since the last call, in order.
  Lines done(PartitionId at = 0) { return std::exchange(hosted(at).done, {}); }
  [[nodiscard]] std::size_t waiting(PartitionId at = 0) { return hosted(at).inbox.size(); }
  PartitionState& state(PartitionId at = 0) { return hosted(at).partition->state(); }
  MemoryStateStore& store(PartitionId at = 0) { return hosted(at).store; }
  const ManagerActor& manager(PartitionId at = 0) { return hosted(at).manager; }
  [[nodiscard]] AccountId account(PartitionId home, const std::string& stem) const {
    return words::account_in(home, map_.partitions(), stem);
  }

 private:
  struct Hosted {
    explicit Hosted(std::size_t messages_max) : inbox(messages_max) {}
    MemoryStateStore store;
    Inbox inbox;
    DurableMark durable;
    std::shared_ptr<Partition> partition;
    ManagerActor manager;
    LogIndex appended = 0;
    std::vector<CheckpointThread::Job> jobs;
    Lines done;
    std::function<void()> during_turn;
    bool replies_broken = false;
  };
  Hosted& hosted(PartitionId at) { return *hosted_.at(at); }

  void start(PartitionId id) {
    hosted_.push_back(std::make_unique<Hosted>(options_.inbox_messages_max));
    Hosted& here = *hosted_.back();
    here.partition = std::make_shared<Partition>(id, map_, here.store, options_.partition);
    const auto loaded = here.partition->load();
    EXPECT_TRUE(loaded);
    here.partition->begin_deciding();
    here.inbox.set_wake([&here] { caf::anon_send(here.manager, WakeAtom::value); });
    here.manager =
        engine_.spawn<PartitionManager>(here.partition, ports_of(here), options_.manager);
  }

  PartitionPorts ports_of(Hosted& here) {
    const auto did = [this, &here](std::string what) {
      here.done.push_back(std::move(what));
      ++done_count_;
    };
    PartitionPorts ports;
    ports.clock = &clock_;
    ports.inbox = &here.inbox;
    ports.durable = &here.durable;
    ports.store = &here.store;
    ports.append = [did, &here](const LogEntry& entry) {
      EXPECT_EQ(entry.index, here.appended + 1) << "entries of a partition are contiguous";
      here.appended = entry.index;
      if (here.during_turn) std::exchange(here.during_turn, nullptr)();
      did("append " + std::to_string(entry.index));
    };
    ports.deliver = [did, &here](const std::vector<Reply>& replies) {
      if (here.replies_broken) throw std::runtime_error("broken by the test");
      for (const Reply& reply : replies) did(words::text(reply));
    };
    ports.tell = [this, did](PartitionId to, std::vector<Message> messages) {
      for (const Message& message : messages)
        did("tell p" + std::to_string(to) + " " + words::text(message));
      if (connected_) hosted(to).inbox.push_from_partition(std::move(messages));
    };
    ports.write_checkpoint = [did, &here](CheckpointThread::Job job) {
      if (job.scrub_rows != 0) return;  // there is nothing to check in this store
      did("checkpoint " + std::to_string(job.checkpoint.index));
      here.jobs.push_back(std::move(job));
    };
    ports.stopped = [did] { did("stopped"); };
    return ports;
  }

  ManagerKitOptions options_;
  PartitionMap map_;
  VirtualClock clock_;
  bool connected_ = false;
  std::size_t done_count_ = 0;
  std::vector<std::unique_ptr<Hosted>> hosted_;
  EngineWithoutThreads config_;
  caf::actor_system engine_;
  caf::scheduler::test_coordinator& scheduler_;
  caf::actor other_;
};

}  // namespace florin::test
