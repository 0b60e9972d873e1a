// Words of payments that answers show and the domain does not store: why a payment failed, for people and programs, and by whom it
// was moved.
#pragma once

#include <string>
#include <string_view>

#include "api/problem/problem_codes.hpp"
#include "domain/payment/order/order_state.hpp"

namespace florin {

// What a shop is told of a failure: whether the same purchase may be tried again, with new ids.
struct FailureWords {
  std::string_view message;
  Retry retry = Retry::never;
};
FailureWords failure_words(OrderFailure failure);

// Who brought it about: client, psp, wallet, ledger, risk, operator, or florin itself.
std::string_view author_of(OrderInput input);

}  // namespace florin
