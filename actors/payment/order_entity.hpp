// The kind of payment orders: awake when needed, asleep for days between two of its times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "actors/entity/kind_table.hpp"
#include "actors/entity/stored_as.hpp"
#include "actors/payment/order_sides.hpp"
#include "actors/payment/payment_messages.hpp"
#include "domain/payment/order/order_steps.hpp"
#include "domain/wallet/money_step.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

struct OrderRow : SleeperRow {
  OrderState state;
  [[nodiscard]] const PaymentId& key() const { return state.id; }
};

struct HashPaymentId {
  std::size_t operator()(const PaymentId& id) const { return hash64(id.view()); }
};

// Tables of payments: the id is the key.
template <class Row, Table of, auto Encode, auto Decode>
struct StoredByPaymentId : StoredAs<Row, &Row::state, Decode> {
  static constexpr Table table = of;
  static std::string key_bytes(const PaymentId& id) { return id.str(); }
  static Result<PaymentId, Error> parse_key(std::string_view bytes) {
    return decode_payment_key(bytes);
  }
  static std::uint64_t jitter(const PaymentId& id) { return jitter_of(id); }
  static void put(RowBatch& rows, const Row& row) {
    rows.put(of, row.state.id.view(), Encode(row.state));
  }
  static void remove(RowBatch& rows, const PaymentId& id) { rows.remove(of, id.view()); }
};
// And a name beside it, of [table u8][id], which tells a row that is lost from one that never was: an order that nobody remembers would be
// charged again.
template <class Row, Table of, auto Encode, auto Decode>
struct NamedByPaymentId : StoredByPaymentId<Row, of, Encode, Decode> {
  static std::string name_key(const PaymentId& id) {
    return std::string(1, static_cast<char>(of)) + id.str();
  }
  static void put_first(RowBatch& rows, const Row& row) {
    rows.put(Table::payment_names, name_key(row.key()), {});
  }
};

struct OrderEntity : NamedByPaymentId<OrderRow, Table::orders, encode_order, decode_order> {
  using Messages = OrderMessages;
  using Sides = OrderSides;
  using Row = OrderRow;
  using Key = PaymentId;
  using Hash = HashPaymentId;
  static constexpr std::string_view name = "payment_order";
  static constexpr std::uint16_t due_number = 1;
  static constexpr std::size_t resident_max = 50'000;  // 2 KiB each, with its request 4

  static std::optional<Timestamp> due(const OrderState& order) { return florin::due(order); }

  // `visit(step)` for each step of money of it that is not over. It is asked for by the event that is named, in partition `here`.
  template <class Visit>
  static void for_each_asked_step(const OrderState& order, const PartitionMap& map,
                                  PartitionId here, Visit&& visit) {
    const bool is_credited = order.phase == OrderPhase::crediting ||
                             order.phase == OrderPhase::posting ||
                             (order.phase == OrderPhase::parked && order.credit_at.is_none());
    if (is_credited && !order.credit_asked.is_none())
      visit(AskedStep{order.credit_asked, map.partition_of(order.terms.seller)});
    if (order.suspense == OrderSuspense::owed) visit(AskedStep{order.suspense_asked, here});
  }
};

}  // namespace florin
