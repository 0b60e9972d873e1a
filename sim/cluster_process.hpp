// ClusterProcess: one incarnation of a node of a cluster: its journal, its ReplicatedLog with the consensus engine,
// and a Replica for each partition that is placed here; with a meta group also its replica of that, and the keeper
// of its memberships. The counterpart of runtime/cluster/: consensus thread, checkpoint thread, replica managers,
// links. Router, asks, commands and who hears what the log says are the same here as there (actors/asks/), and so are the
// steps of a round, the start of a replica, and what follows from clocks and disks compared.
//
// Ticks of the consensus come at this node's own pace (SimOptions::tick_skew_permille), from its monotonic clock.
// Each part of a round happens at its own moment, so that a crash may fall between any two.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "actors/asks/ask_table.hpp"
#include "actors/asks/command_desk.hpp"
#include "actors/asks/log_news.hpp"
#include "actors/asks/peer_asks.hpp"
#include "actors/hosting/replica.hpp"
#include "cluster/clock/clock_watch.hpp"
#include "cluster/consensus/etcd_raft_engine.hpp"
#include "cluster/disk/disk_exchange.hpp"
#include "cluster/disk/leading_duty.hpp"
#include "cluster/membership/leader_balance.hpp"
#include "cluster/membership/membership_keeper.hpp"
#include "cluster/replication/log_round.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/start_record.hpp"
#include "sim/ports/seen_log.hpp"
#include "sim/sim_process.hpp"

namespace florin::sim {

// As the default of http.request_patience_ms.
inline constexpr AskTime request_patience{10 * second};

class ClusterProcess final : public SimProcess,
                             private ReplicatedLogPorts,
                             private MembershipPorts {
 public:
  static Result<std::unique_ptr<SimProcess>, Error> start(SimNode& node);
  static JournalOptions journal_options(SimNode& node);
  ~ClusterProcess() override;

  std::optional<NotAccepted::Why> receive_request(PartitionId to, Message message,
                                                  RequestId request) override;
  void receive_answer(PartitionId to, Message message) override {
    std::vector<Message> one;
    one.push_back(std::move(message));
    router_.tell(to, std::move(one));
  }
  void receive_peer(std::uint32_t from_node, std::string frame) override;
  void receive_frame(std::uint32_t from_node, std::string frame) override;
  Partition* partition(PartitionId id) override;
  [[nodiscard]] bool is_quiet() const override;
  void count_open(DiskNeeds& needs) const override;
  [[nodiscard]] std::vector<QueuesSeen> queues() override;
  [[nodiscard]] bool leads(PartitionId id) const override;
  void receive_facts(std::uint32_t from_node, std::string frame) override;
  void receive_clock_frame(std::uint32_t from_node, const std::string& frame) override;
  void receive_command(ClusterCommand command, std::uint64_t number) override;
  [[nodiscard]] bool knows_node(std::uint32_t node) const override {
    return knows(static_cast<NodeNumber>(node + 1));
  }
  [[nodiscard]] MembersSeen members() const override;
  void let_in(NodeNumber by) override { standing_.let_in(by); }
  void told_removed(NodeNumber by, LogIndex map_version) override {
    standing_.told_removed(by, map_version);
  }
  [[nodiscard]] Standing standing() const override {
    return keeper_ ? standing_.look(keeper_->map()) : Standing::member;
  }
  [[nodiscard]] FormatLevel written() const override { return levels_.written(); }
  void heard_reads(NodeNumber node, FormatLevel level) override {
    between_rounds([node, level](ClusterProcess& self) {
      if (self.keeper_) self.keeper_->heard_reads(node, level);
    });
  }
  [[nodiscard]] std::vector<ReplicatedLog::Status> groups() const override {
    return log_->status();
  }
  [[nodiscard]] DiskSeen disk_seen() const override;
  static std::optional<KeptDisk> kept_of(const SimDisk& disk, NodeNumber node);
  void clock_was_set() override;
  void give_leadership(PartitionId partition, std::uint32_t to_node) override;

 private:
  class HostedReplica;
  explicit ClusterProcess(SimNode& node);
  Status<Error> recover();
  void later(SimTime delay, std::function<void(ClusterProcess&)> task);
  std::optional<std::uint32_t> somewhere(PartitionId partition);

  // The request desk, and what goes between nodes (cluster_process_asks.cpp).
  void set_up_asks();
  [[nodiscard]] AskTime ask_time() const { return AskTime(node_.clock_.monotonic_us()); }
  void send_ask(Addressed ask);
  void deliver_here(std::vector<Reply> replies);
  void look_at_asks();
  CommandDesk::Ports command_ports();
  void on_command(NodeNumber from, std::string_view body);
  void on_outcome(NodeNumber from, std::string_view body);
  void note_dropped(NodeNumber from, const std::optional<DroppedFrame>& dropped);
  // Without a meta group nobody tells facts: those who have no replica of a partition hear from this who leads it.
  void tell_leaders();
  void tell_heads();
  void on_heads(NodeNumber from, std::string_view body);

  // Disks compared (cluster_process_disks.cpp).
  Status<Error> begin_start();
  Status<Error> begin_disks();
  DiskExchange::Ports disk_ports();
  void tick_disks();
  void on_disk(std::uint32_t from_node, std::string_view body);

  // ReplicatedLogPorts
  [[nodiscard]] bool takes_part() const override { return disks_->takes_part(); }
  [[nodiscard]] bool takes_frames_of(NodeNumber node) const override {
    return disks_->takes_frames_of(node);
  }
  bool send(NodeNumber to, bool bulk, std::string frame) override;
  void committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) override;
  void leading(GroupNumber group, Reign reign, consensus::Term term) override;
  void following(GroupNumber group) override { news_.following(group); }
  void confirmed(GroupNumber group, Reign reign, std::uint64_t ticket) override {
    news_.confirmed(group, reign, ticket);
  }
  void leader_seen(GroupNumber group, consensus::Term term, NodeNumber leader) override {
    news_.leader_seen(group, term, leader);
  }
  void refused(NodeNumber from, PeerFault fault) override;

