// FormatLevelsHold: while nodes of two versions are there, nobody is given what it cannot read.
//  - The cluster's level is raised only to what the process of every node of the map reads, down or not.
//  - An entry holds nothing above the level that a committed entry has raised the cluster to before.
//  - No replica is told of an entry with an event that its process cannot read.
//
// Independent of what nodes have heard of each other: who is a member comes from committed entries, what a process reads
// from its start.
#include <algorithm>
#include <map>
#include <set>

#include "base/overloaded.hpp"
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class FormatLevelsHold final : public Checker {
 public:
  explicit FormatLevelsHold(const RunView& run)
      : meta_(static_cast<PartitionId>(run.options.partitions)) {}
  [[nodiscard]] std::string_view name() const override { return "format_levels_hold"; }

  void on_started(std::uint32_t node, FormatLevel reads) override { reads_[node] = reads; }

  void on_committed(std::uint32_t node, PartitionId partition, LogIndex index,
                    std::string_view bytes) override {
    const auto entry = decode_entry(bytes);
    if (!entry) return;
    if (partition == meta_ && index > meta_last_) {
      meta_last_ = index;
      for (const Event& event : entry->events) change(event);
    }
    for (const Event& event : entry->events) look_at(event, node, partition, index);
  }

 private:
  void look_at(const Event& event, std::uint32_t node, PartitionId partition, LogIndex index) {
    const FormatLevel level = level_of(event);
    const std::string what = std::string(event_name(event)) + " of level " + std::to_string(level) +
                             " in entry " + std::to_string(index) + " of group " +
                             std::to_string(partition);
    if (level > level_)
      return fail(what + " when the cluster was at level " + std::to_string(level_));
    if (level > reads_[node])
      fail("node " + std::to_string(node) + ", which reads level " + std::to_string(reads_[node]) +
           ", is told of " + what);
  }

  // A transaction begins with the event of transfers, and with more legs than those who read transfers only know.
  static FormatLevel level_of(const Event& event) {
    constexpr FormatLevel transactions = 3;
    const FormatLevel level = wire::level_of_value(event);
    const auto* started = get_if<TransferStarted>(&event);
    return started != nullptr && started->legs.size() > 2 ? std::max(level, transactions) : level;
  }

  void change(const Event& event) {
    visit(Overloaded{
              [this](const ClusterFormed& e) {
                for (const ClusterMember& member : e.nodes) nodes_.insert(member.node - 1U);
              },
              [this](const NodeAdded& e) { nodes_.insert(e.member.node - 1U); },
              [this](const Commanded<NodeAdded>& e) { nodes_.insert(e.event.member.node - 1U); },
              [this](const NodeRemoved& e) { nodes_.erase(e.node - 1U); },
              [this](const FormatLevelRaised& e) { raise(e.level); },
              [](const auto&) {},
          },
          event);
  }

  void raise(FormatLevel to) {
    level_ = std::max(level_, to);
    for (const std::uint32_t node : nodes_)
      if (const auto known = reads_.find(node); known == reads_.end() || known->second < to)
        fail("the cluster is raised to level " + std::to_string(to) + ", and node " +
             std::to_string(node) + " does not read that");
  }

  PartitionId meta_;
  LogIndex meta_last_ = 0;
  FormatLevel level_ = 0;
  std::set<std::uint32_t> nodes_;               // of the map
  std::map<std::uint32_t, FormatLevel> reads_;  // by node, of the process that started last
};

}  // namespace

std::unique_ptr<Checker> make_format_levels_hold(const RunView& run) {
  return std::make_unique<FormatLevelsHold>(run);
}

}  // namespace florin::sim
