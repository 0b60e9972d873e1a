// For each group: the log, who had replicas at its end, and whose directories are there.
#include "runtime/offline/recovery_plan.hpp"

#include <algorithm>

#include "cluster/consensus/message_bounds.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "runtime/offline/cluster_log.hpp"

namespace florin {
namespace {

using consensus::ReplicaId;

Result<ChosenLog, Error> choose(const std::vector<RecoverySource>& sources, std::uint32_t group) {
  std::vector<ReplicaLog> logs;
  std::vector<std::string> names;
  for (const RecoverySource& source : sources) {
    logs.push_back(source.groups[group].log);
    names.push_back(source.path);
  }
  auto chosen =
      choose_log(logs, names, [&](std::size_t log, LogIndex index) -> Result<Hash, Error> {
        FLORIN_TRY(bytes, sources[log].journal->read(LogStreams::entries(group), index));
        return chain_hash(bytes);
      });
  if (!chosen)
    return Err{Error{chosen.error().code,
                     name_of(group, sources.front().streams()) + ": " + chosen.error().context}};
  return chosen;
}

// Where the kept log ends, with the replicas that its changes lead to, committed or not.
GroupEnd end_of(const RecoverySource& source, std::uint32_t group) {
  const SourceGroup& found = source.groups[group];
  GroupEnd end{group,
               found.log.last,
               found.log.last_term,
               found.last_time,
               found.last_hash,
               found.record.snapshot.conf,
               found.record.retired};
  for (const auto& [index, change] : found.changes)
    if (index > found.record.snapshot.index) apply_change(end.conf, end.retired, change);
  return end;
}

// Replicas whose log of the group is given, whole.
std::vector<ReplicaId> replicas_there(const std::vector<RecoverySource>& sources,
                                      std::uint32_t group) {
  std::vector<ReplicaId> there;
  for (const RecoverySource& source : sources) {
    const SourceGroup& found = source.groups[group];
    if (found.is_whole && !found.record.is_gone && found.record.replica != 0)
      there.push_back(found.record.replica);
  }
  return there;
}

// An entry counts by the majority of the configuration in force when it came: each from what is known to be committed on.
bool has_all_majorities(const RecoverySource& source, std::uint32_t group,
                        const std::vector<ReplicaId>& there) {
  const SourceGroup& found = source.groups[group];
  consensus::ConfState conf = found.record.snapshot.conf;
  std::vector<ReplicaId> retired;
  bool all = true;
  for (const auto& [index, change] : found.changes) {
    if (index <= found.record.snapshot.index) continue;
    if (index > found.log.committed) all &= has_majority(conf.voters, there);
    apply_change(conf, retired, change);
  }
  return all && has_majority(conf.voters, there);
}

Status<Error> read_map(const RecoverySource& source, LogIndex last, ClusterMap& map) {
  const std::uint32_t group = source.streams().partitions;
  for (LogIndex index = 1; index <= last; ++index) {
    FLORIN_TRY(bytes, source.journal->read(LogStreams::entries(group), index));
    FLORIN_TRY(entry, decode_entry(bytes));
    for (const Event& event : entry.events) {
      if (!visit([]<class E>(const E&) { return MembershipEvent<E>; }, event))
        return Err{Error{Errc::corrupt, source.path + ": entry " + std::to_string(index) +
                                            " of the meta group has an event of a partition"}};
      evolve(map, event, index);
    }
  }
  return Unit{};
}

}  // namespace

Status<Error> check_sources(const std::vector<RecoverySource>& sources) {
  const DataIdentity& first = sources.front().directory.identity();
  for (const RecoverySource& source : sources) {
    const DataIdentity& its = source.directory.identity();
    if (its.member.cluster != first.member.cluster || its.partitions != first.partitions)
      return Err{Error{Errc::mismatch, source.path + " is of cluster " + its.member.cluster + " (" +
                                           std::to_string(its.partitions) + " partitions), " +
                                           sources.front().path + " is of cluster " +
                                           first.member.cluster + " (" +
                                           std::to_string(first.partitions) +
                                           "): give directories of one cluster only"}};
  }
  return Unit{};
}

Result<RecoveryPlan, Error> plan_recovery(const std::vector<RecoverySource>& sources) {
  RecoveryPlan plan;
  const LogStreams streams = sources.front().streams();
  for (std::uint32_t group = 0; group < streams.groups(); ++group) {
    FLORIN_TRY(chosen, choose(sources, group));
    plan.ends.push_back(end_of(sources[chosen.log], group));
    if (plan.ends.back().term >= consensus::term_max)
      return Err{Error{Errc::corrupt, name_of(group, sources.front().streams()) + ": the log of " +
                                          sources[chosen.log].path +
                                          " has an entry of a term above the bound: leave that "
                                          "directory out"}};
    plan.chosen.push_back(std::move(chosen));
  }
  const ChosenLog& meta = plan.chosen.back();
  FLORIN_TRY_VOID(read_map(sources[meta.log], meta.last, plan.map));
  if (!plan.map.is_formed() || plan.map.partitions.size() != streams.partitions)
    return Err{
        Error{Errc::corrupt,
              "the meta group: none of the directories knows how the cluster was formed; give "
              "one more"}};
  // A group that nobody has: it belonged to whom the map says.
  for (std::uint32_t p = 0; p < streams.partitions; ++p)
    if (plan.ends[p].conf.voters.empty()) plan.ends[p].conf.voters = plan.map.partitions[p].wanted;
  return plan;
}

RecoverReport report_of(const std::vector<RecoverySource>& sources, const RecoveryPlan& plan) {
  RecoverReport report;
  report.old_cluster = sources.front().directory.identity().member.cluster;
  report.partitions = sources.front().streams().partitions;
  for (const RecoverySource& source : sources) {
    RecoveredFrom from{
        source.path, source.directory.identity().member.node, {}, source.damage, false};
    for (const SourceGroup& group : source.groups)
      from.newest = std::max(from.newest, group.last_time);
    from.is_older_copy = std::ranges::any_of(sources, [&](const RecoverySource& other) {
      return other.directory.identity().id == source.directory.identity().id &&
             other.blocks > source.blocks;
    });
    report.from.push_back(std::move(from));
  }
  for (std::uint32_t group = 0; group < plan.chosen.size(); ++group) {
    const ChosenLog& chosen = plan.chosen[group];
    const auto there = replicas_there(sources, group);
    RecoveredGroup kept;
    kept.group = group;
    if (chosen.last != 0) kept.path = sources[chosen.log].path;
    kept.entries = chosen.last;
    kept.committed = chosen.committed;
    kept.newest = plan.ends[group].time;
    kept.voters = plan.ends[group].conf.voters.size();
    for (const ReplicaId voter : plan.ends[group].conf.voters)
      kept.voters_there += std::ranges::find(there, voter) != there.end() ? 1 : 0;
    kept.has_majority = chosen.last != 0 && has_all_majorities(sources[chosen.log], group, there);
    for (const std::size_t log : chosen.replaced) kept.replaced.push_back(sources[log].path);
    report.groups.push_back(std::move(kept));
  }
  return report;
}

}  // namespace florin
