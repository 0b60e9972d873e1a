// The record first, then the lines that follow from it.
#include "domain/ledger/ledger_decide.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "domain/ledger/entry_lines.hpp"

namespace florin {
namespace {

EnterDecision entry_code(EnterCode code) {
  EnterDecision decision;
  decision.code = code;
  decision.alarm = code == EnterCode::mismatch;
  return decision;
}

bool is_sound_entry(const EnterStep& command) {
  return is_sound(command.step) && !command.actor.empty() &&
         command.actor.size() <= ledger_actor_size_max;
}

Lines lines_of_entry(const StepContent& step, const MoneyStep* record) {
  return record != nullptr ? lines_of_moves(*record) : lines_of_flows(step);
}

std::vector<EntryLine> with_trails(const std::vector<LineDraft>& drafts, Currency currency,
                                   const LedgerBooks& books) {
  std::vector<EntryLine> lines;
  lines.reserve(drafts.size());
  for (const LineDraft& draft : drafts)
    lines.push_back({draft.account, draft.amount,
                     trail_after(books.of(draft.account, currency), draft.amount)});
  return lines;
}

// A closed day stays as it was reported.
std::int32_t open_day(std::int32_t value_date, std::int32_t closed_until) {
  if (closed_until == nothing_closed || value_date > closed_until) return value_date;
  return closed_until == std::numeric_limits<std::int32_t>::max() ? closed_until : closed_until + 1;
}

}  // namespace

EnterDecision decide_enter(const EnterStep& command, const LedgerView& view) {
  const MoneyStep* record = view.step;
  if (record != nullptr) {
    if (record->content != command.step) return entry_code(EnterCode::mismatch);
    if (record->state == StepState::refused) return entry_code(EnterCode::refused);
    EnterDecision again = entry_code(EnterCode::entered);
    again.entry = record->entry;
    if (!record->entry.is_none()) return again;
  }
  if (view.is_fenced) return entry_code(EnterCode::fenced);
  if (!is_sound_entry(command)) return entry_code(EnterCode::mismatch);
  if (record == nullptr && moves_wallets(row_of(command.step.name.rule)))
    return entry_code(EnterCode::not_done);

  auto drafts = lines_of_entry(command.step, record);
  if (!drafts || fault_of(*drafts)) return entry_code(EnterCode::mismatch);
  FLORIN_ASSERT(view.books != nullptr, "whoever enters has looked up the balances");
  EnterDecision decision = entry_code(EnterCode::entered);
  decision.event = LedgerEntryPosted{command.step,
                                     open_day(command.value_date, view.closed_until),
                                     command.actor,
                                     {},
                                     with_trails(*drafts, command.step.currency, *view.books)};
  return decision;
}

MoneyStep evolve_entered_alone(const LedgerEntryPosted& event, Position at) {
  MoneyStep step;
  step.content = *event.step;
  step.state = StepState::done;
  step.decided = at;
  step.entry = at;
  return step;
}

const char* against_entry(const LedgerEntryPosted& event, const LedgerView& view) {
  if (!is_sound(*event.step)) return "step: makes no sense";
  if (event.actor.empty() || event.actor.size() > ledger_actor_size_max)
    return "actor: is empty or too long";
  if (!event.reverses.empty() && !parse_step_name(event.reverses))
    return "reverses: is no entry's id";
  const MoneyStep* record = view.step;
  if (moves_wallets(row_of(event.step->name.rule))) {
    if (record == nullptr) return "step: the wallet has not done it";
    if (record->content != *event.step) return "step: is not the wallet's";
  }
  if (record != nullptr && !is_owed_to_ledger(*record))
    return "step: is entered already, or was refused";
  if (view.is_fenced) return "step: is of what has ended";
  if (fault_of(event.lines)) return "lines: are no entry";
  const auto drafts = lines_of_entry(*event.step, record);
  const auto is_line = [](const LineDraft& draft, const EntryLine& line) {
    return draft.account == line.account && draft.amount == line.amount;
  };
  return drafts && std::ranges::equal(*drafts, event.lines, is_line)
             ? nullptr
             : "lines: are not what the wallet did";
}

}  // namespace florin
