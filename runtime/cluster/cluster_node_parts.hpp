// ClusterNode: the composition of a cluster's node. Its parts: cluster_node.cpp (start, replicas, stop),
// cluster_node_peers.cpp (what other nodes say), cluster_node_ticks.cpp (membership, balance, what people see),
// cluster_node_clock.cpp (clocks compared), cluster_node_disks.cpp (disks compared), cluster_node_chains.cpp (hash chains
// compared).
//
// Who calls whom, and on which thread:
//   links       frames of peers -> consensus thread, or a partition's inbox, or the request desk
//   consensus   raft, journal, membership; tells each replica by its news queue and wakes it
//   CAF         replicas: turns, replay; propose to the consensus thread, deliver to the desk or to a peer
#pragma once

#include <atomic>
#include <caf/all.hpp>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actors/asks/cluster_commands.hpp"
#include "actors/asks/cluster_router.hpp"
#include "actors/asks/peer_asks.hpp"
#include "actors/asks/peer_messages.hpp"
#include "cluster/clock/clock_duty.hpp"
#include "cluster/clock/clock_watch.hpp"
#include "cluster/consensus/consensus_engine.hpp"
#include "cluster/disk/disk_duty.hpp"
#include "cluster/disk/disk_watch.hpp"
#include "cluster/links/peer_links.hpp"
#include "cluster/membership/leader_balance.hpp"
#include "cluster/membership/membership_keeper.hpp"
#include "cluster/membership/own_standing.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "runtime/cluster/cluster_log_reader.hpp"
#include "runtime/cluster/cluster_node.hpp"
#include "runtime/cluster/consensus_thread.hpp"
#include "runtime/cluster/counting_writer.hpp"
#include "runtime/cluster/disk_book_file.hpp"
#include "runtime/cluster/hosted_replicas.hpp"
#include "runtime/cluster/shared_clock.hpp"
#include "runtime/engine/engine_config.hpp"
#include "runtime/engine/incarnation.hpp"
#include "runtime/engine/request_desk.hpp"
#include "runtime/engine/room_watch.hpp"
#include "runtime/engine/system_clock.hpp"

namespace florin {

class ClusterNode final : public Node,
                          private links::Receiver,
                          private ReplicatedLogPorts,
                          private MembershipPorts {
 public:
  ClusterNode(const NodeConfig& config, Metrics& metrics, OnFatal on_fatal, DataDirectory directory,
              const StartRecord& start, DiskBook book, std::unique_ptr<Journal> journal);
  ~ClusterNode() override { shut_down(); }

  Status<Error> recover();
  Status<Error> start_shells();

  NodeServices services() override;
  const RecoverySummary& recovery() const override { return recovery_; }
  void begin_drain() override;
  bool stop(std::chrono::milliseconds time_max) override;

 private:
  using Groups = std::vector<ReplicatedLog::Status>;
  struct RefusalSeen {
    std::chrono::steady_clock::time_point logged;
    std::uint64_t since = 0;
  };

  // links::Receiver, on the links' thread
  void on_frame(NodeNumber from, links::Channel channel, std::string bytes) override;
  void on_link(NodeNumber node, const links::LinkChange& change) override;
  void on_refused(const links::RefusedPeer& refused) override;
  void on_peer_message(NodeNumber from, std::string bytes);
  void on_peer_read(NodeNumber from, const ReadQuestion& question);
  void on_peer_clock(NodeNumber from, std::string_view body);
  void on_peer_disk(NodeNumber from, const std::string& frame);
  void on_peer_command(NodeNumber from, Incarnation asker, NumberedCommand command);
  void note_dropped(NodeNumber from, const DroppedFrame& dropped);

  // ReplicatedLogPorts, on the consensus thread
  bool send(NodeNumber to, bool bulk, std::string frame) override {
    return links_->send(to, bulk ? links::Channel::bulk : links::Channel::consensus,
                        std::move(frame));
  }
  void committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) override;
  void leading(GroupNumber group, Epoch epoch, consensus::Term term) override;
  void following(GroupNumber group) override;
  void confirmed(GroupNumber group, Epoch epoch, std::uint64_t ticket) override;
  void leader_seen(GroupNumber group, consensus::Term term, NodeNumber leader) override;
  void refused(NodeNumber from, PeerFault fault) override;  // on the links' thread, too
  bool takes_part() const override { return disks_.takes_part(); }
  bool takes_frames_of(NodeNumber from) const override { return disks_.takes_frames_of(from); }

  // MembershipPorts, on the consensus thread
  void want_change(PartitionId partition, Epoch epoch, const ReplicaChanged& change) override;
  Status<Error> host(const HostedGroup& hosted) override;
  void drop(PartitionId partition) override;
  void tell_facts(NodeNumber to, const std::string& frame) override;
  void map_changed(const ClusterMap& map) override;
  void heard_of(const ClusterMember& member) override { link_to(member); }

  void looked(Groups groups);
  void link_to(const ClusterMember& member);
  void follow_format_level(FormatLevel level);
  void report_configuration(const ClusterMap& map);  // once, of the first map that is formed
  void take_facts(NodeNumber from, const std::string& frame);
  void balance_leaders(const Groups& groups);
  void tick_clock(const Groups& groups);
  void tick_disks(const Groups& groups);
  // Hash chains compared (cluster_node_chains.cpp).
  void tell_heads();
  void on_peer_heads(NodeNumber from, std::string_view body);
  void chain_differs(PartitionId partition, const ChainHeads::Difference& difference);
  void give_up_leadership(PartitionId partition);
  [[nodiscard]] std::vector<ChainView> chains() const;
  void note_clock(const ClockReading& reading, const ClockOpinion& opinion);
  [[nodiscard]] std::vector<NodeNumber> other_members() const;
  [[nodiscard]] ClockView clock_view() const;
  void command_here(ClusterCommand command, CommandId id, CommandDone done);
  void change_cluster(ClusterCommand command, CommandDone done);
  void send_commands();

