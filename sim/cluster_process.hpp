// ClusterProcess: one incarnation of a node of a cluster: its journal, its ReplicatedLog with the consensus engine,
// and a Replica for each partition that is placed here. The counterpart of runtime/cluster/: consensus thread,
// checkpoint thread, replica managers, router.
//
// Ticks of the consensus come at this node's own pace (SimOptions::tick_skew_permille), from its monotonic clock.
// Each part of a round happens at its own moment, so that a crash may fall between any two.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "actors/partition/replica.hpp"
#include "cluster/consensus/etcd_raft_engine.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "persistence/journal/journal.hpp"
#include "sim/sim_process.hpp"

namespace florin::sim {

class ClusterProcess final : public SimProcess, private ReplicatedLogPorts {
 public:
  static Result<std::unique_ptr<SimProcess>, Error> start(SimNode& node);
  ~ClusterProcess() override;

  void receive(PartitionId to, std::vector<Message> messages, std::uint32_t hops) override;
  std::optional<NotAccepted::Why> receive_request(PartitionId to, Message message, RequestId request,
                                                  std::uint32_t hops) override;
  void receive_frame(std::uint32_t from_node, std::string frame) override;
  Partition* partition(PartitionId id) override;
  [[nodiscard]] bool is_quiet() const override;
  [[nodiscard]] bool leads(PartitionId id) const override;
  void clock_was_set() override;

 private:
  class Hosted;
  explicit ClusterProcess(SimNode& node);
  Status<Error> recover();
  Status<Error> recover_replica(PartitionId id);
  void later(SimTime delay, std::function<void(ClusterProcess&)> task);
  // The node that leads the partition as far as is known here; none: nobody known.
  [[nodiscard]] std::optional<std::uint32_t> leader_of(PartitionId partition) const;
  std::uint32_t somewhere(PartitionId partition);
  std::optional<NotAccepted::Why> receive_read(PartitionId to, Message message, RequestId request,
                                               std::uint32_t hops);

  // ReplicatedLogPorts
  bool send(NodeNumber to, bool bulk, std::string frame) override;
  void committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) override;
  void leading(GroupNumber group, Epoch epoch, consensus::Term term) override;
  void following(GroupNumber group) override;
  void confirmed(GroupNumber group, Epoch epoch, std::uint64_t ticket) override;
  void leader_seen(GroupNumber group, consensus::Term term, NodeNumber leader) override;

  // The consensus thread.
  void tick_later();
  void maybe_give_away();
  void work_later();
  void maybe_lose_power();
  void lose_power_behind_a_vote();
  // From a replica's thread: in order, and not at once.
  void hand_over(std::function<void(ReplicatedLog&)> input);
  void begin_round();
  void sync_round();
  void end_round();
  bool has_failed(const Status<Error>& status);
  void die(const Error& error);
  void write_checkpoint(Hosted& hosted, Checkpoint checkpoint);

  SimNode& node_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<consensus::ConsensusEngine> engine_;
  std::unique_ptr<ReplicatedLog> log_;
  std::vector<std::unique_ptr<Hosted>> hosted_;  // by partition id; null = hosted elsewhere
  std::vector<NodeNumber> leaders_;              // by partition id, as seen here; 0 = nobody
  bool round_running_ = false;
  std::deque<std::function<void(ReplicatedLog&)>> handed_over_;  // on its way; what comes first is taken first
};

}  // namespace florin::sim
