// Reads the body of POST /v1/payments and says all that is wrong with it at once, before any state, configuration or clock is
// looked at. What those have against a request that is right by itself: payment_terms.hpp.
//
// Nothing of a person is taken (rule 12): `name`, `email`, `description` and `metadata` are keys that are not known.
#pragma once

#include <string>
#include <vector>

#include "api/json/json_reader.hpp"
#include "api/problem/problem_details.hpp"
#include "base/ids.hpp"
#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"
#include "domain/payment/payment_id.hpp"

namespace florin {

struct PaymentOrderAsked {
  PaymentId id;
  AccountId seller;
  Minor amount = 0;   // minor units of ISO 4217; above 0
  Currency currency;  // none: it is wrong
};

// By the method `hosted`, and with `release: auto`: there are no others yet.
struct PaymentRequest {
  PaymentId checkout;
  AccountId buyer;                        // empty: it names none
  std::string psp;                        // that it names; empty: whoever the routes say
  std::vector<PaymentOrderAsked> orders;  // in the order of the request
  std::string return_url;
  Timestamp expires_at;  // that it names; none: the default, counted from acceptance
};

struct PaymentRequestRead {
  PaymentRequest request;           // whole if nothing is wrong; otherwise what could be read
  std::vector<ProblemPart> faults;  // in the order of the body, at most problem_parts_max
};

PaymentRequestRead read_payment_request(const JsonObject& body);

}  // namespace florin
