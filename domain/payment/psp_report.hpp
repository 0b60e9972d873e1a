// PspReport: what a provider says of the object of one order, in an answer or a read, without what
// is only the provider's. And whether that is what the order asked for.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <tuple>

#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"
#include "domain/payment/payment_id.hpp"
#include "domain/payment/psp_outcome.hpp"

namespace florin {

enum class PspStatus : std::uint8_t {
  none = 0,            // it said nothing of an object
  open = 1,            // the payer may pay
  action = 2,          // the payer has something to do (3-D Secure)
  processing = 3,      // it is being decided
  failed_attempt = 4,  // declined; the payer may pay again
  canceled = 5,        // over, unpaid
  expired = 6,         // over, unpaid
  succeeded = 7,
};
// `succeeded`, `canceled` and `expired` are never left again (rule 3: they absorb).
constexpr bool is_absorbing(PspStatus status) { return status >= PspStatus::canceled; }

namespace limits {
inline constexpr std::size_t psp_reference_chars_max = 255;
inline constexpr std::size_t psp_code_chars_max = 64;
inline constexpr std::size_t psp_url_chars_max = 2'048;
inline constexpr std::size_t psp_request_bytes_max = 16 * 1024;  // rule 12
}  // namespace limits

struct PspReport {
  static constexpr std::array field_names{"status", "object",   "payment",     "order",
                                          "amount", "received", "currency",    "livemode",
                                          "url",    "attempt",  "decline_code"};
  static auto fields(auto& self) {
    return std::tie(self.status, self.object, self.payment, self.order, self.amount, self.received,
                    self.currency, self.livemode, self.url, self.attempt, self.decline_code);
  }
  PspStatus status = PspStatus::none;
  std::string object;   // its id of what we registered: our token
  std::string payment;  // its id of the payment below that, once it says one
  PaymentId order;      // the payment_order_id that stands there
  Minor amount = 0;     // in the provider's own minor units, not in those of ISO 4217
  Minor received = 0;   // the same, captured
  Currency currency;
  bool livemode = false;
  std::string url;      // where the payer pays
  std::string attempt;  // its id of the newest attempt that failed: whether a decline is a new one
  std::string decline_code;  // of that one
  bool operator==(const PspReport&) const = default;
};

// Texts come from outside and go into the log and the order: what is longer is not read (`unknown`).
inline bool is_within_bounds(const PspReport& report) {
  return report.object.size() <= limits::psp_reference_chars_max &&
         report.payment.size() <= limits::psp_reference_chars_max &&
         report.attempt.size() <= limits::psp_reference_chars_max &&
         report.decline_code.size() <= limits::psp_code_chars_max &&
         report.url.size() <= limits::psp_url_chars_max;
}

// What the order asked for, in the provider's words.
struct PspExpectation {
  PaymentId order;
  Minor amount = 0;  // in the provider's minor units
  Currency currency;
  bool livemode = false;
};

// It speaks of this order. Enough to believe that its object is over: then nothing was captured, whatever the amount.
inline bool is_of(const PspExpectation& expected, const PspReport& said) {
  return said.order == expected.order && said.livemode == expected.livemode;
}
// Of all that money hangs on. The captured amount is compared when it says that it has succeeded;
// before, nothing is captured.
inline bool is_equal(const PspExpectation& expected, const PspReport& said) {
  const bool amounts = said.amount == expected.amount &&
                       (said.status != PspStatus::succeeded || said.received == expected.amount);
  return amounts && said.currency == expected.currency && is_of(expected, said);
}

// One answer to a call or a read, as it reaches the order.
struct PspAnswerSeen {
  PspOutcome outcome = PspOutcome::unknown;
  PspReport report;                 // with `ok` and `mismatch`
  std::int64_t retry_after_us = 0;  // with `throttled`; 0: it said none
  bool is_unreadable = false;       // a 2xx that is empty, HTML, cut or too large
  bool was_sent_twice = false;      // twice the request left (libcurl did it)
  bool is_stored_answer = false;    // marked as the replay of an answer that is kept under the key
  bool found_several = false;       // of a list: more than one object of this order
  std::string code;                 // the provider's own error code; cut by the adapter
  bool operator==(const PspAnswerSeen&) const = default;
};

}  // namespace florin
