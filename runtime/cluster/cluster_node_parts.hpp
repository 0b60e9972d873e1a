// ClusterNode: the composition of a cluster's node: parts with one job each (parts/), and who tells whom. In
// cluster_node.cpp start and stop, in cluster_node_peers.cpp what links bring, in cluster_node_log.cpp what the replicated log
// and the membership say.
//
// Who calls whom, and on which thread:
//   links       frames of peers -> consensus thread, or a partition's inbox, or the request desk
//   consensus   raft, journal, membership; tells each replica by its news queue and wakes it
//   CAF         replicas: turns, replay; propose to the consensus thread, deliver to the desk or to a peer
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/asks/cluster_router.hpp"
#include "actors/asks/command_desk.hpp"
#include "actors/asks/log_news.hpp"
#include "actors/asks/peer_asks.hpp"
#include "actors/asks/peer_messages.hpp"
#include "cluster/consensus/consensus_engine.hpp"
#include "cluster/links/peer_links.hpp"
#include "cluster/membership/leader_balance.hpp"
#include "cluster/membership/membership_keeper.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "runtime/cluster/cluster_log_reader.hpp"
#include "runtime/cluster/cluster_node.hpp"
#include "runtime/cluster/consensus_thread.hpp"
#include "runtime/cluster/counting_writer.hpp"
#include "runtime/cluster/parts/chain_comparison.hpp"
#include "runtime/cluster/parts/cluster_standing.hpp"
#include "runtime/cluster/parts/cluster_viewer.hpp"
#include "runtime/cluster/parts/map_follower.hpp"
#include "runtime/cluster/parts/node_clock.hpp"
#include "runtime/cluster/parts/node_disks.hpp"
#include "runtime/cluster/parts/refusals_seen.hpp"
#include "runtime/cluster/parts/replica_host.hpp"
#include "runtime/engine/incarnation.hpp"
#include "runtime/engine/node_engine.hpp"
#include "runtime/engine/stop_order.hpp"
#include "runtime/engine/system_clock.hpp"
#include "runtime/outside/node_payments.hpp"

namespace florin {

class ClusterNode final : public Node,
                          private links::Receiver,
                          private ReplicatedLogPorts,
                          private MembershipPorts {
 public:
  ClusterNode(const NodeConfig& config, Metrics& metrics, OnFatal on_fatal, DataDirectory directory,
              DirectoryStart start, DiskBook book, std::unique_ptr<Journal> journal);
  ~ClusterNode() override { shut_down(); }

  Status<Error> recover();
  Status<Error> start_shells(std::vector<outside::OutsideParty> parties);

  NodeServices services() override;
  const RecoverySummary& recovery() const override { return recovery_; }
  void begin_drain() override;
  bool stop(std::chrono::milliseconds time_max) override { return stop_in_order(*this, time_max); }

  // Steps of the stop.
  void hand_over(std::chrono::milliseconds time_max);
  std::size_t ask_to_stop();
  bool wait_for(std::size_t managers, std::chrono::steady_clock::time_point deadline) {
    return engine_.wait_for_managers(managers, deadline);
  }
  void shut_down();

 private:
  using Groups = std::vector<ReplicatedLog::Status>;

  // links::Receiver, on the links' thread
  void on_frame(NodeNumber from, links::Channel channel, std::string bytes) override;
  void on_link(NodeNumber node, const links::LinkChange& change) override;
  void on_refused(const links::RefusedPeer& refused) override;
  void on_peer_message(NodeNumber from, std::string bytes);
  void on_peer_read(NodeNumber from, std::string_view body);
  void on_peer_entry(NodeNumber from, std::string_view body);
  void on_peer_command(NodeNumber from, std::string_view body);
  void on_peer_outcome(NodeNumber from, std::string_view body);
  void note_dropped(NodeNumber from, const DroppedFrame& dropped);
  void note_unreadable(NodeNumber from, const char* what);
  void note_not_for_us(NodeNumber from, const char* what);

  // ReplicatedLogPorts, on the consensus thread
  bool send(NodeNumber to, bool bulk, std::string frame) override {
    return links_->send(to, bulk ? links::Channel::bulk : links::Channel::consensus,
                        std::move(frame));
  }
  void committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) override {
    news_.committed(group, first, std::move(entries));
  }
  void leading(GroupNumber group, Reign reign, consensus::Term term) override {
    news_.leading(group, reign, term);
  }
  void following(GroupNumber group) override { news_.following(group); }
  void confirmed(GroupNumber group, Reign reign, std::uint64_t ticket) override {
    news_.confirmed(group, reign, ticket);
  }
  void leader_seen(GroupNumber group, consensus::Term term, NodeNumber leader) override;
  // On the links' thread, too.
  void refused(NodeNumber from, PeerFault fault) override { refusals_.refused(from, fault); }
  bool takes_part() const override { return disks_.takes_part(); }
  bool takes_frames_of(NodeNumber from) const override { return disks_.takes_frames_of(from); }

