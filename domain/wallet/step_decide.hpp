// Decides what an account's partition answers to who asks for a money step. Pure. Safe to repeat, and to arrive late: see
// domain/wallet/money_step.hpp for why nothing is ever done twice.
#pragma once

#include <optional>

#include "domain/wallet/money_step.hpp"
#include "domain/wallet/step_moves.hpp"
#include "domain/wallet/wallet_events.hpp"

namespace florin {

struct StepDecision {
  StepAnswer answer;
  std::optional<AnyWalletEvent> event;  // none = nothing changes
  bool alarm = false;                   // the sender asked for what must never happen: report it
};

// `known` null = no record of this name here. `is_fenced`: the fence of who asks covers `step.asked`. `now` = time of the entry.
StepDecision decide_step(const MoneyStep* known, bool is_fenced, const StepContent& step,
                         const StepAccounts& accounts, Timestamp now);

}  // namespace florin
