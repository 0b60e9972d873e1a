// Whether an event of a money step can be true of a partition's state: everything that evolve asserts, as a question with an
// answer, for logs that were not decided here and now (actors/partition/partition_check.cpp). Pure.
#pragma once

#include "domain/wallet/step_moves.hpp"
#include "domain/wallet/wallet_events.hpp"

namespace florin {

// Field and what is wrong with it; null = nothing. `known`: the record of its name, null = none. `is_fenced`: the fence that is
// here covers the event that asked for it. `accounts.system` holds those that the moves name.
const char* against_step(const MoneyStepDone& event, const MoneyStep* known, bool is_fenced,
                         const StepAccounts& accounts);
const char* against_step(const MoneyStepRefused& event, const MoneyStep* known, bool is_fenced);

}  // namespace florin
