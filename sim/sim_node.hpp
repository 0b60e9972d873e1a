// SimNode: one simulated node, as runtime/node.cpp is the real one: the same PartitionHost, Partition,
// Inbox, Journal and recovery; only the ports differ (clock, file system, store, network, who is answered).
//
// Fault model: the process ends at any step (between append and fsync, fsync and effect, a checkpoint and
// the news that it is durable, in the middle of a recovery), with or without the page cache; it stands still
// and goes on; it starts again with an older or an empty store.
// Why the system must survive it: nothing leaves a node before its entry is durable, what is open is a
// function of the state, and the log alone rebuilds that state.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "actors/hosting/intake_gate.hpp"
#include "actors/hosting/partition_host.hpp"
#include "actors/partition/effects.hpp"
#include "actors/partition/partition.hpp"
#include "cluster/membership/meta_replica.hpp"
#include "cluster/membership/own_standing.hpp"
#include "cluster/partition_map.hpp"
#include "cluster/placement/placement.hpp"
#include "cluster/replication/chain_heads.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "persistence/checked_state_store.hpp"
#include "persistence/event_log.hpp"
#include "sim/plan/options.hpp"
#include "sim/ports/event_queue.hpp"
#include "sim/ports/sim_clock.hpp"
#include "sim/ports/sim_disk.hpp"
#include "sim/ports/sim_state_store.hpp"
#include "sim/ports/work.hpp"
#include "sim/trace.hpp"

namespace florin::sim {

class SimProcess;
struct DiskSeen;
struct WrittenEntry;
struct QueuesSeen;
struct StoreSeen;
struct MembersSeen;

// What a node does to the world around it.
class NodeOutside {
 public:
  virtual ~NodeOutside() = default;
  // Messages for a partition on another node; nodes without replicas.
  virtual void tell(std::uint32_t from_node, std::uint32_t to_node, PartitionId to,
                    std::vector<Message> messages) = 0;
  // A frame of the messages channel (actors/asks/peer_messages.hpp), facts excepted.
  virtual void peer(std::uint32_t from_node, std::uint32_t to_node, std::string frame) = 0;
  // Between the replicated logs of two nodes.
  virtual void frame(std::uint32_t from_node, std::uint32_t to_node, std::string frame) = 0;
  virtual void answer(std::uint32_t from_node, Reply reply) = 0;
  // To those outside of the cluster; `answered` runs once for each answer that arrives.
  virtual void call(const OutsideCall& call, std::function<void(CallAnswer)> answered) {
    static_cast<void>(call), static_cast<void>(answered);
  }
  // Between the keepers of two nodes.
  virtual void facts(std::uint32_t from_node, std::uint32_t to_node, std::string frame) = 0;
  virtual void clock_frame(std::uint32_t from_node, std::uint32_t to_node, std::string frame) = 0;
  // To the operator: how the command ended that this node was given.
  // A frame of the messages channel that nobody waits for, and that takes no other's place.
  virtual void aside(std::uint32_t from_node, std::uint32_t to_node, std::string frame) {
    static_cast<void>(from_node), static_cast<void>(to_node), static_cast<void>(frame);
  }
  virtual void command_ended(std::uint32_t from_node, std::uint64_t number,
                             CommandOutcome outcome) = 0;
  // Only to be looked at: messages between any two partitions as they leave, entries as they go to the log.
  virtual void told(PartitionId from, PartitionId to, const std::vector<Message>& messages) = 0;
  virtual void appended(const LogEntry& entry) = 0;
  virtual void turn_cost(PartitionId partition, const TurnCost& cost) = 0;
  // By a partition of that node, right now.
  virtual void decided(std::uint32_t node, const LogEntry& entry) = 0;
  virtual void durable(const LogEntry& entry) = 0;
  virtual void recovered(Partition& partition, EventLogReader& log) = 0;
  // Of one replica of a cluster: what its log says is committed, who leads, what a start has found.
  virtual void committed(std::uint32_t node, PartitionId partition, LogIndex index,
                         std::string_view bytes) = 0;
  virtual void leads(std::uint32_t node, PartitionId partition, std::uint64_t term) = 0;
  // `partition`: at `committed`; null while it is made again from the log, replica_rebuilt tells when that is done.
  virtual void replica_recovered(std::uint32_t node, PartitionId id, LogIndex committed,
                                 Partition* partition, EventLogReader& log) = 0;
  virtual void replica_rebuilt(Partition& partition) = 0;
  // Of a cluster's node: what has become durable in its log, and what a start finds there.
  virtual void written(std::uint32_t node, const std::vector<WrittenEntry>& entries) {
    static_cast<void>(node), static_cast<void>(entries);
  }
  virtual void log_found(std::uint32_t node, EventLogReader& log) {
    static_cast<void>(node), static_cast<void>(log);
  }
  // Replicas that come and go, what a leader wants to change, and the meta group's log as a start has found it.
  virtual void hosted(std::uint32_t node, PartitionId partition, std::uint64_t replica) = 0;
  virtual void dropped(std::uint32_t node, PartitionId partition, std::uint64_t replica) = 0;
  virtual void change_proposed(std::uint32_t node, PartitionId partition, LogIndex index,
                               const ReplicaChanged& change) = 0;
  virtual void looked(std::uint32_t node, std::uint64_t incarnation,
                      const std::vector<ReplicatedLog::Status>& groups) = 0;
  virtual void meta_recovered(std::uint32_t node, PartitionId group, LogIndex committed,
                              EventLogReader& log) = 0;
  virtual void alarm(const Alarm& alarm) = 0;
  // Of two replicas with different histories, as one of them has noticed.
  virtual void chain_differs(std::uint32_t node, PartitionId partition,
                             const ChainHeads::Difference& difference) {
    static_cast<void>(node), static_cast<void>(partition), static_cast<void>(difference);
  }
  // What a node has not taken, because no honest one sends it.
  virtual void refused(std::uint32_t node, std::uint32_t from_node, PeerFault fault) = 0;
  // A start that failed although no fault explains it.
  virtual void cannot_start(std::uint32_t node, const Error& error) = 0;
  // A process has started, and reads up to that format level.
  virtual void started(std::uint32_t node, FormatLevel reads) {
    static_cast<void>(node), static_cast<void>(reads);
  }
  // Its disk is gone; and it has found out, and ended: an operator has to let it come back.
  virtual void disk_wiped(std::uint32_t node) { static_cast<void>(node); }
  virtual void disk_is_lost(std::uint32_t node, const Error& error) = 0;
};

class SimNode {
 public:
  SimNode(std::uint32_t number, const SimOptions& options, const PartitionMap& map,
          const Placement& placement, EventQueue& events, Trace& trace, NodeOutside& outside);
  ~SimNode();

