// One function for each question.
#include "domain/payment/key/payment_key_decide.hpp"

#include "domain/payment/order/claim_flags.hpp"

namespace florin {
namespace {

PaymentKeyDecision key_reply(OrderReply reply) {
  PaymentKeyDecision decision;
  decision.reply = reply;
  return decision;
}
PaymentKeyDecision key_event(AnyPaymentKeyEvent event, OrderReply reply) {
  PaymentKeyDecision decision = key_reply(reply);
  decision.event = std::move(event);
  return decision;
}
PaymentKeyDecision key_alarm(const char* what) {
  PaymentKeyDecision decision;
  decision.alarm = what;
  return decision;
}

// A day of its own partition's time: another one's may be ahead or behind by more than that.
Timestamp day_from(Timestamp now) { return now + idempotency_key_us; }

PaymentKeyDecision decide_reserve(const PaymentKeyState& key, const PaymentKeyAsked& asked,
                                  Timestamp now) {
  if (has_flag(key.flags, asked.claim)) return key_reply(OrderReply::released);
  if (!key.is_held(now))
    return key_event(PaymentKeyReserved{key.id, asked.claim, day_from(now)}, OrderReply::reserved);
  if (key.is_held_by(asked.claim)) return key_reply(OrderReply::same);
  const bool is_kept = key.phase == PaymentKeyPhase::kept;
  PaymentKeyDecision decision = key_reply(is_kept ? OrderReply::taken : OrderReply::busy);
  decision.holder = key.claim.checkout;
  return decision;
}

PaymentKeyDecision decide_release(const PaymentKeyState& key, const PaymentKeyAsked& asked,
                                  Timestamp now) {
  const bool is_its = key.is_held_by(asked.claim);
  if (is_its && key.phase == PaymentKeyPhase::kept)
    return key_alarm("payment key: released by the attempt that has kept it");
  if (!is_its && has_flag(key.flags, asked.claim)) return key_reply(OrderReply::released);
  return key_event(PaymentKeyReleased{key.id, asked.claim, day_from(now)}, OrderReply::released);
}

PaymentKeyDecision decide_keep(const PaymentKeyState& key, const PaymentKeyAsked& asked) {
  if (has_flag(key.flags, asked.claim))
    return key_alarm("payment key: kept by an attempt that has released it");
  // It had it: no checkout is accepted without. Its day is over.
  if (!key.is_held_by(asked.claim)) return key_reply(OrderReply::begun);
  if (key.phase == PaymentKeyPhase::kept) return key_reply(OrderReply::begun);
  return key_event(PaymentKeyKept{key.id}, OrderReply::begun);
}

}  // namespace

PaymentKeyDecision decide(const PaymentKeyState& key, const PaymentKeyAsked& asked, Timestamp now) {
  switch (asked.kind) {
    case PaymentKeyAsked::Kind::reserve: return decide_reserve(key, asked, now);
    case PaymentKeyAsked::Kind::release: return decide_release(key, asked, now);
    case PaymentKeyAsked::Kind::keep: return decide_keep(key, asked);
  }
  return {};
}

std::optional<PaymentKeyForgotten> decide_forgotten(const PaymentKeyState& key, Timestamp now) {
  if (now < key.forget_at) return std::nullopt;
  return PaymentKeyForgotten{key.id};
}

}  // namespace florin
