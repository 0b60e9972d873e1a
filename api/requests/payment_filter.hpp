// Which payments a list is asked for: the query of GET /v1/payments.
#pragma once

#include <array>
#include <string_view>

#include "api/requests/query.hpp"
#include "domain/payment/order/order_filter.hpp"

namespace florin {

// The parameters that say which; by this place in what read_payment_filter() takes.
inline constexpr std::array<std::string_view, 10> payment_filter_names{
    "status", "sub_status",    "seller_account", "buyer_account", "checkout_id",
    "psp",    "psp_reference", "attention",      "from",          "to"};

// `values`: decoded; those that are not given let all through. A fault names its parameter.
Result<OrderFilter, InputFault> read_payment_filter(
    const QueryValues<payment_filter_names.size()>& values);

}  // namespace florin
