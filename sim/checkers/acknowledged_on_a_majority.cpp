// AcknowledgedOnAMajority: no entry that was committed, or named by an answer, is ever missing from the durable logs of a
// majority of its group's voters, whether their nodes run or not. Who is on a disk that was lost counts as one that has it:
// it is given up, and must not serve.
//
// So it objects when the entry is lost, and not only when somebody who misses it is heard. It keeps its own account of
// every log, by what was written and synced, and of every group's voters, by committed entries.
#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "cluster/partition_map.hpp"
#include "cluster/placement/placement.hpp"
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class AcknowledgedOnAMajority final : public Checker {
 public:
  explicit AcknowledgedOnAMajority(const RunView& run)
      : meta_(static_cast<PartitionId>(run.options.partitions)) {
    std::vector<NodeNumber> founders;
    for (std::uint32_t n = 1; n <= run.options.nodes - run.options.spares; ++n)
      founders.push_back(static_cast<NodeNumber>(n));
    for (PartitionId p = 0; p < meta_; ++p)
      for (const NodeNumber node : replicas_for(p, founders, run.options.replication))
        groups_[p].voters.insert(node);  // generation 0
    groups_[meta_].voters.insert(founders.begin(), founders.end());
  }
  [[nodiscard]] std::string_view name() const override { return "acknowledged_on_a_majority"; }

  // --- what must be there -------------------------------------------------------------------------------
  void on_durable(PartitionId partition, LogIndex index, std::string_view entry,
                  PartitionState&) override {
    take(partition, index, hash64(entry));
  }
  void on_events(const DecodedEntry& entry, PartitionState&) override {
    change(entry.header.partition, entry.events);
  }
  void on_committed(std::uint32_t, PartitionId id, LogIndex index,
                    std::string_view bytes) override {
    if (id == meta_ && index == groups_.at(meta_).committed.size() + 1) take_meta(bytes);
  }
  void on_group_recovered(std::uint32_t, PartitionId id, LogIndex committed,
                          EventLogReader& log) override {
    for (LogIndex index = groups_.at(id).committed.size() + 1; index <= committed; ++index)
      if (const auto bytes = log.read(id, index)) take_meta(*bytes);
  }
  void on_answer(const Operation&, const Answer& answer) override {
    const auto found = groups_.find(answer.position.partition);
    if (found == groups_.end() || answer.position.index <= found->second.named) return;
    found->second.named = answer.position.index;
    judge(found->first);
  }

  // --- what is there ------------------------------------------------------------------------------------
  void on_written(std::uint32_t node, const std::vector<WrittenEntry>& entries) override {
    std::set<PartitionId> shorter;
    for (const WrittenEntry& entry : entries) {
      std::vector<std::uint64_t>& log = logs_[{node, entry.group}];
      if (entry.index <= log.size()) shorter.insert(entry.group);
      log.resize(entry.index - 1);  // what is behind it is dropped; no log has gaps
      log.push_back(entry.hash);
    }
    for (const PartitionId group : shorter) judge(group);
  }
  // An entry that was not synced may be there all the same. Each one's bytes name the one before it.
  void on_log_found(std::uint32_t node, EventLogReader& reader) override {
    for (PartitionId group = 0; group <= meta_; ++group) {
      std::vector<std::uint64_t>& log = logs_[{node, group}];
      const LogIndex last = reader.last_index(group);
      const LogIndex known = std::min<LogIndex>(log.size(), last);
      log.resize(last);
      for (LogIndex index = last; index > 0; --index) {
        const auto bytes = reader.read(group, index);
        if (!bytes && index <= known) continue;  // damage, which a person undoes
        const std::uint64_t hash = bytes ? hash64(*bytes) : 0;
        if (std::exchange(log[index - 1], hash) == hash && index <= known) break;
      }
      judge(group);
    }
  }
  void on_disk_lost(std::uint32_t node) override {
    for (auto& [id, group] : groups_) {
      for (const auto* replicas : {&group.voters, &group.learners})
        for (const std::uint64_t replica : *replicas)
          if (node_of(replica) == node + 1) group.given_up.insert(replica);
      logs_.erase({node, id});
    }
  }

 private:
  struct Group {
    std::set<std::uint64_t> voters, learners, given_up;
    std::vector<std::uint64_t> committed;  // hashes, by index - 1
    LogIndex named = 0;                    // by an answer
  };

  void take(PartitionId id, LogIndex index, std::uint64_t hash) {
    Group& group = groups_.at(id);
    if (index != group.committed.size() + 1) return;
    group.committed.push_back(hash);
    judge(id);
  }

  void take_meta(std::string_view bytes) {
    take(meta_, groups_.at(meta_).committed.size() + 1, hash64(bytes));
    if (const auto entry = decode_entry(bytes)) change(meta_, entry->events);
  }

  void change(PartitionId id, const std::vector<Event>& events) {
    const auto* change = events.empty() ? nullptr : get_if<ReplicaChanged>(&events.front());
    if (change == nullptr) return;
    Group& group = groups_.at(id);
    switch (change->change) {
      case ReplicaChange::add_learner: group.learners.insert(change->replica); break;
      case ReplicaChange::promote:
        group.learners.erase(change->replica);
        group.voters.insert(change->replica);
        break;
      case ReplicaChange::remove:
        group.learners.erase(change->replica);
        group.voters.erase(change->replica);
        break;
    }
    judge(id);
  }

  [[nodiscard]] bool lacks(PartitionId id, const Group& group, std::uint64_t replica) const {
    if (group.given_up.contains(replica)) return false;
    const LogIndex known = group.committed.size();
    const auto found = logs_.find({node_of(replica) - 1U, id});
    if (found == logs_.end()) return true;
    const std::vector<std::uint64_t>& log = found->second;
    return log.size() < std::max(known, group.named) ||
           (known > 0 && log[known - 1] != group.committed.back());
  }

  void judge(PartitionId id) {
    const Group& group = groups_.at(id);
    const LogIndex wanted = std::max<LogIndex>(group.committed.size(), group.named);
    if (wanted == 0) return;
    const auto missing = static_cast<std::size_t>(std::ranges::count_if(
        group.voters, [&](std::uint64_t replica) { return lacks(id, group, replica); }));
    if (missing <= group.voters.size() / 2) return;
    fail((id == meta_ ? std::string("the meta group") : "p" + std::to_string(id)) + ": entry " +
         std::to_string(wanted) + " was acknowledged, and " + std::to_string(missing) + " of " +
         std::to_string(group.voters.size()) + " voters do not have it on their disks");
  }

  PartitionId meta_;
  std::map<PartitionId, Group> groups_;
  std::map<std::pair<std::uint32_t, PartitionId>, std::vector<std::uint64_t>> logs_;
};

}  // namespace

std::unique_ptr<Checker> make_acknowledged_on_a_majority(const RunView& run) {
  return std::make_unique<AcknowledgedOnAMajority>(run);
}

}  // namespace florin::sim
