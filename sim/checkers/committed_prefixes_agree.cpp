// CommittedPrefixesAgree: what any two replicas were told is committed is the same entry by entry, byte for byte,
// without gaps and repetitions; and what a replica was told is in its own log after any crash.
#include <map>
#include <vector>

#include "cluster/partition_map.hpp"
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class CommittedPrefixesAgree final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "committed_prefixes_agree"; }

  void on_committed(std::uint32_t node, PartitionId partition, LogIndex index,
                    std::string_view entry) override {
    Replica& replica = replicas_[{node, partition}];
    if (index != replica.told + 1)
      return fail(where(node, partition, index) + " is committed after entry " +
                  std::to_string(replica.told));
    replica.told = index;
    replica.told_ever = std::max(replica.told_ever, index);
    auto& log = committed_[partition];
    if (index > log.size() + 1)
      return fail(where(node, partition, index) + " is committed before the one before it");
    if (index > log.size()) log.push_back(hash64(entry));
    if (log[index - 1] != hash64(entry))
      fail(where(node, partition, index) + " is another one than elsewhere");
  }

  // What it was told is in the logs of the others.
  void on_disk_lost(std::uint32_t node) override {
    std::erase_if(replicas_, [&](const auto& replica) { return replica.first.first == node; });
  }

  void on_replica_recovered(std::uint32_t node, PartitionId partition, LogIndex committed,
                            EventLogReader& reader) override {
    on_group_recovered(node, partition, committed, reader);
  }

  void on_group_recovered(std::uint32_t node, PartitionId partition, LogIndex committed,
                          EventLogReader& reader) override {
    Replica& replica = replicas_[{node, partition}];
    auto& log = committed_[partition];
    // Its log may know that an entry is committed of which nobody was told before the crash.
    for (LogIndex index = log.size() + 1; index <= committed; ++index) {
      const auto bytes = reader.read(partition, index);
      if (!bytes)
        return fail(where(node, partition, index) +
                    " is recovered as committed and cannot be read");
      log.push_back(hash64(*bytes));
    }
    if (reader.last_index(partition) < replica.told_ever)
      return fail(where(node, partition, replica.told_ever) +
                  " was committed, and is not in its log after a crash");
    for (LogIndex index = 1; index <= std::max(replica.told_ever, committed); ++index) {
      const auto bytes = reader.read(partition, index);
      if (!bytes && bytes.error().code == Errc::corrupt)
        continue;  // damage that this start did not read
      if (!bytes || hash64(*bytes) != log[index - 1])
        return fail(where(node, partition, index) + " is another one after a crash");
    }
    replica.told = committed;
  }

 private:
  struct Replica {
    LogIndex told = 0;  // since its start
    LogIndex told_ever = 0;
  };
  static std::string where(std::uint32_t node, PartitionId partition, LogIndex index) {
    return "node " + std::to_string(node) + ", p" + std::to_string(partition) + ": entry " +
           std::to_string(index);
  }
  std::map<std::pair<std::uint32_t, PartitionId>, Replica> replicas_;
  std::map<PartitionId, std::vector<std::uint64_t>> committed_;  // hashes, by index - 1
};

}  // namespace

std::unique_ptr<Checker> make_committed_prefixes_agree(const RunView&) {
  return std::make_unique<CommittedPrefixesAgree>();
}

}  // namespace florin::sim
