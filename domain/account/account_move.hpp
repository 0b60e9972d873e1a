// AccountMove: what one fact adds to the numbers of an account, and whether they can bear it. Decide asks misfit()
// of the very move that evolve will make: so what evolve asserts, decide has checked, over the whole of int64.
// Why a move that fits can always be undone or finished: docs/INVARIANTS.md, INV-30.
#pragma once

#include "domain/account/account_state.hpp"
#include "domain/transfer/leg.hpp"

namespace florin {

// Minor units; negative = less. Wide, because an entry or a message from elsewhere may say any amount, and even the least of
// 64 bits must have an opposite.
struct AccountMove {
  WideMinor available = 0;
  WideMinor held = 0;
  WideMinor incoming = 0;
};

// TC/C. `amount` of all of these is above zero.
constexpr AccountMove move_tried(LegRole role, Minor amount) {
  if (role == LegRole::credit) return {.incoming = amount};
  return {.available = -WideMinor{amount}, .held = amount};
}
constexpr AccountMove move_confirmed(LegRole role, Minor amount) {
  if (role == LegRole::credit) return {.available = amount, .incoming = -WideMinor{amount}};
  return {.held = -WideMinor{amount}};
}
constexpr AccountMove move_released(LegRole role, Minor amount) {
  if (role == LegRole::credit) return {.incoming = -WideMinor{amount}};
  return {.available = amount, .held = -WideMinor{amount}};
}
// Posted at once: the local protocol and a saga's credit.
constexpr AccountMove move_debited(Minor amount) { return {.available = -WideMinor{amount}}; }
constexpr AccountMove move_credited(Minor amount) { return {.available = amount}; }
// A saga's debit keeps room for its return, until the saga has ended.
constexpr AccountMove move_step(LegRole role, Minor amount) {
  if (role == LegRole::credit) return move_credited(amount);
  return {.available = -WideMinor{amount}, .incoming = amount};
}
constexpr AccountMove move_kept(Minor amount) { return {.incoming = -WideMinor{amount}}; }
constexpr AccountMove move_returned(Minor amount) {
  return {.available = amount, .incoming = -WideMinor{amount}};
}

// The number that would leave its bounds (INV-1, INV-2), by name; null = the account can bear the move.
const char* misfit(const AccountState& account, const AccountMove& move);
// Asserts that it fits.
void apply_move(AccountState& account, const AccountMove& move);

}  // namespace florin
