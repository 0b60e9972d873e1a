// The kind of checkouts: awake when needed; due only while it owes its orders something.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "actors/entity/kind_table.hpp"
#include "actors/entity/waiter.hpp"
#include "actors/payment/checkout_sides.hpp"
#include "actors/payment/order_entity.hpp"
#include "actors/payment/payment_messages.hpp"
#include "domain/payment/checkout/checkout_decide.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

struct CheckoutRow : SleeperRow {
  CheckoutState state;
  // No state: who waits until its orders can be paid. Asleep, or after a crash, nobody does: their desks' patience ends, and they ask.
  std::vector<Waiter> waiters;
  [[nodiscard]] const PaymentId& key() const { return state.id; }
};

struct CheckoutEntity
    : NamedByPaymentId<CheckoutRow, Table::checkouts, encode_checkout, decode_checkout> {
  using Messages = CheckoutMessages;
  using Sides = CheckoutSides;
  using Row = CheckoutRow;
  using Key = PaymentId;
  using Hash = HashPaymentId;
  static constexpr std::string_view name = "checkout";
  static constexpr std::uint16_t due_number = 2;
  static constexpr std::size_t resident_max = 50'000;

  static std::optional<Timestamp> due(const CheckoutState& checkout) {
    return florin::due(checkout);
  }
};

}  // namespace florin
