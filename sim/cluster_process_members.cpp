// The membership of a cluster's node: what ClusterNode does for its keeper, and what links do about who is a peer.
#include <algorithm>

#include "actors/asks/peer_messages.hpp"
#include "actors/hosting/replica_start.hpp"
#include "cluster/membership/told_heads.hpp"
#include "sim/cluster_hosted.hpp"
#include "sim/sim_operators.hpp"

namespace florin::sim {
namespace {

constexpr std::uint32_t ticks_between_heads = 8;
constexpr std::int64_t silent_ticks_max = 20;  // then a node counts as one that is down

}  // namespace

// --- start -------------------------------------------------------------------------------------------------

KeeperOptions ClusterProcess::keeper_options() const {
  const SimOptions& o = node_.options_;
  KeeperOptions options;
  options.self = static_cast<NodeNumber>(node_.number_ + 1);
  options.streams = {o.partitions};
  options.joins = node_.number_ >= o.nodes - o.spares || node_.rejoins_;
  options.life = start_.life;
  options.reads = node_.reads_;
  options.birth.replication = o.replication;
  options.birth.partitions = o.partitions;
  for (std::uint32_t n = 0; n < o.nodes - o.spares; ++n)
    options.birth.nodes.push_back(member_of(n));
  return options;
}

// Without a meta group nobody raises the level: then there is one version only.
PartitionOptions ClusterProcess::partition_options() const {
  PartitionOptions options = node_.options_.partition;
  if (has_meta()) options.levels = &levels_;
  return options;
}

Status<Error> ClusterProcess::recover_meta() {
  const LogStreams streams{node_.options_.partitions};
  meta_ = std::make_unique<MetaReplica>(
      LogStreams::entries(meta_group()),
      [this](std::uint64_t reign, LogIndex index, std::string entry) {
        if (const auto change = decode_replica_change(entry); change && *change)
          node_.outside_.change_proposed(node_.number_, LogStreams::entries(meta_group()), index,
                                         **change);
        log_->propose(meta_group(), reign, index, std::move(entry));
      },
      node_.reads_);
  FLORIN_TRY(start, ReplicaStart::of({meta_group(), 0, {}}, *journal_, streams));
  FLORIN_TRY_VOID(start.recover(*meta_, *journal_));
  node_.outside_.meta_recovered(node_.number_, LogStreams::entries(meta_group()),
                                meta_->committed_index(), *journal_);
  MembershipPorts& ports = *this;
  keeper_ = std::make_unique<MembershipKeeper>(keeper_options(), *meta_, *log_, *journal_, ports);
  map_changed(keeper_->map());
  return Unit{};
}

Status<Error> ClusterProcess::open_meta(const ReplicaHere& group) {
  FLORIN_TRY(start, ReplicaStart::of(group, *journal_, {node_.options_.partitions}));
  return start.open_in(*log_, meta_->committed_index());
}

// --- replicas that come and go -------------------------------------------------------------------------

// Found at the start, or made now: out of its store and the log, as far as both are known to be committed.
Status<Error> ClusterProcess::host(const ReplicaHere& group) {
  const auto id = static_cast<PartitionId>(group.group);
  FLORIN_TRY(store, CheckedStateStore::open(std::make_unique<SimStorePlace>(node_.store_of(id))));
  all_.push_back(std::make_unique<HostedReplica>(*this, group, std::move(store)));
  hosted_.at(id) = all_.back().get();
  Replica& replica = hosted_[id]->replica();
  FLORIN_TRY(start, ReplicaStart::of(group, *journal_, {node_.options_.partitions}));
  FLORIN_TRY_VOID(start.recover(replica));
  node_.outside_.hosted(node_.number_, id, group.replica);
  node_.outside_.replica_recovered(node_.number_, id, replica.committed(),
                                   replica.is_rebuilding() ? nullptr : &replica.partition(),
                                   *journal_);
  FLORIN_TRY_VOID(start.open_in(*log_, replica.committed()));
  router_.attach(id, hosted_[id]->inbox());
  hosted_[id]->schedule_tick();
  if (replica.is_rebuilding()) hosted_[id]->inbox().wake();
  return Unit{};
}

void ClusterProcess::drop(PartitionId partition) {
  HostedReplica& hosted = *std::exchange(hosted_.at(partition), nullptr);
  router_.detach(partition);
  node_.outside_.dropped(node_.number_, partition, hosted.group().replica);
  hosted.drop(node_.delete_store(partition));
}

void ClusterProcess::want_change(PartitionId partition, Reign reign, const ReplicaChanged& change) {
  replica_of(partition).tell(ChangeWanted{reign, change});
}

// --- each tick -----------------------------------------------------------------------------------------

void ClusterProcess::between_rounds(std::function<void(ClusterProcess&)> task) {
  if (log_->in_round())
    between_rounds_.push_back(std::move(task));
  else
    task(*this);
}

void ClusterProcess::tick_members() {
  const auto groups = log_->status();
  node_.outside_.looked(node_.number_, node_.incarnation_, groups);
  if (has_failed(keeper_->tick(groups, node_.clock_.now()))) return;
  const auto is_there = [this](NodeNumber node) {
    return is_up(node) && !clocks_.is_off(node, clock_opinion_);
  };
  for (const auto& one : balance_.tick(keeper_->map(), keeper_->facts(), groups, is_there))
    log_->hand_over(one.group, one.to);
  tell_heads();
  work_later();
}

// --- other nodes ---------------------------------------------------------------------------------------

// Those that join are told of all; the first nodes of each other and of whom the map has.
bool ClusterProcess::knows(NodeNumber node) const {
  if (!keeper_) return true;
  if (const MapNode* known = keeper_->map().find(node)) return known->state != NodeState::removed;
  const std::uint32_t founders = node_.options_.nodes - node_.options_.spares;
  return node_.number_ >= founders || node <= founders || heard_of_.contains(node);
}

bool ClusterProcess::is_up(NodeNumber node) const {
  const auto heard = heard_from_.find(node);
  return heard != heard_from_.end() &&
         heard->second + silent_ticks_max * node_.options_.consensus_tick > node_.events_.now();
}

// By what is wanted now; before the map is known, by the configuration.
std::vector<NodeNumber> ClusterProcess::nodes_of(PartitionId partition) const {
  if (!keeper_) return node_.placement_.at(partition);
  if (keeper_->map().is_formed()) return keeper_->map().placement().at(partition);
  return keeper_options().joins ? std::vector<NodeNumber>() : node_.placement_.at(partition);
}

void ClusterProcess::tell_facts(NodeNumber to, const std::string& frame) {
  if (knows(to)) node_.outside_.facts(node_.number_, to - 1U, frame);
}

void ClusterProcess::receive_facts(std::uint32_t from_node, std::string frame) {
  const auto from = static_cast<NodeNumber>(from_node + 1);
  if (!keeper_) {
    const auto facts = decode_facts(frame);
    for (const LedGroup& led : facts ? facts->led : std::vector<LedGroup>())
      news_.note_leader(static_cast<PartitionId>(led.group), led.facts.term, from);
    return;
  }
  heard_from_[from] = node_.events_.now();
  between_rounds([from, frame = std::move(frame)](ClusterProcess& self) {
    if (!self.takes_frames_of(from)) return;
    self.news_.take_facts(from, frame, *self.log_);
    if (!self.fatal_) self.work_later();
  });
}

// As ClusterNode does, a little more often. They come when they come, and change nothing in an honest cluster.
void ClusterProcess::tell_heads() {
  if (!keeper_ || ticks_to_heads_-- > 0) return;
  ticks_to_heads_ = ticks_between_heads;
  const auto self = static_cast<NodeNumber>(node_.number_ + 1);
  const auto heads_of = [this](PartitionId partition) {
    if (hosted_.at(partition) == nullptr) return std::vector<ChainHead>();
    const Replica& replica = hosted_[partition]->replica();
    return replica.chain().to_tell(replica.committed());
  };
  for (const auto& [node, heads] : heads_to_tell(keeper_->map(), self, heads_of))
    if (knows(node))
      node_.outside_.aside(node_.number_, node - 1U,
                           frame_of(PeerMessage::heads, encode_heads(heads)));
}

void ClusterProcess::on_heads(NodeNumber from, std::string_view body) {
  auto heads = heads_heard(from, body, map(), node_.options_.partitions);
  if (!heads) return refused(from, PeerFault::malformed);
  if (!keeper_) return;
  for (auto& [partition, list] : *heads)
    if (hosted_[partition] != nullptr) hosted_[partition]->hear({from, std::move(list)});
}

const ClusterMap& ClusterProcess::map() const {
  static const ClusterMap none;
  return keeper_ ? keeper_->map() : none;
}

std::vector<NodeNumber> ClusterProcess::configured_nodes() const {
  std::vector<NodeNumber> nodes;
  for (std::uint32_t n = 0; n < node_.options_.nodes - node_.options_.spares; ++n)
    nodes.push_back(static_cast<NodeNumber>(n + 1));
  return nodes;
}

MembersSeen ClusterProcess::members() const {
  if (!keeper_) return {};
  return {&keeper_->map(), keeper_->leads_meta(), log_->status()};
}

}  // namespace florin::sim
