// One judgement for each kind of answer.
#include "sim/checkers/answer_judge.hpp"

#include "sim/sim_clients.hpp"

namespace florin::sim {
namespace {

std::string text(const AccountSeen& seen) {
  return std::to_string(seen.available) + " available, " + std::to_string(seen.held) + " held" +
         (seen.frozen ? ", frozen" : "") + (seen.closed ? ", closed" : "") +
         (seen.may_owe ? ", may owe" : "") + ", in " + seen.currency + ", limit " +
         std::to_string(seen.daily_limit) + ", last posting " + seen.last_posting.to_string() +
         (seen.metadata.empty() ? "" : ", metadata " + seen.metadata);
}

std::string text(std::uint8_t side, std::uint8_t posting) {
  if (posting == no_posting) return " of no posting";
  return " of posting " + std::to_string(posting) + ", side " + std::to_string(side);
}

std::string text_of_phase(const TransferSeen& seen) {
  switch (seen.phase) {
    case TransferPhase::unknown: return "unknown";
    case TransferPhase::open: return "open with " + std::to_string(seen.amount);
    case TransferPhase::cancelling:
      return "cancelling " + std::to_string(seen.amount) + " with code " +
             std::to_string(seen.code) + " at " + seen.finished.to_string();
    case TransferPhase::completed:
      return "completed with " + std::to_string(seen.amount) + " at " + seen.finished.to_string();
    case TransferPhase::refused:
      return "refused with " + std::to_string(seen.amount) + " and code " +
             std::to_string(seen.code) + " at " + seen.finished.to_string();
  }
  return "?";
}

std::string text(const TransferSeen& seen) {
  return text_of_phase(seen) + (seen.postings == 1 ? "" : text(seen.side, seen.posting));
}

bool same(const TransferSeen& a, const TransferSeen& b) {
  return a.phase == b.phase && a.code == b.code && a.finished == b.finished &&
         a.amount == b.amount && a.results == b.results && a.postings == b.postings &&
         (a.postings == 1 || (a.side == b.side && a.posting == b.posting));
}

std::string text(std::uint8_t code) {
  return code == 0 ? "nothing against it" : std::string(to_string(static_cast<Rejection>(code)));
}

AccountSeen seen(const Terms& terms) {
  AccountSeen seen;
  seen.available = static_cast<std::int64_t>(terms.free);
  seen.held = static_cast<std::int64_t>(terms.held);
  seen.frozen = terms.frozen;
  seen.closed = terms.closed;
  seen.may_owe = terms.may_owe;
  seen.currency = std::string(terms.currency.view());
  seen.daily_limit = static_cast<std::int64_t>(terms.limit);
  seen.metadata = text_of(terms.metadata);
  seen.last_posting = terms.last_posting;
  return seen;
}

bool is_empty(const Terms& terms) {
  return terms.free + terms.held == 0 && terms.held == 0 && terms.room == 0;
}

constexpr auto number(Rejection code) { return static_cast<std::uint8_t>(code); }

}  // namespace

std::optional<std::string> AnswerJudge::wrong_with(const Operation& operation,
                                                   const Answer& answer) const {
  const Action& action = operation.action;
  if (answer.verdict == Verdict::not_accepted) return std::nullopt;
  const auto found = [&]() -> Finding {
    if (answer.position.partition != account_of(action).partition) return "of another partition";
    if (answer.position.index > history_.last_index(answer.position.partition))
      return "of an entry that is not durable";
    switch (answer.verdict) {
      case Verdict::not_accepted: return std::nullopt;
      case Verdict::completed:
      case Verdict::refused: return outcome(action, answer);
      case Verdict::rejected: return refusal(action, answer);
      case Verdict::account: return account(action, answer);
      case Verdict::transfer: return status(action, answer);
      case Verdict::checked: return check(action, answer);
      case Verdict::accounts: return page(action, answer);
      case Verdict::balances: return balances(answer);
    }
    return std::nullopt;
  }();
  if (!found) return std::nullopt;
  return "#" + std::to_string(operation.number) + " " + to_string(run_.workload, action) +
         " was answered from " + answer.position.to_string() + ": " + *found;
}

AnswerJudge::Finding AnswerJudge::account(const Action& action, const Answer& answer) const {
  const Terms* there = history_.account(account_of(action).id, answer.position);
  if (there == nullptr) return "an account that was not there";
  if (const AccountSeen expected = seen(*there); answer.account != expected)
    return text(answer.account) + "; it was " + text(expected);
  return effect(action, answer, *there);
}

// What an acknowledged command asked for is so at the position of its answer.
AnswerJudge::Finding AnswerJudge::effect(const Action& action, const Answer& answer,
                                         const Terms& there) const {
  const AccountSeen& now = answer.account;
  switch (action.kind) {
    case ActionKind::freeze:
      return now.frozen ? Finding() : "frozen, the answer says, and it is not";
    case ActionKind::unfreeze:
      return now.frozen ? "not frozen any more, the answer says, and it is" : Finding();
    case ActionKind::close:
      return now.closed ? Finding() : "closed, the answer says, and it is not";
    case ActionKind::open_account:
      return has_terms(run_.workload, action, now, there.metadata_changed)
                 ? Finding()
                 : "opened with other terms than were asked for";
    case ActionKind::patch_metadata:
      return merged(there.metadata, metadata_patch_of(action)) == there.metadata
                 ? Finding()
                 : "changed, the answer says, and the patch is not there";
    case ActionKind::transfer:
    case ActionKind::deposit:
    case ActionKind::withdraw:
    case ActionKind::transaction: return "an account for a transfer";
    case ActionKind::read_account:
    case ActionKind::follower_read: return std::nullopt;
    case ActionKind::read_transfer:
    case ActionKind::find_transfer:
    case ActionKind::follower_transfer:
    case ActionKind::check_debit:
    case ActionKind::check_credit:
    case ActionKind::list_accounts:
    case ActionKind::follower_list:
    case ActionKind::trial_balance:
    case ActionKind::follower_balance: return "an account, which nobody asked for";
  }
  return std::nullopt;
}

AnswerJudge::Finding AnswerJudge::refusal(const Action& action, const Answer& answer) const {
  const Terms* there = history_.account(account_of(action).id, answer.position);
  const auto expect = [&](std::uint8_t code) -> Finding {
    if (answer.code == code) return std::nullopt;
    return "refused with " + text(answer.code) + ", but: " + text(code);
  };
  switch (action.kind) {
    case ActionKind::open_account: {
      if (there == nullptr) return "refused, but there was no such account";
      AccountSeen terms = seen(*there);
      if (has_terms(run_.workload, action, terms, there->metadata_changed))
        return "refused, but it had been opened with these terms";
      return expect(number(Rejection::account_exists));
    }
    case ActionKind::freeze:
    case ActionKind::unfreeze:
    case ActionKind::close:
      if (there == nullptr) return expect(number(Rejection::account_not_found));
      if (there->closed) return expect(number(Rejection::account_closed));
      if (action.kind == ActionKind::close && !is_empty(*there))
        return expect(number(Rejection::account_not_empty));
      return expect(0);
    case ActionKind::patch_metadata:
      if (there == nullptr) return expect(number(Rejection::account_not_found));
      if (there->closed) return expect(number(Rejection::account_closed));
      if (merged(there->metadata, metadata_patch_of(action)).size() > 16)
        return expect(number(Rejection::metadata_full));
      return expect(0);
    case ActionKind::read_account:
    case ActionKind::follower_read:
      return expect(there == nullptr ? number(Rejection::account_not_found) : std::uint8_t{0});
    case ActionKind::transfer:
      if (action.account == action.other) return expect(number(Rejection::same_account));
      [[fallthrough]];
    case ActionKind::deposit:
    case ActionKind::withdraw:
    case ActionKind::transaction:
      // With which content is acknowledged_once's to say: somebody has taken the id, and nothing else is refused.
      if (history_.transfer(owned_id_of(run_.workload, action), answer.position).results == 0)
        return "refused with " + text(answer.code) + ", but its id was not taken";
      return expect(number(Rejection::transaction_id_reused));
    case ActionKind::read_transfer:
    case ActionKind::find_transfer:
    case ActionKind::follower_transfer:
    case ActionKind::check_debit:
    case ActionKind::check_credit:
    case ActionKind::list_accounts:
    case ActionKind::follower_list:
    case ActionKind::trial_balance:
    case ActionKind::follower_balance: return "refused, and there is nothing to refuse";
  }
  return std::nullopt;
}

AnswerJudge::Finding AnswerJudge::outcome(const Action& action, const Answer& answer) const {
  const TransferSeen there = history_.transfer(owned_id_of(run_.workload, action), answer.position);
  const bool completed = answer.verdict == Verdict::completed;
  const bool is_refused =
      there.phase == TransferPhase::refused || there.phase == TransferPhase::cancelling;
  const bool is_so = completed ? there.phase == TransferPhase::completed : is_refused;
  // Of transfers sides are looked at where they are recorded (account_terms).
  const bool is_its_blame =
      there.postings == 1 || (there.side == answer.side && there.posting == answer.posting);
  if (is_so && there.code == answer.code && there.finished == answer.position && is_its_blame)
    return std::nullopt;
  return std::string(completed ? "completed" : "refused with " + text(answer.code)) +
         (there.postings == 1 ? "" : text(answer.side, answer.posting)) + "; the log has it " +
         text(there);
}

AnswerJudge::Finding AnswerJudge::status(const Action& action, const Answer& answer) const {
  if (action.kind == ActionKind::find_transfer) {
    const auto owners = history_.transfers(transaction_id_of(action), answer.position);
    const bool cut_short = answer.transfer.more && answer.transfer.results < owners;
    if (answer.transfer.results == owners || cut_short) return std::nullopt;
    return std::to_string(answer.transfer.results) + " transfers; there were " +
           std::to_string(owners);
  }
  const TransferSeen there = history_.transfer(owned_id_of(run_.workload, action), answer.position);
  if (same(there, answer.transfer)) return std::nullopt;
  return text(answer.transfer) + "; it was " + text(there);
}

// When the day has changed since the newest entry, nothing of the daily limit is used.
AnswerJudge::Finding AnswerJudge::check(const Action& action, const Answer& answer) const {
  const Terms* there = history_.account(account_of(action).id, answer.position);
  const bool pays = action.kind == ActionKind::check_debit;
  const Timestamp now = history_.time(answer.position);
  const auto code_at = [&](Timestamp time) {
    const auto why = AccountLedger::why_not(
        there, action.amount, currency_of(run_.workload.currencies.at(action.currency)), pays,
        pays ? Leaves::held : Leaves::room, time);
    return why ? number(*why) : std::uint8_t{0};
  };
  constexpr std::int64_t days = 86'400'000'000;
  const std::uint8_t today = code_at(now);
  if (answer.code == today || answer.code == code_at(Timestamp{now.us + 400 * days}))
    return std::nullopt;
  return text(answer.code) + ", but: " + text(today);
}

AnswerJudge::Finding AnswerJudge::page(const Action& action, const Answer& answer) const {
  const std::string& after = run_.workload.accounts.at(action.other).id;
  const auto expected =
      history_.page(after, static_cast<std::size_t>(action.amount), answer.position);
  if (answer.page.size() != expected.size())
    return "a page of " + std::to_string(answer.page.size()) + " accounts; there were " +
           std::to_string(expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto& [id, now] = answer.page[i];
    if (id != expected[i].first) return id + " in the place of " + expected[i].first;
    if (const AccountSeen then = seen(*expected[i].second); now != then)
      return id + " with " + text(now) + "; it was " + text(then);
  }
  return std::nullopt;
}

AnswerJudge::Finding AnswerJudge::balances(const Answer& answer) const {
  const std::map<Currency, Int128> expected = history_.sums(answer.position);
  if (answer.balances.size() != expected.size())
    return std::to_string(answer.balances.size()) + " currencies; there were " +
           std::to_string(expected.size());
  for (const BalanceSeen& seen : answer.balances) {
    const auto there = expected.find(currency_of(seen.currency));
    if (there == expected.end())
      return "a sum in " + seen.currency + ", in which nothing was posted";
    if (seen.accounts != there->second || seen.clearing != -there->second)
      return "sums in " + seen.currency + " that are not those of the accounts";
  }
  return std::nullopt;
}

}  // namespace florin::sim
