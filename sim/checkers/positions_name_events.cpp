// PositionsNameEvents: every position that a client hears is that of an event in the durable log, whatever the answer
// is: of a read the last event that it reflects, of an outcome the event that decided it. Before the first
// event of a partition it is none (p<n>:0:0). Looked up in the entries themselves: a state that knows its own position
// wrongly knows it wrongly on every replica.
#include <map>
#include <vector>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class PositionsNameEvents final : public Checker {
 public:
  explicit PositionsNameEvents(const RunView& run) : run_(run), events_(run.options.partitions) {}
  [[nodiscard]] std::string_view name() const override { return "positions_name_events"; }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    events_.at(entry.header.partition)[entry.header.index] =
        static_cast<Ordinal>(entry.events.size());
  }

  void on_answer(const Operation& operation, const Answer& answer) override {
    if (answer.verdict == Verdict::not_accepted) return;
    const std::string who =
        "#" + std::to_string(operation.number) + " " + to_string(run_.workload, operation.action);
    check(answer.position, who + " was answered from ");
    const bool has_outcome = answer.transfer.phase == TransferPhase::cancelling ||
                             answer.transfer.phase == TransferPhase::completed ||
                             answer.transfer.phase == TransferPhase::refused;
    if (answer.verdict == Verdict::transfer && has_outcome)
      check(answer.transfer.finished, who + " was told of an outcome at ");
  }

 private:
  void check(const Position& at, const std::string& what) {
    if (at.partition >= events_.size()) return fail(what + at.to_string() + ", of no partition");
    if (at.index == 0) {
      if (at.ordinal != 0) fail(what + at.to_string() + ", which is neither none nor an event");
      return;
    }
    const auto entry = events_[at.partition].find(at.index);
    if (entry == events_[at.partition].end())
      return fail(what + at.to_string() + ", which is not durable");
    if (at.ordinal >= entry->second)
      fail(what + at.to_string() + ", but that entry has " + std::to_string(entry->second) +
           " events");
  }

  const RunView& run_;
  std::vector<std::map<LogIndex, Ordinal>>
      events_;  // by partition: how many each durable entry has
};

}  // namespace

std::unique_ptr<Checker> make_positions_name_events(const RunView& run) {
  return std::make_unique<PositionsNameEvents>(run);
}

}  // namespace florin::sim
