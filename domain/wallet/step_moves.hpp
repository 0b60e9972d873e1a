// What a step would move, of the accounts as they are: the flows of its row one after the other, each on what the ones before
// it have left. All of them fit, or none is made. Pure.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"
#include "domain/account/account_state.hpp"
#include "domain/rejection.hpp"
#include "domain/wallet/wallet_events.hpp"

namespace florin {

// The accounts that a step may name, in its own partition.
struct StepAccounts {
  const AccountState* account = nullptr;    // the client's; null = does not exist
  std::vector<const AccountState*> system;  // those of system_accounts_of(), in any order
};

// Which system accounts plan_moves() needs of a row.
std::vector<AccountId> system_accounts_of(const MoneyRow& row, Currency currency);

// Refusals, each of all of it: account_not_found, account_frozen, account_closed, currency_mismatch, balance_overflow (a
// balance, payments_net or debt that would leave 64 bits); of what its owner pays also insufficient_available and
// daily_limit_exceeded. A forced debit is neither too large nor stopped by a freeze: what the account has not, it owes.
// Of several moves the first one that does not fit says why. `step` is sound.
Result<std::vector<PostedMove>, Rejection> plan_moves(const StepContent& step,
                                                      const StepAccounts& accounts, Timestamp now);

}  // namespace florin
