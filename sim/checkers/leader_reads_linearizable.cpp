// LeaderReadsLinearizable: an answer about what is, is not older than anything that was committed anywhere before
// it was asked for: a leader that was deposed without knowing it answers nobody.
#include <vector>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class LeaderReadsLinearizable final : public Checker {
 public:
  explicit LeaderReadsLinearizable(const RunView& run)
      : run_(run), committed_(run.options.partitions) {}
  [[nodiscard]] std::string_view name() const override { return "leader_reads_linearizable"; }

  // An entry without events says nothing that an answer could miss.
  void on_events(const DecodedEntry& entry, PartitionState&) override {
    if (!entry.events.empty()) committed_.at(entry.header.partition) = entry.header.index;
  }

  void on_request(const Operation& operation, SimTime) override {
    if (asked_.size() <= operation.number) asked_.resize(operation.number + 1);
    asked_[operation.number].push_back(committed_.at(home_of(operation)));
  }

  void on_answer(const Operation& operation, const Answer& answer) override {
    if (answer.verdict == Verdict::not_accepted || answer.replayed) return;
    if (is_of_any_replica(operation.action.kind)) return;
    const LogIndex floor = asked_.at(operation.number).at(answer.attempt);
    if (answer.position.index < floor)
      fail("#" + std::to_string(operation.number) + " " +
           to_string(run_.workload, operation.action) + " was answered from " +
           answer.position.to_string() + ", but entry " + std::to_string(floor) +
           " had been committed before it was asked");
  }

 private:
  [[nodiscard]] PartitionId home_of(const Operation& operation) const {
    return run_.workload.accounts.at(operation.action.account).partition;
  }

  const RunView& run_;
  std::vector<LogIndex> committed_;           // by partition: the newest with events
  std::vector<std::vector<LogIndex>> asked_;  // by operation and attempt: committed before it
};

}  // namespace

std::unique_ptr<Checker> make_leader_reads_linearizable(const RunView& run) {
  return std::make_unique<LeaderReadsLinearizable>(run);
}

}  // namespace florin::sim
