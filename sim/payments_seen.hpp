// PaymentsSeen: how far each order and checkout has got, as durable entries say, for those who wait until nothing happens any
// more by itself.
#pragma once

#include <map>
#include <string>

#include "persistence/codec/entry_codec.hpp"
#include "sim/psp/provider_store.hpp"

namespace florin::sim {

struct OrderProgress {
  OrderPhase phase = OrderPhase::none;
  OrderWord told = OrderWord::nothing;
  bool owes_suspense = false;
  bool had_suspense = false;
  bool asks_wallet = false;  // of a parked one
  bool was_refused = false;  // ... since nobody changes accounts any more
};

class PaymentsSeen {
 public:
  void note(const DecodedEntry& entry);
  // From now on nobody changes accounts: a seller who is refused once more stays so.
  void accounts_stay() {
    for (auto& [name, order] : orders_) order.was_refused = false;
  }

  // What is still under way; empty: nothing, or only what people have to end: an order whose seller cannot be credited, and one of
  // which nobody can say whether its page was ever made.
  [[nodiscard]] std::string why_not_at_rest(const ProviderStore& provider) const;
  [[nodiscard]] const std::map<std::string, OrderProgress>& orders() const { return orders_; }

 private:
  void on(const OrderReserved& e) { orders_[e.order.str()].phase = OrderPhase::reserved; }
  void on(const OrderReleased& e) {
    OrderProgress& order = orders_[e.order.str()];
    if (order.phase == OrderPhase::reserved && claims_[e.order.str()] == e.claim)
      order.phase = OrderPhase::none;
  }
  void on(const OrderMoved& e) {
    OrderProgress& order = orders_[e.order.str()];
    order.phase = e.to;
    if (e.to == OrderPhase::parked) owe(order);
  }
  void on(const OrderAttentionRaised& e) {
    if (e.attention == OrderAttention::late_success) owe(orders_[e.order.str()]);
  }
  void on(const OrderCreditDue& e) { orders_[e.order.str()].asks_wallet = true; }
  void on(const OrderCreditRefused& e) {
    OrderProgress& order = orders_[e.order.str()];
    order.asks_wallet = false;
    order.was_refused = true;
  }
  void on(const OrderSuspensePosted& e) { orders_[e.order.str()].owes_suspense = false; }
  void on(const OrderTold& e) { orders_[e.order.str()].told = e.word; }
  void on(const CheckoutReceived& e) { checkouts_[e.checkout.str()] = CheckoutPhase::receiving; }
  void on(const CheckoutRefused& e) { checkouts_[e.checkout.str()] = CheckoutPhase::refused; }
  void on(const CheckoutKeyMoved& e) {
    if (!e.taken_by.empty()) checkouts_[e.checkout.str()] = CheckoutPhase::refused;
  }
  void on(const CheckoutAccepted& e) { checkouts_[e.checkout.str()] = CheckoutPhase::open; }
  void on(const CheckoutEnded& e) { checkouts_[e.checkout.str()] = e.phase; }
  void on(const auto&) {}

  static void owe(OrderProgress& order) {
    if (!order.had_suspense) order.owes_suspense = order.had_suspense = true;
  }
  static bool has_page(const ProviderStore& provider, const std::string& order);

  std::map<std::string, OrderProgress> orders_;
  std::map<std::string, OrderClaim> claims_;
  std::map<std::string, CheckoutPhase> checkouts_;
};

}  // namespace florin::sim