  [[nodiscard]] GroupNumber meta_group() const { return config_.node.partitions; }
  [[nodiscard]] KeeperOptions keeper_options() const;
  // `later`: it recovers on its own thread.
  Result<Hosted*, Error> open_replica(const HostedGroup& group, bool later);
  Status<Error> open_in_log(Hosted& hosted);
  void start_manager(Hosted& hosted);
  ReplicaManagerPorts ports_for(Hosted& hosted);
  static void tell_replica(Hosted& hosted, ReplicaNews news);
  void tell_replica(GroupNumber group, ReplicaNews news);
  void note_leader(PartitionId partition, consensus::Term term, NodeNumber leader);
  void partner_returned(PartitionId partition);
  [[nodiscard]] std::shared_ptr<const ClusterMap> map() const;
  [[nodiscard]] std::string leader_address(PartitionId partition) const;
  [[nodiscard]] std::vector<NodeNumber> reachable_replicas(PartitionId partition) const;
  [[nodiscard]] std::optional<LogIndex> committed_of(PartitionId partition) const;
  [[nodiscard]] bool is_ready() const { return stage_ == Stage::serving && is_member_; }
  [[nodiscard]] bool is_up(NodeNumber node) const;
  [[nodiscard]] std::vector<NodeNumber> configured_nodes() const;
  void note_membership();  // under view_mutex_
  void tell_standing();    // under view_mutex_
  [[nodiscard]] std::string why_not_ready() const;
  [[nodiscard]] ClusterView view() const;
  void hand_over(std::chrono::milliseconds time_max);
  void manager_stopped();
  void shut_down();

  NodeConfig config_;
  Metrics& metrics_;
  OnFatal on_fatal_;
  DataDirectory directory_;
  std::unique_ptr<Journal> journal_;
  SystemClock clock_;
  NodeNumber self_;
  LogStreams streams_;
  Incarnation process_;
  ClusterRouter router_;
  FormatLevels levels_;
  PeerAsks asks_;
  ClusterCommands commands_;
  HostedReplicas hosted_;
  RemoteEntries remote_entries_{std::chrono::milliseconds(2000), std::chrono::milliseconds(300)};
  ClusterLogReader log_reader_;
  RecoverySummary recovery_;
  enum class Stage : std::uint8_t { starting, serving, draining };
  std::atomic<Stage> stage_{Stage::starting};
  std::atomic<bool> is_member_{false};  // as far as is known here: it may serve
  // It was removed, or may have been: peers get nothing from it.
  std::atomic<bool> is_doubted_{false};

  CountingWriter log_writer_;
  std::unique_ptr<RequestDesk> desk_;
  std::unique_ptr<CheckpointThread> checkpoints_;
  IntakeGate intake_;
  std::unique_ptr<RoomWatch> room_watch_;
  std::unique_ptr<consensus::ConsensusEngine> engine_;
  std::unique_ptr<ReplicatedLog> log_;
  MetaReplica meta_;
  std::optional<HostedGroup> meta_at_start_;  // none: not here yet
  std::unique_ptr<MembershipKeeper> keeper_;
  std::unique_ptr<links::PeerLinks> links_;
  std::unique_ptr<ConsensusThread> consensus_;
  std::unique_ptr<EngineConfig> actors_config_;
  std::unique_ptr<caf::actor_system> actors_;
  caf::actor supervisor_;

  mutable std::mutex view_mutex_;  // of these:
  Groups groups_;
  std::shared_ptr<const ClusterMap> map_ = std::make_shared<const ClusterMap>();
  ClusterFacts facts_;
  std::map<NodeNumber, bool> up_;
  // what peers were refused for: when it was logged last, and how often since
  std::map<std::pair<NodeNumber, PeerFault>, RefusalSeen> refusals_seen_;
  OwnStanding standing_;
  Standing stands_ = Standing::member;  // as told last
  bool has_served_ = false;             // as a member, since the start
  bool configuration_reported_ = false;

  std::atomic<NodeNumber> meta_leader_{0};
  LeaderBalance balance_;
  std::chrono::steady_clock::time_point heads_told_;  // on the consensus thread
  SharedClock shared_clock_{clock_};
  ClockWatch clocks_;  // on the consensus thread, as the next two
  ClockDuty clock_duty_;
  DiskDuty disk_duty_;
  ClockTrust clock_trust_ = ClockTrust::nobody;  // as logged last
  DiskWatch disks_;                              // on the consensus thread, as the next one
  std::uint32_t life_;                           // of this node's disk, as its directory says
  DiskBookFile book_file_;
  std::mutex hosting_mutex_;  // replicas come and go under it, and not once the node stops
  bool stops_hosting_ = false;

  std::mutex stop_mutex_;
  std::condition_variable stop_condition_;
  std::size_t managers_stopped_ = 0;
  bool shut_down_ = false;
  const std::uint64_t table_secret_ = random_incarnation();  // IndexOptions
};

}  // namespace florin
