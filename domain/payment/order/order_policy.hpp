// How long a payment order waits, and where: configuration. What is decided with it stands in the events.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/ids.hpp"
#include "domain/payment/order/order_phase.hpp"
#include "domain/payment/psp_terms.hpp"

namespace florin {

// Microseconds all.
struct OrderPolicy {
  static constexpr std::int64_t second = 1'000'000;
  static constexpr std::int64_t minute = 60 * second;
  static constexpr std::int64_t hour = 60 * minute;

  bool has_risk_service = false;  // else every order passes
  // A send, or a read, of which nothing has been heard for so long is given up for lost (a node
  // died with it). Longer than any executor works on one, or a live one is sent twice (under one
  // key: harmless, and a try too many).
  std::int64_t call_patience_us = 60 * second;
  std::int64_t backoff_us_first = second;
  std::int64_t backoff_us_max = minute;  // rule 5
  std::int64_t poll_awaiting_us = minute;
  std::int64_t poll_action_us = 15 * second;
  std::int64_t poll_pending_us = minute;
  std::int64_t poll_cancelling_us = minute;
  std::int64_t poll_unresolved_us = 5 * minute;  // in the first hour
  std::int64_t poll_later_us = hour;             // then, and of a mismatch
  std::int64_t pending_alert_us = 5 * minute;    // past expires_at
  std::int64_t step_again_us = second;           // a step inside (wallet, ledger, checkout)
  std::int64_t step_alert_us = minute;
  std::int64_t parked_again_us = 24 * hour;
};

// What a decision is made with, beside the state and what has happened.
struct OrderContext {
  Timestamp now;  // of the entry that this turn becomes
  OrderPolicy policy;
  PspTerms psp;  // of the order's provider
};

// Doubles up to a bound, and a quarter of jitter: the same history always gives the same times.
// `ended`: how often in a row it has come to nothing, from 1.
inline std::int64_t order_backoff_us(const OrderPolicy& policy, std::uint32_t ended,
                                     std::uint64_t jitter) {
  std::int64_t wait = policy.backoff_us_first;
  for (std::uint32_t i = 1; i < ended && wait < policy.backoff_us_max; ++i) wait *= 2;
  wait += static_cast<std::int64_t>((jitter + ended) % 1024) * wait / 4096;
  return std::min(wait, policy.backoff_us_max);
}

// When the provider is read by time in this phase, entered at `since`; none: never.
inline Timestamp next_poll(OrderPhase phase, Timestamp since, const OrderContext& context) {
  const OrderPolicy& policy = context.policy;
  if (!context.psp.has_reads) return {};
  switch (phase) {
    case OrderPhase::awaiting_payer: return context.now + policy.poll_awaiting_us;
    case OrderPhase::action: return context.now + policy.poll_action_us;
    case OrderPhase::psp_pending: return context.now + policy.poll_pending_us;
    case OrderPhase::cancelling: return context.now + policy.poll_cancelling_us;
    case OrderPhase::unresolved:
      return context.now + (context.now < since + OrderPolicy::hour ? policy.poll_unresolved_us
                                                                    : policy.poll_later_us);
    case OrderPhase::mismatch: return context.now + policy.poll_later_us;
    case OrderPhase::none:
    case OrderPhase::reserved:
    case OrderPhase::risk_check:
    case OrderPhase::risk_review:
    case OrderPhase::debiting:
    case OrderPhase::wallet_crediting:
    case OrderPhase::returning:
    case OrderPhase::registering:
    case OrderPhase::crediting:
    case OrderPhase::parked:
    case OrderPhase::posting:
    case OrderPhase::done:
    case OrderPhase::failed: return {};
  }
  return {};
}

}  // namespace florin
