// RemovedNodesAreSilent: a node that its cluster has removed answers nobody once it can know that: never when it was started
// after its removal and nobody has let it in since, and not for longer than some seconds after two others have told it.
//
// What it has is old and stays old: whoever reads there sees balances that were true once. Independent of the node's own
// idea of its standing: removals come from committed entries, the rest from what links have heard.
#include <map>
#include <set>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

// What was asked before, and waits, may still be answered.
constexpr SimTime told_for_max = 12 * second;

class RemovedNodesAreSilent final : public Checker {
 public:
  explicit RemovedNodesAreSilent(const RunView& run)
      : meta_(static_cast<PartitionId>(run.options.partitions)) {}
  [[nodiscard]] std::string_view name() const override { return "removed_nodes_are_silent"; }

  void on_committed(std::uint32_t, PartitionId partition, LogIndex,
                    std::string_view bytes) override {
    if (partition != meta_) return;
    const auto entry = decode_entry(bytes);
    if (!entry) return;
    for (const Event& event : entry->events)
      if (const auto* removed = get_if<NodeRemoved>(&event)) removed_.insert(removed->node - 1U);
  }

  void on_link(const LinkSeen& link) override {
    Process& process = process_of(link.node, link.incarnation);
    if (link.is_let_in) {
      process.was_let_in = true;
      process.told.erase(link.by);
    } else {
      process.told.try_emplace(link.by, link.at);
    }
  }

  void on_served(std::uint32_t node, std::uint64_t incarnation, SimTime at) override {
    if (!removed_.contains(node)) return;
    const Process& process = process_of(node, incarnation);
    const std::string who = "node " + std::to_string(node) + ", which was removed, ";
    if (!process.was_let_in)
      return fail(who + "answers a client, and nobody has let it in since its start");
    std::size_t long_ago = 0;
    for (const auto& [by, when] : process.told)
      if (at - when > told_for_max) ++long_ago;
    if (long_ago >= 2) fail(who + "answers a client long after others have told it");
  }

 private:
  struct Process {
    std::uint64_t incarnation = 0;
    bool was_let_in = false;
    std::map<std::uint32_t, SimTime> told;  // who says so, and since when
  };

  Process& process_of(std::uint32_t node, std::uint64_t incarnation) {
    Process& process = processes_[node];
    if (process.incarnation != incarnation) process = {incarnation, false, {}};
    return process;
  }

  PartitionId meta_;
  std::set<std::uint32_t> removed_;
  std::map<std::uint32_t, Process> processes_;
};

}  // namespace

std::unique_ptr<Checker> make_removed_nodes_are_silent(const RunView& run) {
  return std::make_unique<RemovedNodesAreSilent>(run);
}

}  // namespace florin::sim
