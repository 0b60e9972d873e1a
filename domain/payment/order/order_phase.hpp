// Phases of a payment order: the rows of the state table (PAYMENTS.md, section 2), and the words that go with them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace florin {

enum class OrderStatus : std::uint8_t { not_started, executing, success, failed };
// `payment_order_status` of the API.
inline constexpr std::array<std::string_view, 4> order_status_names{"NOT_STARTED", "EXECUTING",
                                                                    "SUCCESS", "FAILED"};
constexpr std::string_view to_string(OrderStatus status) {
  return order_status_names[static_cast<std::size_t>(status)];
}

// Stored: only appended to. `none`: no checkout has it; what was released leaves its flag there.
enum class OrderPhase : std::uint8_t {
  none = 0,
  reserved = 1,
  risk_check = 2,
  risk_review = 3,
  debiting = 4,
  wallet_crediting = 5,
  returning = 6,
  registering = 7,
  awaiting_payer = 8,
  action = 9,
  psp_pending = 10,
  cancelling = 11,
  unresolved = 12,
  mismatch = 13,
  crediting = 14,
  parked = 15,
  posting = 16,
  done = 17,
  failed = 18,
};
inline constexpr std::size_t order_phase_count = 19;

struct OrderPhaseWords {
  OrderPhase phase;
  std::string_view name;  // `sub_status` of the API; of `failed` the failure's code stands there
  OrderStatus status;
};
inline constexpr std::array<OrderPhaseWords, order_phase_count> order_phase_words{{
    {OrderPhase::none, "none", OrderStatus::not_started},
    {OrderPhase::reserved, "reserved", OrderStatus::not_started},
    {OrderPhase::risk_check, "risk_check", OrderStatus::not_started},
    {OrderPhase::risk_review, "risk_review", OrderStatus::not_started},
    {OrderPhase::debiting, "debiting", OrderStatus::executing},
    {OrderPhase::wallet_crediting, "wallet_crediting", OrderStatus::executing},
    {OrderPhase::returning, "returning", OrderStatus::executing},
    {OrderPhase::registering, "registering", OrderStatus::executing},
    {OrderPhase::awaiting_payer, "awaiting_payer", OrderStatus::executing},
    {OrderPhase::action, "action", OrderStatus::executing},
    {OrderPhase::psp_pending, "psp_pending", OrderStatus::executing},
    {OrderPhase::cancelling, "cancelling", OrderStatus::executing},
    {OrderPhase::unresolved, "unresolved", OrderStatus::executing},
    {OrderPhase::mismatch, "mismatch", OrderStatus::executing},
    {OrderPhase::crediting, "crediting", OrderStatus::success},
    {OrderPhase::parked, "parked", OrderStatus::success},
    {OrderPhase::posting, "posting", OrderStatus::success},
    {OrderPhase::done, "done", OrderStatus::success},
    {OrderPhase::failed, "failed", OrderStatus::failed},
}};
constexpr std::string_view to_string(OrderPhase phase) {
  return order_phase_words[static_cast<std::size_t>(phase)].name;
}
constexpr OrderStatus status_of(OrderPhase phase) {
  return order_phase_words[static_cast<std::size_t>(phase)].status;
}

// Why an order FAILED, or why it is being closed. Stored: only appended to.
enum class OrderFailure : std::uint8_t {
  none = 0,
  risk_rejected = 1,
  card_declined = 2,
  authentication_failed = 3,
  expired = 4,
  canceled = 5,
  psp_refused = 6,
  psp_unreachable = 7,
  seller_unavailable = 8,
  mismatch = 9,
  wallet_refused = 10,  // the wallet's own code stands beside it
};
inline constexpr std::array<std::string_view, 11> order_failure_names{
    "none",          "risk_rejected", "card_declined",   "authentication_failed", "expired",
    "canceled",      "psp_refused",   "psp_unreachable", "seller_unavailable",    "mismatch",
    "wallet_refused"};
constexpr std::string_view to_string(OrderFailure failure) {
  return order_failure_names[static_cast<std::size_t>(failure)];
}

// What somebody should look at. Each is raised once, and stays with the order. Stored as bits: only appended to.
enum class OrderAttention : std::uint8_t {
  none = 0,
  late_success = 1,        // paid after it FAILED
  psp_two_objects = 2,     // an answer named another object than the one known
  psp_contradicts = 3,     // failed or canceled after SUCCESS
  mismatch = 4,            // amount, currency, order id or livemode differ
  seller_unavailable = 5,  // parked: the seller cannot be credited
  dead_letter = 6,         // unresolved
  key_conflict = 7,        // other bytes under our key
  psp_unreadable = 8,      // a 2xx that cannot be read
  psp_sent_twice = 9,      // one send left twice
  pending_too_long = 10,   // the provider does not decide
  step_too_long = 11,      // wallet or ledger do not answer
};
inline constexpr std::array<std::string_view, 12> order_attention_names{
    "none",           "late_success",       "psp_two_objects",  "psp_contradicts",
    "mismatch",       "seller_unavailable", "dead_letter",      "key_conflict",
    "psp_unreadable", "psp_sent_twice",     "pending_too_long", "step_too_long"};
constexpr std::string_view to_string(OrderAttention attention) {
  return order_attention_names[static_cast<std::size_t>(attention)];
}

}  // namespace florin
