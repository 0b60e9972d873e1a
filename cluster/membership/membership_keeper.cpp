// The keeper's rounds: hear, drive, make, let go, tell.
#include "cluster/membership/membership_keeper.hpp"

#include <algorithm>

#include "cluster/consensus/message_bounds.hpp"
#include "cluster/membership/next_change.hpp"
#include "cluster/replication/group_state.hpp"

namespace florin {
namespace {

// then a group has no leader that anybody has heard of
constexpr std::uint32_t silence_ticks_max = 50;
constexpr std::uint32_t ticks_between_telling = 10;  // while nothing changes
constexpr std::uint32_t asked_again_after_ticks = 30;
constexpr std::size_t heard_of_max = 64;  // nodes that only others' maps have

std::vector<NodeNumber> numbers_of(const std::vector<ClusterMember>& members) {
  std::vector<NodeNumber> nodes;
  for (const ClusterMember& member : members) nodes.push_back(member.node);
  std::ranges::sort(nodes);
  return nodes;
}

consensus::ConfState first_conf(const std::vector<NodeNumber>& nodes) {
  consensus::ConfState conf;
  for (const NodeNumber node : nodes) conf.voters.push_back(replica_id(node, 0));
  std::ranges::sort(conf.voters);
  return conf;
}

// With which members every group began: the same on all nodes, whenever they came.
std::vector<consensus::ConfState> first_confs(const ClusterMap& map, const KeeperOptions& options) {
  const auto founders = map.is_formed() ? map.founders : numbers_of(options.birth.nodes);
  const std::uint32_t replication = map.is_formed() ? map.replication : options.birth.replication;
  std::vector<consensus::ConfState> confs;
  for (const auto& nodes : place(options.streams.partitions, founders, replication))
    confs.push_back(first_conf(nodes));
  confs.push_back(first_conf(founders));  // of the meta group
  return confs;
}

bool holds(const std::vector<consensus::ReplicaId>& replicas, consensus::ReplicaId replica) {
  return std::ranges::find(replicas, replica) != replicas.end();
}

consensus::ReplicaId on_node(const std::vector<consensus::ReplicaId>& replicas, NodeNumber node) {
  const auto found = std::ranges::find(replicas, node, node_of);
  return found == replicas.end() ? 0 : *found;
}

// 0 as well for one that was given up with a disk, and whose successor is not chosen yet: it must not come back empty.
consensus::ReplicaId wanted_on(const MapPartition& partition, NodeNumber node) {
  const consensus::ReplicaId replica = on_node(partition.wanted, node);
  return partition.is_lost(replica) ? 0 : replica;
}

}  // namespace

Result<std::vector<ReplicaHere>, Error> replicas_at_start(const ClusterMap& map,
                                                          const KeeperOptions& options,
                                                          EventLogReader& log) {
  const auto confs = first_confs(map, options);
  const consensus::ReplicaId founder = replica_id(options.self, 0);
  std::vector<ReplicaHere> found;
  for (GroupNumber group = 0; group < options.streams.groups(); ++group) {
    FLORIN_TRY(state, read_group_state(log, options.streams.state(group)));
    const bool is_meta = group == options.streams.partitions;
    consensus::ReplicaId replica = state.is_gone ? 0 : state.replica;
    if (replica == 0 && map.is_formed() && !is_meta && map.life_of(options.self) == options.life)
      replica = wanted_on(map.partitions[group], options.self);
    if (replica == 0 && !map.is_formed() && !options.joins && options.life == 0 &&
        holds(confs[group].voters, founder))
      replica = founder;
    if (replica == 0 || (state.is_gone && replica == state.replica)) continue;
    found.push_back({group, replica, confs[group]});
  }
  return found;
}

MembershipKeeper::MembershipKeeper(KeeperOptions options, MetaReplica& meta, ReplicatedLog& log,
                                   EventLogReader& reader, MembershipPorts& ports)
    : options_(std::move(options)), meta_(meta), log_(log), reader_(reader), ports_(ports) {
  facts_.reads[options_.self] = options_.reads;
}

// --- news of the meta group ----------------------------------------------------------------------------

Status<Error> MembershipKeeper::committed(LogIndex first, const std::vector<EntryBytes>& entries) {
  const bool was_formed = map().is_formed();
  FLORIN_TRY_VOID(meta_.committed(first, entries));
  return was_formed || !map().is_formed() ? Unit{} : check_birth();
}

// The groups of a founder began by its configuration as long as there was no map: with other voters than the others', if
// that says something else. Such a group may be able to elect a leader of its own.
Status<Error> MembershipKeeper::check_birth() const {
  const std::uint32_t configured = options_.birth.replication;
  if (options_.joins || options_.life != 0 || configured == 0 || configured == map().replication)
    return Unit{};
  const std::string right = std::to_string(map().replication);
  return Err{Error{Errc::mismatch,
                   "cluster.replication is " + std::to_string(configured) +
                       " here, and this cluster was formed with " + right +
                       ": no replica of this node may take part that began by its configuration. "
                       "Set it to " +
                       right +
                       " (--cluster-replication) and start again; if the node has led a partition "
                       "alone meanwhile, give it an empty data directory (florin node rejoin)"}};
}

void MembershipKeeper::leading(Reign reign, consensus::Term term) {
  meta_.leading(reign, term);
  // Already formed is success without an entry; formed otherwise is seen when the entry comes.
  if (!map().is_formed()) meta_.command(options_.birth, [](const CommandOutcome&) {});
}

// --- each tick -----------------------------------------------------------------------------------------

Status<Error> MembershipKeeper::tick(const std::vector<ReplicatedLog::Status>& groups,
                                     Timestamp now) {
  forget_silent();
  for (const ReplicatedLog::Status& group : groups) forget_asked(group);
  note_own(groups);
  for (const ReplicatedLog::Status& group : groups)
    if (group.reign != 0) drive(group, now);
  if (map().is_formed()) {
    let_go(groups);
    FLORIN_TRY_VOID(make_wanted());
  }
  meta_.work(now, facts_);
  if (map_told_ != map().version) {
    map_told_ = map().version;
    heard_of_.clear();
    ports_.map_changed(map());
  }
  if (--ticks_to_telling_ == 0) {
    ticks_to_telling_ = is_busy() ? 1 : ticks_between_telling;
    tell(groups);
  }
  return Unit{};
}

// With nodes that have no replica of some partition, who leads must be told at once.
bool MembershipKeeper::is_busy() const {
  const auto is_moving = [](const MapPartition& partition) { return !partition.settled; };
  const auto is_leaving = [](const auto& node) { return node.second.state == NodeState::leaving; };
  return map().nodes.size() > map().replication || map().rebalancing ||
         std::ranges::any_of(map().partitions, is_moving) ||
         std::ranges::any_of(map().nodes, is_leaving);
}

void MembershipKeeper::forget_silent() {
  for (auto it = silent_ticks_.begin(); it != silent_ticks_.end();) {
    if (++it->second <= silence_ticks_max) {
      ++it;
      continue;
    }
    if (it->first == meta_group())
      facts_.meta.reset();
    else
      facts_.partitions.erase(static_cast<PartitionId>(it->first));
    it = silent_ticks_.erase(it);
  }
}

void MembershipKeeper::note_own(const std::vector<ReplicatedLog::Status>& groups) {
  for (const ReplicatedLog::Status& group : groups) {
    for (const consensus::ReplicaId replica : group.retired) retired_[group.group].insert(replica);
    if (group.reign == 0) continue;
    GroupFacts facts = facts_of(group);
    silent_ticks_[group.group] = 0;
    if (group.group == meta_group())
      facts_.take_meta(std::move(facts));
    else
      facts_.take(static_cast<PartitionId>(group.group), std::move(facts));
  }
}

// What was asked for is over when it is in force, when it was lost with a leadership, or when it is not in the log for so
// long that it must have been lost. What is in the log may take as long as it likes.
void MembershipKeeper::forget_asked(const ReplicatedLog::Status& group) {
  const auto found = asked_.find(group.group);
  if (found == asked_.end()) return;
  Asked& asked = found->second;
  const bool is_lost = group.reign == 0 || asked.term != group.term || asked.conf != group.conf;
  if (is_lost || (!group.is_changing && ++asked.ticks >= asked_again_after_ticks))
    asked_.erase(found);
}

// A change that an older map wanted may still be on its way when the map no longer does: until it is in force or lost, the
// group is told of as one that has not heard of the newer map. To settle it meanwhile would settle what it will not be.
GroupFacts MembershipKeeper::facts_of(const ReplicatedLog::Status& group) {
  const auto asked = asked_.find(group.group);
  const bool is_quiet = !group.is_changing && (asked == asked_.end() || !asked->second.is_change);
  Quiet& quiet = quiet_[group.group];
  if (is_quiet)
    quiet = {group.term, map().version};
  else if (quiet.term != group.term)
    quiet = {group.term, 0};
  return {group.term, quiet.map_version, group.conf.voters, group.conf.learners, group.retired};
}

// One change at a time.
void MembershipKeeper::drive(const ReplicatedLog::Status& group, Timestamp now) {
  const bool is_meta = group.group == meta_group();
  const GroupGoal goal =
      is_meta ? goal_of_meta(map()) : goal_of(map(), static_cast<PartitionId>(group.group));
  const bool is_there = group.conf.voters == goal.wanted && group.conf.learners.empty();
  log_.watch_progress(group.group, !is_there);
  if (goal.wanted.empty() || is_there || group.is_changing || asked_.contains(group.group)) return;
  const NextChange next = next_change(
      {group.replica, group.conf.voters, group.conf.learners, group.retired, group.caught_up},
      goal);
  if (next.step == ChangeStep::none) return;
  asked_[group.group] = {group.term, group.conf, next.step != ChangeStep::transfer, 0};
  if (next.step == ChangeStep::transfer) return log_.hand_over(group.group, node_of(next.replica));
  const ReplicaChange change = next.step == ChangeStep::add_learner ? ReplicaChange::add_learner
                               : next.step == ChangeStep::promote   ? ReplicaChange::promote
                                                                    : ReplicaChange::remove;
  const ReplicaChanged changed{change, next.replica};
  if (is_meta)
    meta_.change(changed, now);
  else
    ports_.want_change(static_cast<PartitionId>(group.group), group.reign, changed);
}

// --- replicas of this node -----------------------------------------------------------------------------

Status<Error> MembershipKeeper::make_wanted() {
  // A map from before this disk's life wants what went with an earlier disk: an empty one would vote in its place.
  if (map().life_of(options_.self) != options_.life) return Unit{};
  for (std::uint32_t p = 0; p < map().partitions.size(); ++p) {
    const consensus::ReplicaId wanted = wanted_on(map().partitions[p], options_.self);
    if (wanted == 0 || log_.hosts(p) || retired_[p].contains(wanted)) continue;
    FLORIN_TRY(state, read_group_state(reader_, options_.streams.state(p)));
    if (state.is_gone && state.replica == wanted) continue;
    FLORIN_TRY_VOID(ports_.host({p, wanted, first_confs(map(), options_)[p]}));
  }
  return Unit{};
}

// One that nobody wants and that has never heard anything has nothing that could count: unless it votes since the group
// began. The others need it for a majority until they have removed it.
void MembershipKeeper::let_go(const std::vector<ReplicatedLog::Status>& groups) {
  for (const ReplicatedLog::Status& group : groups) {
    if (group.group == meta_group() || holds(map().partitions[group.group].wanted, group.replica))
      continue;
    const bool is_new =
        group.last == 0 && group.term == 0 && !holds(group.conf.voters, group.replica);
    if (!group.is_removed && !is_new && !retired_[group.group].contains(group.replica)) continue;
    log_.close(group.group);
    ports_.drop(static_cast<PartitionId>(group.group));
  }
}

// --- other nodes ---------------------------------------------------------------------------------------

void MembershipKeeper::tell(const std::vector<ReplicatedLog::Status>& groups) {
  FactsFrame frame;
  frame.map_version = map().version;
  for (const auto& [number, node] : map().nodes)
    if (node.state != NodeState::removed && !std::ranges::binary_search(map().founders, number))
      frame.members.push_back(node.member);
  frame.founders = map().founders;
  for (const ReplicatedLog::Status& group : groups)
    if (group.reign != 0) frame.led.push_back({group.group, facts_of(group)});
  const std::string bytes = encode_facts(frame);
  for (const auto& [number, node] : map().nodes)
    if (number != options_.self && node.state != NodeState::removed)
      ports_.tell_facts(number, bytes);
}

// What a leader says of a group moves replicas, and decides where others send. A term that no election can have reached
// would make all later leaders old, and a node that the map gives no replica of a partition does not lead it. Where this
// node's map is only older than the other's, it hears the same again as soon as it is not.
std::optional<PeerFault> MembershipKeeper::doubts(NodeNumber from, const LedGroup& led) const {
  const bool is_meta = led.group == meta_group();
  if (!is_meta && !may_lead(map(), static_cast<PartitionId>(led.group), from))
    return PeerFault::not_its_place;
  consensus::Term known = log_.term_of(led.group);
  const GroupFacts* facts = is_meta ? (facts_.meta ? &*facts_.meta : nullptr)
                                    : facts_.find(static_cast<PartitionId>(led.group));
  if (facts != nullptr) known = std::max(known, facts->term);
  if (known != 0 ? led.facts.term > known + consensus::terms_ahead_max
                 : !consensus::may_be_first(led.facts.term))
    return PeerFault::term_too_far;
  return std::nullopt;
}

// Each of them becomes a link that is tried for ever: only so many until the map has them.
void MembershipKeeper::hear_of(const FactsFrame& frame) {
  if (frame.map_version <= map().version) return;
  for (const ClusterMember& member : frame.members) {
    if (member.node == options_.self || map().find(member.node) != nullptr) continue;
    if (heard_of_.size() >= heard_of_max && !heard_of_.contains(member.node)) continue;
    heard_of_.insert(member.node);
    ports_.heard_of(member);
  }
}

Result<FactsTaken, Error> MembershipKeeper::take_facts(NodeNumber from, std::string_view bytes) {
  auto frame = decode_facts(bytes);
  if (!frame) return FactsTaken{PeerFault::malformed, {}};
  FactsTaken taken{fault_in(*frame, options_.streams.groups()), {}};
  if (taken.fault) return taken;
  for (LedGroup& led : frame->led) {
    if (!leads_as_voter(led, from)) continue;
    if (const auto doubt = doubts(from, led)) {
      if (*doubt != PeerFault::not_its_place || frame->map_version <= map().version)
        taken.fault = doubt;
      continue;
    }
    silent_ticks_[led.group] = 0;
    retired_[led.group].insert(led.facts.retired.begin(), led.facts.retired.end());
    taken.led.push_back(led);
    if (led.group == meta_group())
      facts_.take_meta(std::move(led.facts));
    else
      facts_.take(static_cast<PartitionId>(led.group), std::move(led.facts));
  }
  hear_of(*frame);
  if (frame->founders.empty() || map().is_formed()) return taken;
  if (!log_.hosts(meta_group()) && options_.joins) FLORIN_TRY_VOID(open_meta(frame->founders));
  if (options_.joins || frame->founders == numbers_of(options_.birth.nodes)) return taken;
  // One alone may lie: the others of such a cluster say it, too.
  strangers_.insert(from);
  taken.fault = PeerFault::not_its_place;
  if (strangers_.size() > 1)
    return Err{Error{Errc::mismatch,
                     "node " + std::to_string(from) +
                         " is of a cluster that other nodes have founded: start this one with "
                         "--cluster-join (cluster.join = true) and an empty data directory"}};
  return taken;
}

// From the first members on, all that was ever changed is in the log that now comes.
Status<Error> MembershipKeeper::open_meta(const std::vector<NodeNumber>& founders) {
  const ReplicaHere hosted{meta_group(), replica_id(options_.self, options_.life),
                           first_conf(founders)};
  return log_.open(hosted, GroupState{}, 0);
}

}  // namespace florin
