// FollowerReadsHonourMinPosition: what any replica answers is what committed entries gave at the position it names,
// never of uncommitted ones, and never from before the entry that was asked for.
#include <map>
#include <vector>

#include "sim/checkers/checkers.hpp"
#include "sim/sim_clients.hpp"

namespace florin::sim {
namespace {

class FollowerReadsHonourMinPosition final : public Checker {
 public:
  explicit FollowerReadsHonourMinPosition(const RunView& run)
      : run_(run),
        committed_(run.options.partitions),
        ordinals_(run.options.partitions),
        seen_(run.workload.accounts.size()) {}
  [[nodiscard]] std::string_view name() const override {
    return "follower_reads_honour_min_position";
  }

  void on_durable(PartitionId partition, LogIndex index, std::string_view,
                  PartitionState& follower) override {
    committed_.at(partition) = index;
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      const SimAccount& account = run_.workload.accounts[i];
      if (account.partition != partition) continue;
      const auto now = seen_in(follower, account.id);
      if (seen_[i].empty() || seen_[i].rbegin()->second != now) seen_[i][index] = now;
    }
  }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    if (!entry.events.empty())
      ordinals_.at(entry.header.partition)[entry.header.index] =
          static_cast<Ordinal>(entry.events.size() - 1);
  }

  void on_request(const Operation& operation, SimTime) override {
    if (operation.action.kind != ActionKind::follower_read) return;
    asked_[operation.number].push_back(operation.min_index);
  }

  void on_answer(const Operation& operation, const Answer& answer) override {
    if (operation.action.kind != ActionKind::follower_read ||
        answer.verdict == Verdict::not_accepted)
      return;
    const std::string who = "#" + std::to_string(operation.number) + " " +
                            to_string(run_.workload, operation.action) + " was answered from " +
                            answer.position.to_string();
    const LogIndex wanted = asked_.at(operation.number).at(answer.attempt);
    if (answer.position.index < seen_with(operation, wanted))
      return fail(who + ", but wanted to see entry " + std::to_string(wanted));
    check_state(operation, answer, who);
  }

 private:
  using Seen = std::optional<AccountSeen>;  // none: there is no such account

  static Seen seen_in(PartitionState& state, const std::string& id) {
    const AccountState* account = state.account(AccountId::from_trusted(id));
    if (account == nullptr) return std::nullopt;
    return account_seen(make_account_view(*account, state.id()));
  }

  // Whoever has seen entry `wanted` names this one or a later: the newest up to it that has events.
  [[nodiscard]] LogIndex seen_with(const Operation& operation, LogIndex wanted) const {
    const PartitionId home = run_.workload.accounts.at(operation.action.account).partition;
    if (committed_.at(home) < wanted) return wanted;
    const auto later = ordinals_.at(home).upper_bound(wanted);
    return later == ordinals_.at(home).begin() ? 0 : std::prev(later)->first;
  }

  void check_state(const Operation& operation, const Answer& answer, const std::string& who) {
    const std::uint32_t account = operation.action.account;
    const Position& at = answer.position;
    if (at.index != 0) {
      const auto& ordinals = ordinals_.at(run_.workload.accounts.at(account).partition);
      const auto committed = ordinals.find(at.index);
      if (committed == ordinals.end()) return fail(who + ", where no event was committed");
      if (committed->second != at.ordinal) return fail(who + ", which is not the end of its entry");
    }
    const auto later = seen_.at(account).upper_bound(at.index);
    const Seen there = later == seen_[account].begin() ? std::nullopt : std::prev(later)->second;
    const Seen told = answer.verdict == Verdict::account ? Seen(answer.account) : std::nullopt;
    if (told != there) fail(who + " with what was not so then");
  }

  const RunView& run_;
  std::vector<LogIndex> committed_;  // by partition
  // by partition: the last event of each committed entry that has any, counted in the entry itself
  std::vector<std::map<LogIndex, Ordinal>> ordinals_;
  std::vector<std::map<LogIndex, Seen>> seen_;  // by account: what it was from that entry on
  std::map<std::uint32_t, std::vector<LogIndex>> asked_;  // by operation and attempt
};

}  // namespace

std::unique_ptr<Checker> make_follower_reads_honour_min_position(const RunView& run) {
  return std::make_unique<FollowerReadsHonourMinPosition>(run);
}

}  // namespace florin::sim
