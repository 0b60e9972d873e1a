// Decides what one account answers to a message about one leg. Pure. Safe to repeat, to arrive late and
// to arrive before its predecessor: the table of participant_table.hpp says what each state does.
#pragma once

#include <optional>

#include "domain/account/account_state.hpp"
#include "domain/events.hpp"
#include "domain/transfer/leg.hpp"

namespace florin {

struct LegDecision {
  LegAnswer answer;
  std::optional<Event> event;  // none = nothing changes
  bool alarm = false;          // the sender asked for what must never happen: report it
};

// `leg` null = never heard of. `account` null = no such account here. `now` = time of the entry.
LegDecision decide_try(const AccountState* account, const Leg* leg, LegKey key,
                       const LegContent& content, Timestamp now);
LegDecision decide_confirm(const AccountState* account, const Leg* leg, LegKey key);
LegDecision decide_cancel(const Leg* leg, LegKey key, const AccountId& account);
// Saga: forward step and its compensation.
LegDecision decide_apply(const AccountState* account, const Leg* leg, LegKey key,
                         const LegContent& content, Timestamp now);
LegDecision decide_compensate(const AccountState* account, const Leg* leg, LegKey key,
                              const AccountId& account_id);

}  // namespace florin
