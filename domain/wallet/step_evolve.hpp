// Applies facts about money steps: to the step's record, and to the accounts of its moves. Writes, never checks (it may
// assert); the same on the leader, on replay and on a follower. `at` is the event's position.
#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "domain/account/account_evolve.hpp"
#include "domain/wallet/money_step.hpp"
#include "domain/wallet/wallet_events.hpp"

namespace florin {

// The record that each leaves.
MoneyStep evolve_done(const MoneyStepDone& event, Position at);
MoneyStep evolve_refused(const MoneyStepRefused& event, Position at);
// The ledger has entered it, at this position.
void evolve_entered(MoneyStep& step, Position entry);

// One account's side of one move. `day` is the UTC day of the entry's time.
void evolve_paid(AccountState& payer, const MoneyStepDone& event, const MoneyMove& move,
                 std::int32_t day, Position at);
void evolve_received(AccountState& payee, const MoneyMove& move, Position at);

// Gives every account that the event changes to `change(id, how)`, in order; `how` takes the AccountState.
template <class Change>
void evolve_accounts(const MoneyStepDone& event, std::int32_t day, Position at, Change&& change) {
  std::vector<MoneyMove> moves;
  for (const PostedMove& posted : event.moves) {
    const MoneyMove& move = moves.emplace_back(posted.move);
    change(move.from, [&](AccountState& payer) { evolve_paid(payer, event, move, day, at); });
    change(move.to, [&](AccountState& payee) { evolve_received(payee, move, at); });
  }
  // Although no move may name it: it owes more, or less.
  if (const auto debt = static_cast<Minor>(debt_of(moves)); debt != 0)
    change(event.step.account, [&](AccountState& account) { evolve_debt(account, debt); });
}

}  // namespace florin
