// ReadsNeverGoBack: whoever asks after an answer was heard gets an answer from the same moment or a later
// one, by position of the partition, from whichever node incarnation it comes; a new outcome is later than all
// that was heard before it was asked for; and two reads at one position saw the same. Who asks any replica
// may be told of an earlier moment (follower_reads_honour_min_position).
#include <map>
#include <vector>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class ReadsNeverGoBack final : public Checker {
 public:
  explicit ReadsNeverGoBack(const RunView& run) : run_(run), heard_(run.options.partitions) {}
  [[nodiscard]] std::string_view name() const override { return "reads_never_go_back"; }

  void on_request(const Operation& operation, SimTime) override {
    if (asked_.size() <= operation.number) asked_.resize(operation.number + 1);
    asked_[operation.number].push_back(heard_.at(home_of(operation)));
  }

  void on_answer(const Operation& operation, const Answer& answer) override {
    if (answer.verdict == Verdict::not_accepted) return;
    const std::string who =
        "#" + std::to_string(operation.number) + " " + to_string(run_.workload, operation.action);
    const PartitionId home = home_of(operation);
    if (answer.position.partition != home)
      return fail(who + " was answered from " + answer.position.to_string());
    const Position floor = asked_.at(operation.number).at(answer.attempt);
    const bool is_outcome =
        answer.verdict == Verdict::completed || answer.verdict == Verdict::refused;
    const bool may_be_old =
        is_of_any_replica(operation.action.kind) || (is_outcome && answer.replayed);
    if (!may_be_old && answer.position < floor)
      fail(who + " was answered from " + answer.position.to_string() + ", after " +
           floor.to_string() + " had been heard");
    if (is_outcome && !answer.replayed && answer.position == floor)
      fail(who + " is new, and its position had been heard before it was asked for");
    heard_[home] = std::max(heard_[home], answer.position);
    if (answer.verdict == Verdict::account)
      check_same(run_.workload.accounts.at(operation.action.account).id, answer.position,
                 answer.account, who);
    for (const auto& [account, seen] : answer.page) check_same(account, answer.position, seen, who);
  }

 private:
  [[nodiscard]] PartitionId home_of(const Operation& operation) const {
    return run_.workload.accounts.at(operation.action.account).partition;
  }

  void check_same(const std::string& account, Position at, const AccountSeen& seen,
                  const std::string& who) {
    const auto [first, is_new] = seen_.try_emplace({at, account}, seen);
    if (!is_new && first->second != seen)
      fail(who + " saw " + account + " at " + at.to_string() + " otherwise than somebody else");
  }

  const RunView& run_;
  std::vector<Position> heard_;  // by partition: the latest
  // by operation and attempt: the latest heard before it
  std::vector<std::vector<Position>> asked_;
  std::map<std::pair<Position, std::string>, AccountSeen> seen_;
};

}  // namespace

std::unique_ptr<Checker> make_reads_never_go_back(const RunView& run) {
  return std::make_unique<ReadsNeverGoBack>(run);
}

}  // namespace florin::sim