  // --- life --------------------------------------------------------------------------------------------
  // Opens its log and stores and recovers. A failure that a fault explains is tried again after a while.
  void start();
  void crash(bool power_lost);
  void pause_until(SimTime time);
  // The machine is gone for good.
  void lose();
  [[nodiscard]] bool is_lost() const { return lost_; }
  [[nodiscard]] bool is_up() const { return process_ != nullptr; }
  // Ends all faults of its ports; starts it if it is down.
  void heal();

  // --- faults that need more than one port -----------------------------------------------------------
  void crash_and_restart(bool power_lost, SimTime down);
  void lose_checkpoints(std::size_t writes);  // while it is down
  // For the trace: a partition here is made again, or whole again.
  void tell_rebuilding(PartitionId partition, const RebuildNews& news,
                       const CheckedStateStore& store);
  void damage_disk();  // while it is down
  void lose_disk();    // while it is down
  // Keeps its disk and its stores as they are now. False: it is down, or its disk is damaged.
  bool remember_disk();
  void put_back_disk();  // while it is down; what was kept
  // Would what is durable on the other one's disk tell the disk that was kept from the one that is there? By what it had
  // committed alone: its starts may be counted on, out of reach of the others.
  [[nodiscard]] bool is_known_better_by(const SimNode& other) const;
  // With an empty disk, to join: its number may come back.
  void start_anew();
  void rewrite_log(
      PartitionId partition);  // while it is down; its state goes, the log is to be believed
  void damage_rows(bool lose, std::uint64_t dice);  // one row of one of its stores, up or down
  void set_full(bool full);
  // So much is left on its disk; none: enough.
  void set_room(std::optional<std::uint64_t> bytes);
  void set_slow_fsync(SimTime extra) { extra_fsync_ = extra; }
  // The clock was set: due times are to be looked at again.
  void clock_was_set();
  void die_at_operation(std::uint64_t n, SimTime down);

  // --- what arrives ------------------------------------------------------------------------------------
  void receive(PartitionId to, std::vector<Message> messages);
  void receive_request(PartitionId to, Message message, RequestId request);
  void receive_peer(std::uint32_t from_node, std::string frame);
  void receive_frame(std::uint32_t from_node, std::string frame);
  void receive_facts(std::uint32_t from_node, std::string frame);
  void receive_clock_frame(std::uint32_t from_node, const std::string& frame);
  void receive_command(ClusterCommand command, std::uint64_t number);