  // MembershipPorts, on the consensus thread
  void want_change(PartitionId partition, Reign reign, const ReplicaChanged& change) override {
    replicas_.tell(partition, ChangeWanted{reign, change});
  }
  Status<Error> host(const ReplicaHere& hosted) override { return replicas_.host(hosted, *log_); }
  void drop(PartitionId partition) override { replicas_.drop(partition); }
  void tell_facts(NodeNumber to, const std::string& frame) override {
    send_message(to, frame_of(PeerMessage::leaders, frame));
  }
  void map_changed(const ClusterMap& map) override;
  void heard_of(const ClusterMember& member) override { map_follower_.link_to(member, *links_); }

  // The shell of its news.
  friend class LogNews<ClusterNode>;
  MembershipKeeper& keeper() { return *keeper_; }
  void follow(PartitionId partition, EntriesCommitted news) {
    replicas_.committed(partition, std::move(news));
  }
  void tell(PartitionId partition, ReplicaNews news) { replicas_.tell(partition, std::move(news)); }
  void tell_if_here(PartitionId partition, ReplicaNews news) {
    replicas_.tell_if_here(partition, std::move(news));
  }
  void set_meta_leader(NodeNumber node) { commands_.set_leader(node); }
  void fail(const Error& error) { on_fatal_(error); }

  void looked(Groups groups);
  void balance_leaders(const Groups& groups);
  void chain_differs(PartitionId partition, const ChainHeads::Difference& difference);
  void give_up_leadership(PartitionId partition);

  [[nodiscard]] GroupNumber meta_group() const { return config_.node.partitions; }
  [[nodiscard]] KeeperOptions keeper_options() const;
  [[nodiscard]] ClusterView view() const;
  // All frames of the messages' channel leave here.
  bool send_message(NodeNumber to, std::string frame) {
    return links_->send(to, links::Channel::messages, std::move(frame));
  }

  // Ports of the parts.
  ReplicaHost::Ports replica_ports();
  ReplicaManagerPorts common_ports(PartitionId id);
  NodeClock::Ports clock_ports();
  NodeDisks::Ports disk_ports();
  CommandDesk::Ports command_ports();

  // Steps of the start.
  void start_asks();
  Status<Error> start_log();
  void start_consensus();
  Status<Error> start_links();
  void put_controls();

  [[nodiscard]] bool ask_to_lead(const ReplicatedLog::Status& group);
  [[nodiscard]] bool leads_nothing();
  void stop_threads();

  NodeConfig config_;
  Metrics& metrics_;
  OnFatal on_fatal_;
  DataDirectory directory_;
  std::unique_ptr<Journal> journal_;
  SystemClock clock_;
  NodeNumber self_;
  LogStreams streams_;
  std::uint32_t life_at_start_;  // of this node's disk, as its directory says
  Incarnation process_;
  ClusterRouter router_;
  LogNews<ClusterNode> news_;
  FormatLevels levels_;
  PeerAsks asks_;
  NodeEngine engine_;
  NodePayments payments_;
  ReplicaHost replicas_;
  RemoteEntries remote_entries_{std::chrono::milliseconds(2000), std::chrono::milliseconds(300)};
  ClusterLogReader log_reader_;
  RecoverySummary recovery_;
  CountingWriter log_writer_;
  MetaReplica meta_;
  std::optional<ReplicaHere> meta_at_start_;  // none: not here yet

  ClusterStanding standing_;
  ClusterViewer viewer_;
  MapFollower map_follower_;
  CommandDesk commands_;
  RefusalsSeen refusals_;
  LeaderBalance balance_;
  NodeClock node_clock_;
  NodeDisks disks_;
  ChainComparison chains_;

  std::unique_ptr<consensus::ConsensusEngine> raft_;
  std::unique_ptr<ReplicatedLog> log_;
  std::unique_ptr<MembershipKeeper> keeper_;
  std::unique_ptr<links::PeerLinks> links_;
  std::unique_ptr<ConsensusThread> consensus_;
  bool shut_down_ = false;
  const std::uint64_t table_secret_ = random_incarnation();  // IndexOptions
};

}  // namespace florin