  // The shell of its news.
  friend class LogNews<ClusterProcess>;
  MembershipKeeper& keeper() { return *keeper_; }
  void follow(PartitionId partition, EntriesCommitted news);
  void tell(PartitionId partition, ReplicaNews news);
  void tell_if_here(PartitionId partition, ReplicaNews news);
  void set_meta_leader(NodeNumber node) { commands_.set_leader(node); }
  void fail(const Error& error) { die(error); }

  // MembershipPorts
  void want_change(PartitionId partition, Reign reign, const ReplicaChanged& change) override;
  Status<Error> host(const ReplicaHere& group) override;
  void drop(PartitionId partition) override;
  void tell_facts(NodeNumber to, const std::string& frame) override;
  void map_changed(const ClusterMap& map) override { levels_.raise(map.format_level); }
  void heard_of(const ClusterMember& member) override { heard_of_.insert(member.node); }

  [[nodiscard]] GroupNumber meta_group() const { return node_.options_.partitions; }
  [[nodiscard]] bool has_meta() const { return node_.options_.meta_group != 0; }
  // Not formed: there is no meta group.
  [[nodiscard]] const ClusterMap& map() const;
  [[nodiscard]] KeeperOptions keeper_options() const;
  [[nodiscard]] PartitionOptions partition_options() const;
  Status<Error> recover_meta();
  Status<Error> open_meta(const ReplicaHere& group);
  void tick_members();
  void tick_clock();
  // The time to go by: cluster/clock/.
  [[nodiscard]] ClockReading read_clock() const;
  [[nodiscard]] std::vector<NodeNumber> other_members() const;
  [[nodiscard]] std::vector<NodeNumber> configured_nodes() const;
  // Is there a link to that node? Its configuration names it, or the map does; nobody knows who was removed.
  [[nodiscard]] bool knows(NodeNumber node) const;
  [[nodiscard]] bool is_up(NodeNumber node) const;
  [[nodiscard]] std::vector<NodeNumber> nodes_of(PartitionId partition) const;
  // On the consensus thread.
  void between_rounds(std::function<void(ClusterProcess&)> task);
  HostedReplica& replica_of(GroupNumber group) { return *hosted_.at(group); }

  // The consensus thread.
  void tick_later();
  void maybe_give_away();
  void work_later();
  void maybe_lose_power();
  void lose_power_behind_a_vote();
  // From a replica's thread: in order, and not at once.
  void give_to_log(std::function<void(ReplicatedLog&)> input);
  void charge_frame(std::string_view frame);
  void begin_round();
  void sync_round();
  void end_round();
  void release_commits_later();
  bool has_failed(const Status<Error>& status);
  void die(const Error& error);

  SimNode& node_;
  std::unique_ptr<Journal> journal_;
  std::optional<SeenLog> writer_;  // of it
  std::unique_ptr<consensus::ConsensusEngine> engine_;
  std::unique_ptr<ReplicatedLog> log_;
  std::optional<LogRound> round_;      // of it
  std::unique_ptr<MetaReplica> meta_;  // null without a meta group, as the keeper
  std::unique_ptr<MembershipKeeper> keeper_;
  std::vector<std::unique_ptr<HostedReplica>> all_;  // those that went too
  std::vector<HostedReplica*> hosted_;               // by partition id; null = not here
  Incarnation process_;
  FormatLevels levels_;
  ClusterRouter router_;
  LogNews<ClusterProcess> news_;
  AskTable asks_;
  PeerAsks peer_asks_;
  CommandDesk commands_;
  std::uint64_t last_ask_ = 0;
  std::uint32_t ticks_to_tell_leaders_ = 0;
  std::uint32_t ticks_to_heads_ = 0;
  std::map<NodeNumber, SimTime> heard_from_;  // when other nodes sent something last
  std::set<NodeNumber> heard_of_;             // by newer maps than the one here
  OwnStanding standing_;
  LeaderBalance balance_;
  ClockWatch clocks_;
  LeadingDuty leading_duty_;
  ClockOpinion clock_opinion_;
  StartRecord start_;
  RunHistory runs_;
  std::optional<DiskExchange> disks_;  // once the log is open
  std::vector<std::function<void(ClusterProcess&)>> between_rounds_;
  bool round_running_ = false;
  bool will_release_commits_ = false;
  std::uint64_t frames_ns_ = 0;  // WorkCosts: of frames that came or went since the last round
  // on its way; what comes first is taken first
  std::deque<std::function<void(ReplicatedLog&)>> given_to_log_;
};

}  // namespace florin::sim
