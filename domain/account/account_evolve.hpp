// Applies facts to one account. Writes, never checks (it may assert); the same on the leader, on replay
// and on a follower. `at` is the event's position: the new head of the account's posting chain.
#pragma once

#include "base/ids.hpp"
#include "domain/account/account_events.hpp"
#include "domain/account/account_state.hpp"
#include "domain/account/posting_trail.hpp"
#include "domain/transfer/leg.hpp"

namespace florin {

AccountState evolve_opened(const AccountOpened& event);
void evolve(AccountState& account, const AccountFrozen& event);
void evolve(AccountState& account, const AccountUnfrozen& event);
void evolve(AccountState& account, const AccountClosed& event);
void evolve(AccountState& account, const AccountMetadataChanged& event);

// TC/C: one leg on its account. `day` is the UTC day of the entry's time.
void evolve_tried(AccountState& account, const LegContent& leg, std::int32_t day);
void evolve_confirmed(AccountState& account, const LegContent& leg, Position at);
void evolve_released(AccountState& account, const LegContent& leg, std::int32_t tried_on_day);

// Money that moves at once: the local protocol, saga steps and their compensations.
void evolve_debited(AccountState& account, Minor amount, std::int32_t day, Position at);
void evolve_credited(AccountState& account, Minor amount, Position at);
// A saga's debit may have to be given back: until the saga ends, the room for it is reserved, so that the
// compensation never finds an account that is full or closed.
void evolve_step_debited(AccountState& account, Minor amount, std::int32_t day, Position at);
// Undoes a saga's debit: the money and the use of the daily limit come back.
void evolve_debit_returned(AccountState& account, Minor amount, std::int32_t debited_on_day,
                           Position at);
// A saga has completed: its debit stays.
void evolve_debit_kept(AccountState& account, Minor amount);

// Steps of payments (domain/wallet/step_evolve.hpp): a debit that its owner has not asked for uses no daily limit.
void evolve_taken(AccountState& account, Minor amount, Position at);
// A posting with a payment origin has added this much; negative = taken.
void evolve_payments_net(AccountState& account, Minor change);
// It owes more; negative = less.
void evolve_debt(AccountState& account, Minor change);

// A posting event's trail for this account, as decided before the event is applied.
PostingTrail trail_after_debit(const AccountState& account, Minor amount);
PostingTrail trail_after_credit(const AccountState& account, Minor amount);

// INV-1, INV-2 (docs/INVARIANTS.md).
bool invariants_hold(const AccountState& account);

}  // namespace florin
