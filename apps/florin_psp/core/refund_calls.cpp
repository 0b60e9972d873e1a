// /v1/charges and /v1/refunds.
#include "apps/florin_psp/core/calls.hpp"
#include "apps/florin_psp/core/paging.hpp"
#include "apps/florin_psp/core/payment_flow.hpp"
#include "apps/florin_psp/model/currency_rules.hpp"

namespace florin::sandbox {
namespace {

// By parameter `charge` or `payment_intent`; nullptr and a fault: there is none that was paid.
Charge* read_charge(Step& step, Params& params) {
  const std::string charge_id = params.text("charge"), intent_id = params.text("payment_intent");
  if (charge_id.empty() && intent_id.empty()) {
    params.fault(missing_parameter("payment_intent"));
    return nullptr;
  }
  if (!charge_id.empty()) {
    Charge* charge = step.state().charges.find(charge_id);
    if (charge == nullptr) params.fault(no_such("charge", charge_id, "charge"));
    return charge;
  }
  PaymentIntent* intent = step.state().intents.find(intent_id);
  if (intent == nullptr) {
    params.fault(no_such("payment_intent", intent_id, "payment_intent"));
    return nullptr;
  }
  Charge* charge = step.state().charges.find(intent->latest_charge);
  if (charge == nullptr)
    params.fault(bad_parameter("payment_intent",
                               "This PaymentIntent does not have a successful charge to refund.",
                               "payment_intent_unexpected_state"));
  return charge;
}

// What is left of the charge bounds all its refunds together: two at once of 60 on 100 are one refund and one refusal.
std::optional<StripeError> refund_fault(const Charge& charge, std::int64_t amount) {
  if (charge.status != ChargeStatus::succeeded)
    return wrong_state("charge_not_refundable", "The charge failed: there is nothing to refund.");
  const std::int64_t left = charge.amount - charge.amount_refunded;
  if (left == 0)
    return wrong_state("charge_already_refunded",
                       "Charge " + charge.id + " has already been refunded.");
  if (amount > left)
    return wrong_state("amount_too_large", "Refund amount (" +
                                               amount_text(amount, charge.currency) +
                                               ") is greater than unrefunded amount on charge (" +
                                               amount_text(left, charge.currency) + ")");
  return std::nullopt;
}

Refund& add_refund(Step& step, const Charge& charge, Refund refund) {
  refund.id = step.new_id("re");
  refund.charge = charge.id;
  refund.payment_intent = charge.payment_intent;
  refund.currency = charge.currency;
  refund.created = step.now_s();
  const TestCard* card = card_of_token(charge.card);
  if (card != nullptr && card->refund != RefundOutcome::succeeds)
    step.wake_at(step.now_s() + step.settings().processing_s, refund.id);
  if (card != nullptr && card->refund == RefundOutcome::pends)
    refund.status = RefundStatus::pending;
  return step.state().refunds.add(std::move(refund));
}

}  // namespace

CallResult retrieve_charge(Step& step, Params& params, const std::string& id) {
  params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  const Charge* charge = step.state().charges.find(id);
  if (charge == nullptr) return Err{no_such("charge", id)};
  return charge_json(*charge);
}

CallResult list_charges(Step& step, Params& params, const std::string&) {
  const Page page = read_page(params);
  const std::string intent = params.text("payment_intent");
  params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  return list_of<Charge>(
      step.state().charges, page, "/v1/charges",
      [&](const Charge& charge) { return intent.empty() || charge.payment_intent == intent; },
      charge_json);
}

CallResult create_refund(Step& step, Params& params, const std::string&) {
  Refund refund;
  Charge* charge = read_charge(step, params);
  const auto amount = params.integer("amount");
  if (amount && *amount < 1)
    params.fault(bad_parameter("amount", "Invalid positive integer", "parameter_invalid_integer"));
  refund.reason = params.word("reason", {"duplicate", "fraudulent", "requested_by_customer"});
  params.metadata("metadata", refund.metadata);
  params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  refund.amount = amount.value_or(charge->amount - charge->amount_refunded);
  if (auto fault = refund_fault(*charge, refund.amount)) return Err{*fault};

  charge->amount_refunded += refund.amount;
  const Refund& stored = add_refund(step, *charge, std::move(refund));
  step.emit("refund.created", charge->metadata, refund_json(stored));
  step.emit("charge.refunded", charge->metadata, charge_json(*charge));
  return refund_json(stored);
}

CallResult retrieve_refund(Step& step, Params& params, const std::string& id) {
  params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  const Refund* refund = step.state().refunds.find(id);
  if (refund == nullptr) return Err{no_such("refund", id)};
  return refund_json(*refund);
}

CallResult list_refunds(Step& step, Params& params, const std::string&) {
  const Page page = read_page(params);
  const std::string charge = params.text("charge"), intent = params.text("payment_intent");
  params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  return list_of<Refund>(
      step.state().refunds, page, "/v1/refunds",
      [&](const Refund& refund) {
        return (charge.empty() || refund.charge == charge) &&
               (intent.empty() || refund.payment_intent == intent);
      },
      refund_json);
}

}  // namespace florin::sandbox
