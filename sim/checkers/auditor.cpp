// Auditor: every balance is the sum of the transfers that clients were told have completed, each once, and
// nothing else. Recomputed from requests and answers alone, by its own arithmetic; it knows nothing of
// events, logs or the domain's code. No balance that was ever read shows money that cannot be there.
#include <map>
#include <tuple>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

__extension__ typedef __int128 Wide;

class Auditor final : public Checker {
 public:
  explicit Auditor(const RunView& run) : run_(run) {}
  [[nodiscard]] std::string_view name() const override { return "auditor"; }

  void on_answer(const Operation& operation, const Answer& answer) override {
    if (answer.verdict != Verdict::account) return;
    const SimAccount& account = run_.workload.accounts.at(operation.action.account);
    if (answer.account.held < 0)
      fail(account.id + " holds " + std::to_string(answer.account.held) + ", less than nothing");
    if (answer.account.available < 0 && !account.allow_negative)
      fail(account.id + " has " + std::to_string(answer.account.available) +
           " and may not go below zero");
  }

  // No answer names what payments have brought; whether that is right credited_once says.
  void on_events(const DecodedEntry& entry, PartitionState&) override {
    for (const Event& event : entry.events)
      if (const auto* done = get_if<MoneyStepDone>(&event))
        for (const PostedMove& posted : done->moves) {
          paid_[posted.move.from.str()] -= posted.move.amount;
          paid_[posted.move.to.str()] += posted.move.amount;
        }
  }

  void at_end(EndView& end) override {
    const std::map<std::uint32_t, Wide> expected = expected_balances(end.operations);
    const std::size_t accounts = run_.workload.accounts.size();
    for (std::size_t i = end.operations.size() - accounts; i < end.operations.size(); ++i)
      check_read(end.operations[i], expected);
  }

 private:
  using Content = std::tuple<std::uint32_t, std::uint64_t, MoneyContent>;

  static std::map<std::uint32_t, Wide> expected_balances(const std::vector<Operation>& operations) {
    std::map<std::uint32_t, Wide> balances;
    std::map<Content, bool> counted;
    for (const Operation& operation : operations) {
      const Action& a = operation.action;
      if (!moves_money(a.kind) || !operation.answer ||
          operation.answer->verdict != Verdict::completed)
        continue;
      if (std::exchange(counted[{a.account, a.transaction, content_of(a)}], true)) continue;
      for (const ActionPosting& p : moves_of(a)) {
        balances[p.from] -= p.amount;
        balances[p.to] += p.amount;
      }
    }
    return balances;
  }

  void check_read(const Operation& read, const std::map<std::uint32_t, Wide>& expected) {
    const SimAccount& account = run_.workload.accounts.at(read.action.account);
    const auto found = expected.find(read.action.account);
    const auto paid = paid_.find(account.id);
    const Wide balance = (found == expected.end() ? Wide{0} : found->second) +
                         (paid == paid_.end() ? Wide{0} : paid->second);
    if (!read.answer || read.answer->verdict != Verdict::account) {
      if (balance != 0) fail(account.id + " is not there, but money was moved with it");
      return;
    }
    const AccountSeen& seen = read.answer->account;
    if (seen.held != 0) fail(account.id + " still holds " + std::to_string(seen.held));
    if (Wide{seen.available} + seen.held != balance)
      fail(account.id + " has " + std::to_string(seen.available) + "; answers add up to " +
           std::to_string(static_cast<std::int64_t>(balance)));
  }

  const RunView& run_;
  std::map<std::string, Wide> paid_;
};

}  // namespace

std::unique_ptr<Checker> make_auditor(const RunView& run) { return std::make_unique<Auditor>(run); }

}  // namespace florin::sim
