// What tells a repeat from another request: hashes of what a request for payments says, whatever it looks like on the wire. Pure.
//
// Amounts count by their value, orders by their ids (in any order), and what is left out as left out: a default that depends on
// the clock or the configuration is no part of it, so the same bytes sent a minute later are the same request. They are stored with
// the checkout: what is hashed, and how, is never changed, only versioned (the first line of it).
#pragma once

#include <string_view>

#include "api/requests/payment_request.hpp"
#include "base/sha256.hpp"

namespace florin {

// Of the whole request.
Sha256 content_of(const PaymentRequest& request);
// Of what one of its orders is reserved for: the order, and what the request says of all.
Sha256 content_of(const PaymentRequest& request, const PaymentOrderAsked& order);

// Of an Idempotency-Key of this credential (empty: there are none yet). Zero: no key was sent.
Sha256 idempotency_key_hash(std::string_view credential, std::string_view key);

}  // namespace florin
