// What the handlers of payment orders, checkouts and Idempotency-Keys do beyond reading their own entity (actors/entity/uses.hpp).
#pragma once

#include <type_traits>
#include <variant>

#include "actors/entity/uses.hpp"
#include "actors/messages/messages.hpp"

namespace florin {

template <class Events>
struct EmitsEachOf;
template <class... Events>
struct EmitsEachOf<std::variant<Events...>> : std::type_identity<Emits<Events...>> {};

struct OrderUses {
  // Whatever it hears may lead to any event, and to whatever the order owes from then on.
  using Deciding = Uses<ReadsTime, EmitsEachOf<AnyOrderEvent>::type,
                        Tells<OrderAnswered, TellCheckout, DoMoneyStep, EnterMoneyStep>,
                        CallsOutside, Replies, Alarms>;

  static Uses<Replies> of(const GetPayment&);
  static Deciding of(const auto&);
  static Deciding when_due();
};

struct CheckoutUses {
  using Deciding = Uses<
      ReadsTime, EmitsEachOf<AnyCheckoutEvent>::type,
      Tells<ReserveOrder, ReleaseOrder, BeginOrder, CheckoutHeard, ReserveKey, ReleaseKey, KeepKey>,
      Replies, Alarms>;

  static Uses<Replies> of(const GetCheckout&);
  static Deciding of(const auto&);
  static Uses<ReadsTime,
              Tells<ReserveOrder, ReleaseOrder, BeginOrder, ReserveKey, ReleaseKey, KeepKey>>
  when_due();
};

struct PaymentKeyUses {
  using Deciding =
      Uses<ReadsTime, EmitsEachOf<AnyPaymentKeyEvent>::type, Tells<KeyAnswered>, Alarms>;

  static Uses<ReadsTime, Replies> of(const GetPaymentKey&);
  static Deciding of(const auto&);
  static Uses<ReadsTime, Emits<PaymentKeyForgotten>> when_due();
};

}  // namespace florin
