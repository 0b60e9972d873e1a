// OrderFilter: which payment orders somebody wants to see (PAYMENTS.md, section 5). What is not said lets all through.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>

#include "base/ids.hpp"
#include "domain/payment/order/order_phase.hpp"
#include "domain/payment/order/order_state.hpp"
#include "domain/payment/payment_id.hpp"

namespace florin {

struct OrderFilter {
  static constexpr Timestamp no_end{std::numeric_limits<std::int64_t>::max()};
  static constexpr std::array field_names{"statuses", "sub_status", "seller",        "buyer",
                                          "checkout", "psp",        "psp_reference", "attention",
                                          "from",     "to"};
  static auto fields(auto& self) {
    return std::tie(self.statuses, self.sub_status, self.seller, self.buyer, self.checkout,
                    self.psp, self.psp_reference, self.attention, self.from, self.to);
  }
  std::uint8_t statuses = 0;  // bits by OrderStatus; 0: any
  std::string sub_status;     // the word of sub_status_of()
  AccountId seller;
  AccountId buyer;
  PaymentId checkout;
  std::string psp;
  std::string psp_reference;  // the provider's id of the page, or of the payment below it
  OrderAttention attention = OrderAttention::none;
  Timestamp from;         // begun then or later
  Timestamp to = no_end;  // begun before
  bool operator==(const OrderFilter&) const = default;
};

constexpr std::uint8_t bit_of(OrderStatus status) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(status));
}

bool matches(const OrderState& order, const OrderFilter& filter);

// A sub status that an order can show, whatever its status.
bool is_sub_status(std::string_view word);

}  // namespace florin
