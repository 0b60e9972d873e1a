// The lines of a step's entry, by the rules of PAYMENTS.md, section 4. Where wallets have moved they are made of what the
// wallet says that it did, move by move, and not of what the order wanted: what was repaid of a debt, or could not be taken, is
// in the moves alone. Where none have, of the row's flows. Pure.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "domain/ledger/ledger_entry.hpp"
#include "domain/wallet/money_step.hpp"

namespace florin {

using Lines = Result<std::vector<LineDraft>, EntryFault>;

// In the order in which the moves name the accounts first, one line for each; what adds up to nothing has none. `step` is
// sound, and done. Faults: amount_overflow; account_unknown (moves that name a system account with no place in the ledger).
Lines lines_of_moves(const MoneyStep& step);
// Of a rule that moves no wallet.
Lines lines_of_flows(const StepContent& step);

}  // namespace florin
