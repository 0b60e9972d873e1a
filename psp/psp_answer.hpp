// What a payment provider has said, as far as anybody may know it: ids, states, times, amounts, codes. Whatever else was in an
// answer stays in its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/sha256.hpp"
#include "domain/money/currency.hpp"
#include "psp/psp_class.hpp"
#include "psp/psp_request.hpp"

namespace florin::psp {

// Of a payment at the provider. `succeeded` and `canceled` are final there.
enum class PspState : std::uint8_t {
  open,             // waits for the payer
  failed_attempt,   // waits for the payer, whose last try was declined
  requires_action,  // the payer is being asked by the bank
  processing,       // the bank has not said yet
  succeeded,
  canceled,  // nothing can be paid on it any more: canceled, or a late no after the payer was done
  expired,   // the same, by its time
};

struct PspDecline {
  std::string
      attempt;  // the provider's id of what was tried: whether a decline is a new one; empty: it does not say
  std::string code;          // "card_declined"; empty: none
  std::string decline_code;  // "insufficient_funds"
  bool operator==(const PspDecline&) const = default;
};

// What a card's network said of it. Empty: it did not say.
struct PspCard {
  std::string brand;        // "visa"
  std::string last4;        // four digits
  std::string cvc_check;    // "pass", "fail", "unavailable", "unchecked"
  std::string line1_check;  // the same, of the address
  std::string postal_check;
  bool operator==(const PspCard&) const = default;
};

// One payment at the provider: a session, its intent, or both.
struct PspSeen {
  std::string session_id;  // empty: only an intent was seen
  std::string intent_id;   // empty: nobody has begun to pay
  PspState state = PspState::open;
  std::string payer_url;             // where the payer pays; of what is open
  std::int64_t amount = 0;           // all amounts in the provider's units (PspCurrency)
  std::int64_t amount_received = 0;  // of a success
  Currency currency;                 // none: one that we do not know
  OrderMarks marks;                  // empty: not ours
  bool is_live = false;
  std::int64_t created_at_s = 0;
  std::int64_t expires_at_s = 0;  // 0: does not
  PspDecline decline;
  PspCard card;
  bool operator==(const PspSeen&) const = default;
};

// What must be equal, and is not.
enum class PspField : std::uint8_t { object, order, cluster, amount, currency, livemode, status };
std::string_view to_string(PspField field);

// With which words the provider said no. Its message is for nobody: it may hold anything.
struct PspRefusal {
  std::string type;
  std::string code;
  std::string decline_code;
  std::string param;
  bool operator==(const PspRefusal&) const = default;
};

// Beside the class: what people are told.
enum class PspNotice : std::uint8_t {
  unreadable,   // psp_unreadable: an answer of success that nobody can read, or cut, or too large
  sent_twice,   // psp_sent_twice
  two_objects,  // psp_two_objects: more than one payment for the order, or another one than before
  redirected,   // a 3xx: never followed
  unexpected,   // a status that this provider does not use
};
std::string_view to_string(PspNotice notice);

struct PspAnswer {
  PspClass outcome = PspClass::unknown;
  // ok and mismatch: of one payment, it; of a list the one that tells most, if the list has any of the order's.
  std::optional<PspSeen> seen;
  std::vector<PspSeen> found;  // of a list: all of this order, at most a page
  // Of a list that goes on: with what the next page is asked. Then nothing is absent yet.
  std::string next;
  std::vector<PspField> unequal;  // of a mismatch, never empty
  std::optional<PspRefusal> refusal;
  bool is_replay = false;          // said before, under the same key: to send it again is of no use
  std::int64_t retry_after_s = 0;  // not before; 0: as it likes
  std::vector<PspNotice> notices;
  std::uint16_t status = 0;  // of HTTP; 0: none
  std::string request_id;    // the provider's name for this exchange, for its support
  Sha256 body_hash{};        // SHA-256 of the raw body
};

// What the order knows of itself, that an answer must agree with.
struct PspExpectation {
  OrderMarks marks;
  std::int64_t amount = 0;  // in the provider's units, as they were when the order was accepted
  Currency currency;
  bool is_live = false;
  std::string session_id;  // known so far; empty: none
  std::string intent_id;
};

}  // namespace florin::psp
