// Inputs of a payment order: the columns of the state table (PAYMENTS.md, section 2). What has
// happened (order_news.hpp) is one of these, given what the order knows: order_classify.hpp says
// which.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace florin {

// Stored as the cause of a move: only appended to.
enum class OrderInput : std::uint8_t {
  none = 0,
  // of its checkout
  reserve = 1,
  reserve_released = 2,  // of an attempt whose Release came before: refused
  release = 3,           // of the attempt that holds it
  release_other = 4,     // of an attempt that does not hold the order
  begin = 5,
  // of the risk service
  risk_ok = 6,
  risk_ok_wallet = 7,  // and the buyer's wallet pays
  risk_review = 8,
  risk_no = 9,
  risk_unknown = 10,  // not sent, unknown, silent
  risk_tries_spent = 11,
  // of wallets and the ledger
  debited = 12,
  debit_refused = 13,
  credited = 14,
  credit_refused = 15,
  returned = 16,
  return_refused = 17,
  posted = 18,
  // answers to the registration
  registered_open = 19,
  registered_action = 20,
  registered_processing = 21,
  registered_succeeded = 22,
  registered_unequal = 23,
  register_not_executed = 24,  // not sent, throttled, auth; an earlier send may have arrived
  register_unexecuted = 25,    // the same, and no earlier send can have arrived either
  register_maybe = 26,         // unknown, in progress
  register_spent = 27,         // the last try, or the key is too old
  register_refused = 28,       // nothing unknown before
  register_refused_unclear = 29,
  register_key_conflict = 30,
  register_declined = 31,
  // answers to a close
  closed = 32,
  close_failed = 33,  // refused, unknown
  close_spent = 34,
  close_not_executed = 35,
  // results of a read
  seen_open = 36,
  seen_action = 37,
  seen_processing = 38,
  seen_failed_attempt = 39,
  seen_unpaid_to_close = 40,  // open, action or a failed attempt, and a close was asked
  seen_succeeded = 41,
  seen_unequal = 42,         // succeeded, and not what was asked for
  seen_unequal_unpaid = 43,  // not what was asked for, and not paid
  seen_ended = 44,           // canceled, expired
  seen_absent = 45,
  seen_nothing = 46,   // the read itself came to nothing
  seen_outdated = 47,  // of an older read than one that was heard
  seen_other_object = 48,
  // of the provider, and of time
  hint = 49,
  poll = 50,
  expire = 51,
  expire_unexecuted = 52,  // no registration can have arrived, though one was tried
  expire_untried = 53,     // none was tried
  // of people
  cancel = 54,
  cancel_unexecuted = 55,  // no registration can have arrived
  cancel_again = 56,       // of what a cancel has ended
  retry = 57,
  discard_not_charged = 58,
  discard_charged = 59,
  discard_refunded = 60,
  accept = 61,
  refund = 62,
  settled = 63,  // a line of a settlement
  refunded = 64,
};
inline constexpr std::size_t order_input_count = 65;

inline constexpr std::array<std::string_view, order_input_count> order_input_names{
    "none",
    "reserve",
    "reserve_released",
    "release",
    "release_other",
    "begin",
    "risk_ok",
    "risk_ok_wallet",
    "risk_review",
    "risk_no",
    "risk_unknown",
    "risk_tries_spent",
    "debited",
    "debit_refused",
    "credited",
    "credit_refused",
    "returned",
    "return_refused",
    "posted",
    "registered_open",
    "registered_action",
    "registered_processing",
    "registered_succeeded",
    "registered_unequal",
    "register_not_executed",
    "register_unexecuted",
    "register_maybe",
    "register_spent",
    "register_refused",
    "register_refused_unclear",
    "register_key_conflict",
    "register_declined",
    "closed",
    "close_failed",
    "close_spent",
    "close_not_executed",
    "seen_open",
    "seen_action",
    "seen_processing",
    "seen_failed_attempt",
    "seen_unpaid_to_close",
    "seen_succeeded",
    "seen_unequal",
    "seen_unequal_unpaid",
    "seen_ended",
    "seen_absent",
    "seen_nothing",
    "seen_outdated",
    "seen_other_object",
    "hint",
    "poll",
    "expire",
    "expire_unexecuted",
    "expire_untried",
    "cancel",
    "cancel_unexecuted",
    "cancel_again",
    "retry",
    "discard_not_charged",
    "discard_charged",
    "discard_refunded",
    "accept",
    "refund",
    "settled",
    "refunded"};
constexpr std::string_view to_string(OrderInput input) {
  return order_input_names[static_cast<std::size_t>(input)];
}

}  // namespace florin
