// AcknowledgedOnce: a transfer has one outcome for ever. All answers to the same owner, id and content agree
// in verdict, code and position; of several contents under one id at most one was ever taken; and exactly one
// request heard the outcome as new, all others heard it as replayed.
#include <map>
#include <set>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

constexpr std::uint8_t transaction_id_reused = 3;  // as domain/rejection.hpp numbers it

class AcknowledgedOnce final : public Checker {
 public:
  explicit AcknowledgedOnce(const RunView& run) : run_(run) {
    for (const Action& action : run.workload.actions)
      if (moves_money(action.kind)) contents_[id_of(action)].insert(content_of(action));
  }
  [[nodiscard]] std::string_view name() const override { return "acknowledged_once"; }

  void on_answer(const Operation& operation, const Answer& answer) override {
    const Action& action = operation.action;
    if (!moves_money(action.kind) || answer.verdict == Verdict::not_accepted) return;
    const std::string who =
        "#" + std::to_string(operation.number) + " " + to_string(run_.workload, action);
    check_contents(action, answer, who);
    check_same_answer(action, answer, who);
    check_news(operation, answer, who);
  }

 private:
  using Id = std::pair<std::uint32_t, std::uint64_t>;  // owner, transaction
  using Content = MoneyContent;
  struct Said {
    Verdict verdict = Verdict::completed;
    std::uint8_t code = 0;
    Position position;
  };

  static Id id_of(const Action& action) { return {action.account, action.transaction}; }

  void check_contents(const Action& action, const Answer& answer, const std::string& who) {
    if (answer.verdict == Verdict::rejected) {
      if (answer.code == transaction_id_reused && contents_[id_of(action)].size() < 2)
        fail(who + " was told that its id has another content, but nobody sent any");
      return;
    }
    const auto [taken, is_new] = taken_.try_emplace(id_of(action), content_of(action));
    if (!is_new && taken->second != content_of(action))
      fail(who + ": two contents of one id were taken");
  }

  void check_same_answer(const Action& action, const Answer& answer, const std::string& who) {
    const Said now{answer.verdict, answer.code, answer.position};
    const auto [before, is_new] = said_.try_emplace({id_of(action), content_of(action)}, now);
    if (is_new) return;
    const Said& first = before->second;
    if (first.verdict != now.verdict || first.code != now.code)
      fail(who + " was answered " + text(first) + " and then " + text(now));
    else if (now.verdict != Verdict::rejected && first.position != now.position)
      fail(who + " ended at " + first.position.to_string() + " and then at " +
           now.position.to_string());
  }

  void check_news(const Operation& operation, const Answer& answer, const std::string& who) {
    if (answer.replayed || answer.verdict == Verdict::rejected) return;
    const std::pair<std::uint32_t, std::uint32_t> heard{operation.number, answer.attempt};
    const auto [first, is_new] = news_.try_emplace(id_of(operation.action), heard);
    if (!is_new && first->second != heard) fail(who + ": two requests heard the outcome as new");
  }

  static std::string text(const Said& said) {
    return (said.verdict == Verdict::completed ? "completed"
            : said.verdict == Verdict::refused ? "refused"
                                               : "rejected") +
           std::string(" code ") + std::to_string(said.code);
  }

  const RunView& run_;
  std::map<Id, std::set<Content>> contents_;
  std::map<Id, Content> taken_;
  std::map<std::pair<Id, Content>, Said> said_;
  std::map<Id, std::pair<std::uint32_t, std::uint32_t>> news_;
};

}  // namespace

std::unique_ptr<Checker> make_acknowledged_once(const RunView& run) {
  return std::make_unique<AcknowledgedOnce>(run);
}

}  // namespace florin::sim
