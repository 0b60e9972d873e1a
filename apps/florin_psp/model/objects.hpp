// What the sandbox stores, in Stripe's words. Amounts are integers of the currency's smallest unit as Stripe counts it
// (currency_rules.hpp), times are seconds since 1970 of the sandbox's clock.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace florin::sandbox {

using Metadata = std::map<std::string, std::string>;

enum class IntentStatus {
  requires_payment_method,
  requires_confirmation,
  requires_action,  // 3-D Secure
  processing,
  succeeded,
  canceled,
};

struct PaymentIntent {
  std::string id;
  std::int64_t amount = 0;
  std::string currency;  // lower case
  IntentStatus status = IntentStatus::requires_payment_method;
  std::int64_t amount_received = 0;
  std::int64_t created = 0;
  std::int64_t canceled_at = 0;
  std::string cancellation_reason;
  std::string payment_method;  // token of the card tried last: "pm_card_visa"
  std::string session;         // of a hosted page; empty: made by itself
  std::string latest_charge;
  std::string last_payment_error;  // JSON of the decline, empty: none
  std::string return_url;          // after 3-D Secure, of an intent without a session
  std::string description;
  Metadata metadata;
};

enum class SessionStatus { open, complete, expired };

struct CheckoutSession {
  std::string id;
  std::int64_t amount_total = 0;
  std::string currency;
  SessionStatus status = SessionStatus::open;
  bool is_paid = false;
  std::int64_t created = 0;
  std::int64_t expires_at = 0;
  std::string success_url;  // may hold {CHECKOUT_SESSION_ID}
  std::string cancel_url;   // may be empty
  std::string client_reference_id;
  std::string payment_intent;  // made when the payer first submits a card, as Stripe does
  std::string item_name;       // what the page shows
  Metadata metadata;
  Metadata intent_metadata;  // payment_intent_data[metadata]
  std::string intent_description;
};

enum class ChargeStatus { succeeded, failed };

struct Charge {
  std::string id;
  std::string payment_intent;
  std::int64_t amount = 0;
  std::int64_t amount_refunded = 0;  // all refunds that have not failed
  std::string currency;
  ChargeStatus status = ChargeStatus::succeeded;
  std::string card;  // token
  std::string failure_code;
  std::string decline_code;
  std::string failure_message;
  std::int64_t created = 0;
  Metadata metadata;
};

enum class RefundStatus { pending, succeeded, failed };

struct Refund {
  std::string id;
  std::string charge;
  std::string payment_intent;
  std::int64_t amount = 0;
  std::string currency;
  RefundStatus status = RefundStatus::succeeded;
  std::string reason;
  std::int64_t created = 0;
  Metadata metadata;
};

struct Event {
  std::string id;
  std::string type;
  std::int64_t created = 0;
  std::string order;   // metadata[payment_order_id] of its object; empty: none
  std::string object;  // JSON of the object as it was then
  std::string request_id;
  std::string idempotency_key;
  std::int64_t endpoints = 0;  // it was for
};

struct WebhookEndpoint {
  std::string id;
  std::string url;
  std::string secret;
  std::vector<std::string> enabled_events;  // "*": all
  bool is_enabled = true;
  std::int64_t created = 0;
  Metadata metadata;
};

}  // namespace florin::sandbox
