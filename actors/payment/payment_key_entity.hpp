// The kind of Idempotency-Keys: awake while checkouts ask, then asleep until it is time to forget them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "actors/entity/kind_table.hpp"
#include "actors/payment/order_entity.hpp"
#include "actors/payment/payment_key_sides.hpp"
#include "actors/payment/payment_messages.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

struct PaymentKeyRow : SleeperRow {
  PaymentKeyState state;
  [[nodiscard]] const PaymentId& key() const { return state.id; }
};

// Its name is kept nowhere else: it goes after a day, and a row that is lost is missed by its time at the latest.
struct PaymentKeyEntity : StoredByPaymentId<PaymentKeyRow, Table::payment_keys,
                                            encode_payment_key_row, decode_payment_key_row> {
  using Messages = PaymentKeyMessages;
  using Sides = PaymentKeySides;
  using Row = PaymentKeyRow;
  using Key = PaymentId;
  using Hash = HashPaymentId;
  static constexpr std::string_view name = "payment_key";
  static constexpr std::uint16_t due_number = 3;
  static constexpr std::size_t resident_max = 50'000;

  static std::optional<Timestamp> due(const PaymentKeyState& key) { return key.forget_at; }
};

}  // namespace florin