  // A partition here calls: the answer comes to this process, or to nobody. The next one makes the call again.
  void call_outside(const OutsideCall& call);

  // Another one after each start and each end of its process.
  [[nodiscard]] std::uint64_t incarnation() const { return incarnation_; }
  // By the placement of the birth.
  [[nodiscard]] bool hosts(PartitionId partition) const;
  [[nodiscard]] bool knows_node(std::uint32_t node) const;
  void let_in(std::uint32_t by);
  void told_removed(std::uint32_t by, LogIndex map_version);
  [[nodiscard]] Standing standing() const;
  // What its process reads, what it writes, and what it has heard that another one reads.
  [[nodiscard]] FormatLevel reads() const { return reads_; }
  [[nodiscard]] FormatLevel written() const;
  void heard_reads(std::uint32_t node, FormatLevel level);
  [[nodiscard]] MembersSeen members() const;
  [[nodiscard]] std::vector<ReplicatedLog::Status> groups() const;
  [[nodiscard]] std::vector<QueuesSeen> queues() const;
  // What is in the store of a partition that it has, and decides or follows; none: it has not all of its log yet.
  [[nodiscard]] std::optional<StoreSeen> stored(PartitionId id);
  // Null when it is down or does not host it.
  Partition* partition(PartitionId id);
  [[nodiscard]] bool leads(PartitionId id) const;
  // Nothing waits and nothing is open in any of its partitions.
  [[nodiscard]] bool is_quiet() const;

  SimClock& clock() { return clock_; }
  SimDisk& disk() { return disk_; }
  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] bool is_replicated() const { return options_.replication > 0; }
  // Occupies one of its cores; how long from now until it is done.
  SimTime work(std::uint64_t ns) { return cores_.take(events_.now(), ns); }
  [[nodiscard]] const Cores& cores() const { return cores_; }
  // To whom it gives the leadership of a partition that it leads.
  void give_leadership(PartitionId partition, std::uint32_t to_node);
  [[nodiscard]] std::uint64_t crashes() const { return crashes_; }

 private:
  friend class SoloProcess;
  friend class ClusterProcess;
  friend class SimHostPorts;
  friend class StoreShell;

  // Runs the task unless the process has ended by then; later if the node stands still.
  void later(SimTime delay, std::function<void(SimProcess&)> task);
  void run(std::uint64_t incarnation, std::function<void(SimProcess&)> task);
  void look_for_death();
  // What RoomWatch does in the real node: sets the gate of all inboxes.
  void look_at_disk();
  void start_failed(const Error& error);
  // Now and then a process that starts again finds another configuration.
  void reconfigure();
  // Now and then one that starts again is of the new version (SimOptions::upgraded_permille).
  void upgrade();
  void restart_after(SimTime down);
  // Of a replica that is made here, or was found at a start.
  SimStateStore& store_of(PartitionId partition);
  // The directory is deleted; who still has it open may go on writing.
  std::unique_ptr<SimStateStore> delete_store(PartitionId partition);

  const std::uint32_t number_;
  const SimOptions& drawn_;
  SimOptions options_;  // of the process that runs, or ran last
  const PartitionMap& map_;
  const Placement& placement_;
  EventQueue& events_;
  Trace& trace_;
  NodeOutside& outside_;
  SimRandom random_;
  SimRandom configuration_;
  SimRandom versions_;
  FormatLevel reads_ = format_level_own;

  // What outlives a crash.
  SimClock clock_;
  SimDisk disk_;
  // by partition id; null = never hosted here, or deleted
  std::vector<std::unique_ptr<SimStateStore>> stores_;
  Cores cores_;
  bool full_ = false;
  IntakeGate intake_;
  bool had_reserve_ = false;  // when its disk began to fill there was more than the reserve
  SimTime extra_fsync_ = 0;
  SimTime paused_until_ = 0;
  SimTime down_after_death_ = second;
  bool healed_ = false;
  bool damaged_ = false;
  bool lost_ = false;
  bool was_started_ = false;
  bool rejoins_ = false;  // started to join, as after the loss of its disk
  struct Remembered;
  std::unique_ptr<Remembered> remembered_;
  std::uint64_t crashes_ = 0;
  std::uint32_t starts_failed_ = 0;

  std::uint64_t incarnation_ = 0;
  std::unique_ptr<SimProcess> process_;
};

}  // namespace florin::sim
