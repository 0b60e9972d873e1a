// ReplyNeverContradicts: what one answer has said of a transfer id, no later one takes back. The outcome,
// code, side, refused posting, position and content that were heard once are heard by every repeat and by every question for the
// transfer's status; a repeat with other content is refused as such; and a transfer that was seen open, refused or ended
// is never less than that again. One that is refused may still be cancelling.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

constexpr std::uint8_t transaction_id_reused = 3;  // as domain/rejection.hpp numbers it

class ReplyNeverContradicts final : public Checker {
 public:
  explicit ReplyNeverContradicts(const RunView& run) : run_(run) {}
  [[nodiscard]] std::string_view name() const override { return "reply_never_contradicts"; }

  void on_request(const Operation& operation, SimTime) override {
    if (operation.action.transaction == 0) return;
    asked_[operation.number].push_back(known_[id_of(operation.action)].progress);
  }

  void on_answer(const Operation& operation, const Answer& answer) override {
    const Action& action = operation.action;
    if (action.transaction == 0 || answer.verdict == Verdict::not_accepted) return;
    // What all owners have, and what some replica knew, is for account_terms to judge.
    if (action.kind == ActionKind::find_transfer || is_of_any_replica(action.kind)) return;
    who_ = "#" + std::to_string(operation.number) + " " + to_string(run_.workload, action);
    Known& known = known_[id_of(action)];
    if (answer.verdict == Verdict::transfer)
      status(known, operation, answer);
    else if (answer.verdict == Verdict::rejected)
      rejected(known, action, answer);
    else
      outcome(known, action, answer);
  }

 private:
  using Id = std::pair<std::uint32_t, std::uint64_t>;  // owner, transaction
  using Content = MoneyContent;
  struct Said {
    bool completed = false;
    std::uint8_t code = 0;
    std::uint8_t side = 0;
    std::uint8_t posting = no_posting;
    Position position;
    bool operator==(const Said&) const = default;
  };
  struct Known {
    std::optional<Said> said;
    std::optional<Content> content;
    int progress = 0;  // see progress_of
  };

  static Id id_of(const Action& action) { return {action.account, action.transaction}; }
  static int progress_of(TransferPhase phase) {
    switch (phase) {
      case TransferPhase::unknown: return 0;
      case TransferPhase::open: return 1;
      case TransferPhase::cancelling: return 2;
      case TransferPhase::completed:
      case TransferPhase::refused: return 3;
    }
    return 0;
  }
  static const char* name_of(int progress) {
    constexpr std::array names{"unknown", "open", "cancelling", "ended"};
    return names.at(static_cast<std::size_t>(progress));
  }
  static std::string text(const Said& said) {
    return std::string(said.completed ? "completed" : "refused") + " code " +
           std::to_string(said.code) +
           (said.side == 0 ? "" : " side " + std::to_string(said.side)) +
           (said.posting == no_posting ? "" : " posting " + std::to_string(said.posting)) + " at " +
           said.position.to_string();
  }

  void outcome(Known& known, const Action& action, const Answer& answer) {
    const bool completed = answer.verdict == Verdict::completed;
    if (completed != (answer.code == 0)) fail(who_ + ": a refusal has a code and nothing else has");
    if (known.content && *known.content != content_of(action))
      fail(who_ + " was answered with the outcome of another content");
    known.content = content_of(action);
    known.progress = std::max(known.progress, progress_of(completed ? TransferPhase::completed
                                                                    : TransferPhase::cancelling));
    remember(known, {completed, answer.code, answer.side, answer.posting, answer.position});
  }

  void rejected(const Known& known, const Action& action, const Answer& answer) {
    if (answer.code == transaction_id_reused && known.content == content_of(action))
      fail(who_ + " was told that its id has another content, but it had been taken with this one");
    if (answer.code != transaction_id_reused && known.content &&
        *known.content != content_of(action))
      fail(who_ + " is another content, and was refused for something else");
  }

  void status(Known& known, const Operation& operation, const Answer& answer) {
    const TransferSeen& seen = answer.transfer;
    if (seen.results > 1)
      fail(who_ + ": one owner and id name " + std::to_string(seen.results) + " transfers");
    const int progress = progress_of(seen.phase);
    const int before = asked_.at(operation.number).at(answer.attempt);
    if (progress < before)
      fail(who_ + " is " + name_of(progress) + ", after it had been seen " + name_of(before));
    known.progress = std::max(known.progress, progress);
    if (progress < progress_of(TransferPhase::cancelling)) return;
    if (known.content && std::get<2>(*known.content) != seen.amount)
      fail(who_ + " has another amount than what was taken");
    remember(known, {seen.phase == TransferPhase::completed, seen.code, seen.side, seen.posting,
                     seen.finished});
  }

  void remember(Known& known, const Said& now) {
    if (!known.said) known.said = now;
    if (*known.said != now) fail(who_ + " is " + text(now) + ", and had been " + text(*known.said));
  }

  const RunView& run_;
  std::map<Id, Known> known_;
  // by operation and attempt: progress heard before it
  std::map<std::uint32_t, std::vector<int>> asked_;
  std::string who_;
};

}  // namespace

std::unique_ptr<Checker> make_reply_never_contradicts(const RunView& run) {
  return std::make_unique<ReplyNeverContradicts>(run);
}

}  // namespace florin::sim
