// ClusterProcess::HostedReplica: one replica and its shell: what ReplicaManager is in the real node. One that went is empty,
// and stays for as long as its process: tasks may still name it.
#pragma once

#include <algorithm>
#include <memory>

#include "persistence/checked_state_store.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "sim/cluster_process.hpp"
#include "sim/sim_host_ports.hpp"
#include "sim/tick_schedule.hpp"

namespace florin::sim {

class ClusterProcess::HostedReplica final : private SimHostPorts, private ReplicaPorts {
 public:
  HostedReplica(ClusterProcess& process, const ReplicaHere& group,
                std::unique_ptr<CheckedStateStore> store)
      : SimHostPorts(process.node_, static_cast<PartitionId>(group.group), std::move(store),
                     [&process](const Error& error) { process.die(error); }),
        process_(process),
        group_(group),
        replica_(id_, process.node_.map_, store_.store(), *process.journal_, inbox_, news_, *this,
                 *this, process.partition_options(), process.node_.options_.host) {
    inbox_.set_wake([this] { wake_later(); });
  }

  Replica& replica() { return replica_; }
  [[nodiscard]] PartitionId id() const { return id_; }
  [[nodiscard]] const ReplicaHere& group() const { return group_; }
  Inbox& inbox() { return inbox_; }
  void tell(ReplicaNews news) {
    news_.push(std::move(news));
    inbox_.wake();
  }
  // Compared at once: an idle replica has no ticks.
  void hear(const HeadsHeard& heads) {
    replica_.hear(heads.from, heads.heads);
    replica_.look_at_heads();
  }
  // A follower has to decode and evolve them; who leads has done that.
  void follow_later(EntriesCommitted committed) {
    if (node().options_.costs.followed_kib != 0 && !replica_.leads()) {
      std::size_t bytes = 0;
      for (const auto& entry : committed.entries) bytes += entry->size();
      work(std::uint64_t{node().options_.costs.followed_kib} * bytes / 1024);
    }
    tell(std::move(committed));
  }
  // Its directory is deleted: what is still written goes into files that nobody can open.
  void drop(std::unique_ptr<SimStateStore> deleted) {
    deleted_ = std::move(deleted);
    tell(ReplicaDropped{});
  }
  void clock_was_set() {
    ticks_.forget();
    schedule_tick();
  }
  [[nodiscard]] QueuesSeen queues() {
    PartitionState& state = replica_.partition().state();
    return {.node = node().number_,
            .partition = id_,
            .from_clients = from_clients(inbox_),
            .reads = inbox_.reads().size(),
            .in_flight = replica_.host().entries_in_flight(),
            .open = state.open_transfer_count(),
            .deciding = replica_.leads() ? &state : nullptr};
  }
  // Of a follower what is open is its leader's to end.
  [[nodiscard]] bool is_quiet() {
    if (replica_.is_dropped()) return true;
    if (replica_.is_rebuilding() || inbox_.size() != 0 || !inbox_.reads().empty() ||
        !news_.empty() || replica_.host().effects_waiting() != 0)
      return false;
    if (!replica_.leads()) return true;
    const PartitionState& state = replica_.partition().state();
    return replica_.host().entries_in_flight() == 0 && state.open_transfer_count() == 0 &&
           state.leg_count() == 0;
  }
  void schedule_tick();

 private:
  SimNode& node() const { return process_.node_; }
  void work(std::uint64_t ns) { busy_until_ = node().events_.now() + node().work(ns); }
  void wake_later() {
    const SimTime now = node().events_.now();
    const SimTime wait = std::max(node().cores().wait(now), busy_until_ - now);
    const SimTime chance = node().random_.between(0, node().options_.wake_delay_max);
    process_.later(chance + std::max<SimTime>(wait, 0), [this](ClusterProcess&) {
      replica_.wake();
      ticks_.want();
      schedule_tick();
    });
  }

  // HostPorts and ReplicaPorts
  [[nodiscard]] Timestamp now() const override { return process_.read_clock().time; }
  [[nodiscard]] ClockReading clock() const override { return process_.read_clock(); }
  void propose(std::uint64_t reign, LogEntry entry) override {
    node().outside_.decided(node().number_, entry);
    if (const auto change = decode_replica_change(entry.bytes); change && *change)
      node().outside_.change_proposed(node().number_, id_, entry.index, **change);
    process_.give_to_log([id = id_, reign, index = entry.index, bytes = std::move(entry.bytes)](
                             ReplicatedLog& log) { log.propose(id, reign, index, bytes); });
  }
  void confirm(std::uint64_t reign, std::uint64_t ticket) override {
    process_.give_to_log(
        [id = id_, reign, ticket](ReplicatedLog& log) { log.confirm(id, reign, ticket); });
  }
  void deliver(std::vector<Reply> replies) override {
    process_.peer_asks_.deliver(std::move(replies));
  }
  void tell(PartitionId to, std::vector<Message> messages) override {
    node().outside_.told(id_, to, messages);
    process_.router_.tell(to, std::move(messages));
  }
  void rebuilding(const RebuildNews& news) override {
    if (news.kind == RebuildNews::Kind::goes_on) return;
    node().tell_rebuilding(id_, news, store_.store());
    if (news.kind == RebuildNews::Kind::is_done)
      node().outside_.replica_rebuilt(replica_.partition());
  }
  void turn_ended(std::size_t messages) override {
    node().trace_.step(Step::turn, node().events_.now(), id_, messages,
                       replica_.partition().state().last_index());
    const WorkCosts& costs = node().options_.costs;
    if (messages != 0) work(costs.turn + std::uint64_t{costs.message} * messages);
  }
  void chain_differs(const ChainHeads::Difference& difference) override {
    node().outside_.chain_differs(node().number_, id_, difference);
  }
  void failed(const Error& error) override { process_.die(error); }

  ClusterProcess& process_;
  ReplicaHere group_;
  std::unique_ptr<SimStateStore> deleted_;
  ReplicaNewsQueue news_;
  Replica replica_;
  SimTime busy_until_ = 0;
  TickSchedule ticks_{node().options_.host.tick.count() * millisecond};
};

inline void ClusterProcess::HostedReplica::schedule_tick() {
  if (replica_.is_dropped()) return;
  const bool has_reads = !inbox_.reads().empty();  // they do not wait for ever
  ticks_.plan(node().events_.now(), replica_.host(), has_reads,
              [this](SimTime delay, std::uint64_t generation) {
                process_.later(delay, [this, generation](ClusterProcess&) {
                  if (!ticks_.begin(generation)) return;
                  replica_.tick();
                  schedule_tick();
                });
              });
}

}  // namespace florin::sim
