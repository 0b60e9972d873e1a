// Decides what the ledger enters. Wallet first, then ledger, each once for a name: what it enters is read from the wallet's record
// of the step, so nothing is entered that the wallet has not done, or done otherwise. Pure; a repeat gives no event.
//
// The record of the step is the record of its entry, too (MoneyStep::entry). So both are forgotten together, behind a fence
// that covers neither before both are done, and what was said in domain/wallet/money_step.hpp holds for entries as well.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "base/ids.hpp"
#include "domain/ledger/ledger_books.hpp"
#include "domain/ledger/ledger_events.hpp"
#include "domain/wallet/money_step.hpp"

namespace florin {

// The entry of a step that was asked for; `step` is the same content again.
struct EnterStep {
  StepContent step;
  std::int32_t value_date = 0;  // UTC day number, of what happened outside
  std::string actor;            // 1 to ledger_actor_size_max characters
};

// No day has been closed.
inline constexpr std::int32_t nothing_closed = std::numeric_limits<std::int32_t>::min();

// What the partition has of it.
struct LedgerView {
  const MoneyStep* step = nullptr;     // the record of its name; null = none
  bool is_fenced = false;              // the fence of who asks covers `step.asked`
  const LedgerBooks* books = nullptr;  // with the balances of the entry's accounts
  std::int32_t closed_until =
      nothing_closed;  // last UTC day that is closed: later postings get a later date
};

enum class EnterCode : std::uint8_t {
  entered = 0,
  not_done = 1,  // the wallet has not answered yet: ask again
  refused = 2,   // the wallet has refused the step: there is nothing to enter
  mismatch =
      3,  // another content than the wallet's, or nothing that makes sense: a bug of the sender
  fenced = 4,  // a late duplicate: who asked has logged the end of it
};

struct EnterDecision {
  EnterCode code = EnterCode::entered;
  Position entry;  // with `entered`: of the entry that is there; none: it is that of `event`
  std::optional<LedgerEntryPosted> event;  // none = nothing changes
  bool alarm = false;                      // report it
};

EnterDecision decide_enter(const EnterStep& command, const LedgerView& view);

// What the entry leaves of a step that moved no wallet, and so had no record before.
MoneyStep evolve_entered_alone(const LedgerEntryPosted& event, Position at);

// Whether an event of a log that was not decided here can be true: field and what is wrong with it; null = nothing.
const char* against_entry(const LedgerEntryPosted& event, const LedgerView& view);

}  // namespace florin
