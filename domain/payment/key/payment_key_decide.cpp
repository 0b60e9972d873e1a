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

PaymentKeyDecision decide_reserve(const PaymentKeyState& key, const PaymentKeyAsked& asked,
                                  Timestamp now) {
  if (now >= asked.until) return key_reply(OrderReply::reserved);
  if (has_flag(key.flags, asked.claim)) return key_reply(OrderReply::released);
  if (key.is_held_by(asked.claim)) return key_reply(OrderReply::same);
  if (!key.is_held(now))
    return key_event(PaymentKeyReserved{key.id, asked.claim, asked.until}, OrderReply::reserved);
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
  const bool is_nothing_to_do = !is_its && (now >= asked.until || has_flag(key.flags, asked.claim));
  if (is_nothing_to_do) return key_reply(OrderReply::released);
  return key_event(PaymentKeyReleased{key.id, asked.claim, asked.until}, OrderReply::released);
}

PaymentKeyDecision decide_keep(const PaymentKeyState& key, const PaymentKeyAsked& asked,
                               Timestamp now) {
  if (now >= asked.until) return key_reply(OrderReply::begun);
  if (!key.is_held_by(asked.claim))
    return key_alarm("payment key: kept by an attempt that does not hold it");
  if (key.phase == PaymentKeyPhase::kept) return key_reply(OrderReply::begun);
  return key_event(PaymentKeyKept{key.id}, OrderReply::begun);
}

}  // namespace

PaymentKeyDecision decide(const PaymentKeyState& key, const PaymentKeyAsked& asked, Timestamp now) {
  switch (asked.kind) {
    case PaymentKeyAsked::Kind::reserve: return decide_reserve(key, asked, now);
    case PaymentKeyAsked::Kind::release: return decide_release(key, asked, now);
    case PaymentKeyAsked::Kind::keep: return decide_keep(key, asked, now);
  }
  return {};
}

std::optional<PaymentKeyForgotten> decide_forgotten(const PaymentKeyState& key, Timestamp now) {
  if (now < key.forget_at) return std::nullopt;
  return PaymentKeyForgotten{key.id};
}

}  // namespace florin
