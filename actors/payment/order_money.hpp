// The money steps of a payment order: what its wallet and ledger flows are in the words of domain/wallet. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "domain/payment/order/order_news.hpp"
#include "domain/payment/order/order_state.hpp"
#include "domain/wallet/money_step.hpp"

namespace florin {

MoneyRule rule_of(LedgerFlow flow);
// None: no order asks for a step of that rule.
std::optional<LedgerFlow> flow_of(MoneyRule rule);

// What is asked for, the same each time: all of it is fixed before it comes to be owed. None: what came cannot be said in a
// currency that we know, so it is in no book; people have been told (mismatch).
std::optional<StepContent> money_step_of(const OrderState& order, LedgerFlow flow,
                                         std::uint32_t number);

}  // namespace florin
