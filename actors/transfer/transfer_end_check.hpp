// Whether a transfer can end as its legs are. Asked by its actor before it says so, and of each entry that was not decided here.
#pragma once

#include "actors/entity/neighbour_questions.hpp"
#include "domain/money/amount.hpp"
#include "domain/transfer/transfer_state.hpp"

namespace florin {

// A saga's debits stay when it completes. A transfer lives where they are. Null = nothing speaks against it.
template <class Asking>
const char* against_keeping(const TransferState& transfer, const Asking& asking) {
  for (const LegPhase& leg : transfer.legs) {
    if (leg.spec.role != LegRole::debit) continue;
    Minor kept = 0;  // by all legs of the account: each alone might fit
    for (const LegPhase& other : transfer.legs)
      if (other.spec.role == LegRole::debit && other.spec.account == leg.spec.account &&
          add_overflows(kept, other.spec.amount, kept))
        return "amount: is not above zero";
    if (const char* field = asking.ask(leg.spec.account, MayKeep{kept, transfer.currency}))
      return field;
  }
  return nullptr;
}

// Its legs beside it go with it: none may still hold or expect money. `asking.ask(whom, question)`: see EntityContext.
template <class Asking>
const char* against_end(const TransferState& transfer, TransferStatus how, const Asking& asking) {
  for (std::size_t i = 0; i < transfer.legs.size(); ++i)
    if (asking.ask(LegKey{transfer.id, static_cast<std::uint8_t>(i)}, IsReserved{}))
      return "transfer: a leg of it is still reserved";
  const bool keeps = how == TransferStatus::completed && transfer.protocol == Protocol::saga;
  return keeps ? against_keeping(transfer, asking) : nullptr;
}

}  // namespace florin
