// What the handlers of payment orders and checkouts do beyond reading their own entity (actors/entity/uses.hpp).
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
  using Deciding =
      Uses<ReadsTime, EmitsEachOf<AnyCheckoutEvent>::type,
           Tells<ReserveOrder, ReleaseOrder, BeginOrder, CheckoutHeard>, Replies, Alarms>;

  static Uses<Replies> of(const GetCheckout&);
  static Deciding of(const auto&);
  static Uses<ReadsTime, Tells<ReserveOrder, ReleaseOrder, BeginOrder>> when_due();
};

}  // namespace florin
