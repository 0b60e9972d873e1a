// The state table of a payment order (PAYMENTS.md, section 2), as data: phase x input -> next phase
// and what else is done. order_table.cpp holds its rows, in the order of the text;
// tests/unit/domain/payment/order_table_test.cpp walks every cell against a copy of its own.
//
// A cell that no row lists is "record as seen, no effect". Everything that a phase owes (calls,
// credit, ledger, telling the checkout) is not an effect of a cell but a function of the state
// (order_steps.hpp): the table only says what an input adds to it.
#pragma once

#include <cstdint>

#include "domain/payment/order/order_input.hpp"
#include "domain/payment/order/order_phase.hpp"

namespace florin {

// What whoever asked hears. Not stored, but told between partitions: only appended to.
enum class OrderReply : std::uint8_t {
  none,
  reserved,     // to Reserve: it is yours
  same,         // ... it is yours already
  busy,         // ... another checkout holds it, and has not been accepted yet: ask again
  taken,        // ... another checkout has it for good
  released,     // to Release; and to the Reserve of an attempt that was released
  begun,        // to Begin
  cancelled,    // to a cancel: 200, it is over
  cancelling,   // ... 202
  in_progress,  // ... 409 payment_in_progress
  final_,       // ... 409 payment_final
  not_found,    // ... 404: nobody may see a reserved order
};

struct OrderCell {
  bool is_listed = false;
  // Not built yet (wallet and token methods, risk review, operators, refunds):
  // reaching it raises an alarm, and the phase stays.
  bool is_later = false;
  bool moves = false;
  OrderPhase next = OrderPhase::none;  // when it moves
  OrderFailure failure =
      OrderFailure::none;  // of `failed`; none there: as was asked, or as the provider says
  OrderFailure asks_close = OrderFailure::none;  // from now on it is to be closed, for this reason
  bool reads = false;                            // a read of the provider, if a call has left
  OrderAttention attention = OrderAttention::none;
  OrderReply reply = OrderReply::none;
  bool operator==(const OrderCell&) const = default;
};

const OrderCell& order_cell(OrderPhase phase, OrderInput input) noexcept;

// A provider has been asked, or is about to be: `registering` up to `mismatch`.
constexpr bool is_at_psp(OrderPhase phase) {
  return phase >= OrderPhase::registering && phase <= OrderPhase::mismatch;
}

}  // namespace florin
