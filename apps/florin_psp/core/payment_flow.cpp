// See payment_flow.hpp.
#include "apps/florin_psp/core/payment_flow.hpp"

#include "apps/florin_psp/core/object_json.hpp"
#include "apps/florin_psp/wire/json_object.hpp"
#include "base/assert.hpp"

namespace florin::sandbox {
namespace {

void tell(Step& step, std::string_view type, const PaymentIntent& intent) {
  step.emit(type, intent.metadata, intent_json(step.state(), intent, step.base_url()));
}

void tell(Step& step, std::string_view type, const CheckoutSession& session) {
  step.emit(type, session.metadata, session_json(step.state(), session, step.base_url()));
}

CheckoutSession* session_of(Step& step, const PaymentIntent& intent) {
  return step.state().sessions.find(intent.session);
}

Charge& charge(Step& step, PaymentIntent& intent, const TestCard& card, ChargeStatus status) {
  Charge made;
  made.id = step.new_id("ch");
  made.payment_intent = intent.id;
  made.amount = intent.amount;
  made.currency = intent.currency;
  made.status = status;
  made.card = card.token;
  made.created = step.now_s();
  made.metadata = intent.metadata;
  intent.latest_charge = made.id;
  return step.state().charges.add(std::move(made));
}

std::string decline_message(std::string_view code) {
  if (code == "expired_card") return "Your card has expired.";
  if (code == "incorrect_cvc") return "Your card's security code is incorrect.";
  if (code == "processing_error")
    return "An error occurred while processing your card. Try again in a little bit.";
  return "Your card was declined.";
}

void fail_attempt(Step& step, PaymentIntent& intent, JsonObject error) {
  intent.status = IntentStatus::requires_payment_method;
  intent.last_payment_error = error.done();
  tell(step, "payment_intent.payment_failed", intent);
}

void decline(Step& step, PaymentIntent& intent, const TestCard& card) {
  Charge& made = charge(step, intent, card, ChargeStatus::failed);
  made.failure_code = card.code;
  made.decline_code = card.decline_code;
  made.failure_message = decline_message(card.code);
  step.emit("charge.failed", made.metadata, charge_json(made));
  JsonObject error;
  error.text("type", "card_error")
      .text("code", card.code)
      .text("decline_code", card.decline_code)
      .text("message", made.failure_message)
      .text("charge", made.id);
  fail_attempt(step, intent, std::move(error));
}

void succeed(Step& step, PaymentIntent& intent, const TestCard& card) {
  FLORIN_ASSERT(intent.status != IntentStatus::succeeded, "an intent is charged once");
  const Charge& made = charge(step, intent, card, ChargeStatus::succeeded);
  intent.status = IntentStatus::succeeded;
  intent.amount_received = intent.amount;
  intent.last_payment_error.clear();
  step.emit("charge.succeeded", made.metadata, charge_json(made));
  tell(step, "payment_intent.succeeded", intent);
}

void complete(Step& step, CheckoutSession& session, bool is_paid) {
  session.status = SessionStatus::complete;
  session.is_paid = is_paid;
  step.forget_timer(session.expires_at, session.id);
  tell(step, "checkout.session.completed", session);
}

void succeed_at_once(Step& step, PaymentIntent& intent, const TestCard& card) {
  succeed(step, intent, card);
  if (CheckoutSession* session = session_of(step, intent)) complete(step, *session, true);
}

void process(Step& step, PaymentIntent& intent) {
  intent.status = IntentStatus::processing;
  step.wake_at(step.now_s() + step.settings().processing_s, intent.id);
  tell(step, "payment_intent.processing", intent);
  if (CheckoutSession* session = session_of(step, intent)) complete(step, *session, false);
}

const TestCard& card_of(const PaymentIntent& intent) {
  const TestCard* card = card_of_token(intent.payment_method);
  FLORIN_ASSERT(card != nullptr, "an intent was attempted without a card");
  return *card;
}

}  // namespace

bool takes_a_card(const PaymentIntent& intent) noexcept {
  return intent.status == IntentStatus::requires_payment_method ||
         intent.status == IntentStatus::requires_confirmation;
}

void attempt(Step& step, PaymentIntent& intent, const TestCard& card) {
  FLORIN_ASSERT(takes_a_card(intent), "an attempt at an intent that takes no card");
  intent.payment_method = card.token;
  switch (card.outcome) {
    case CardOutcome::succeeds: return succeed_at_once(step, intent, card);
    case CardOutcome::declines: return decline(step, intent, card);
    case CardOutcome::challenges:
    case CardOutcome::challenges_declines:
      intent.status = IntentStatus::requires_action;
      return tell(step, "payment_intent.requires_action", intent);
    case CardOutcome::processes_succeeds:
    case CardOutcome::processes_fails: return process(step, intent);
  }
}

void authenticate(Step& step, PaymentIntent& intent, bool is_authentic) {
  FLORIN_ASSERT(intent.status == IntentStatus::requires_action, "nobody asked for 3-D Secure");
  const TestCard& card = card_of(intent);
  if (is_authentic && card.outcome == CardOutcome::challenges)
    return succeed_at_once(step, intent, card);
  if (is_authentic) return decline(step, intent, card);
  JsonObject error;
  error.text("type", "invalid_request_error")
      .text("code", "payment_intent_authentication_failure")
      .text("message", "The provided payment method has failed authentication.");
  fail_attempt(step, intent, std::move(error));
}

void settle(Step& step, PaymentIntent& intent) {
  if (intent.status != IntentStatus::processing) return;
  const TestCard& card = card_of(intent);
  CheckoutSession* session = session_of(step, intent);
  if (card.outcome == CardOutcome::processes_fails) {
    decline(step, intent, card);
    if (session != nullptr) tell(step, "checkout.session.async_payment_failed", *session);
    return;
  }
  succeed(step, intent, card);
  if (session == nullptr) return;
  session->is_paid = true;
  tell(step, "checkout.session.async_payment_succeeded", *session);
}

void cancel(Step& step, PaymentIntent& intent, std::string_view reason) {
  intent.status = IntentStatus::canceled;
  intent.canceled_at = step.now_s();
  intent.cancellation_reason = reason;
  tell(step, "payment_intent.canceled", intent);
}

void expire(Step& step, CheckoutSession& session) {
  FLORIN_ASSERT(session.status == SessionStatus::open, "only an open session expires");
  session.status = SessionStatus::expired;
  step.forget_timer(session.expires_at, session.id);
  if (PaymentIntent* intent = step.state().intents.find(session.payment_intent))
    cancel(step, *intent, "expired");
  tell(step, "checkout.session.expired", session);
}

PaymentIntent& intent_of(Step& step, CheckoutSession& session) {
  if (PaymentIntent* made = step.state().intents.find(session.payment_intent)) return *made;
  PaymentIntent intent;
  intent.id = step.new_id("pi");
  intent.amount = session.amount_total;
  intent.currency = session.currency;
  intent.created = step.now_s();
  intent.session = session.id;
  intent.description = session.intent_description;
  intent.metadata = session.intent_metadata;
  session.payment_intent = intent.id;
  PaymentIntent& stored = step.state().intents.add(std::move(intent));
  tell(step, "payment_intent.created", stored);
  return stored;
}

void settle(Step& step, Refund& refund) {
  if (refund.status == RefundStatus::failed) return;
  Charge& charged = *step.state().charges.find(refund.charge);
  const TestCard* card = card_of_token(charged.card);
  const bool fails = card != nullptr && card->refund == RefundOutcome::fails;
  refund.status = fails ? RefundStatus::failed : RefundStatus::succeeded;
  if (fails) charged.amount_refunded -= refund.amount;  // the money is back at the PSP
  step.emit("refund.updated", charged.metadata, refund_json(refund));
  if (fails) step.emit("refund.failed", charged.metadata, refund_json(refund));
}

}  // namespace florin::sandbox
