// See object_json.hpp.
#include "apps/florin_psp/core/object_json.hpp"

#include "apps/florin_psp/model/test_cards.hpp"
#include "apps/florin_psp/wire/json_object.hpp"

namespace florin::sandbox {
namespace {

// Those of "payment_intent." for what stands inside it.
Expansions inside(const Expansions& expand, const std::string& name) {
  Expansions inner;
  for (const std::string& path : expand)
    if (path.starts_with(name + ".")) inner.insert(path.substr(name.size() + 1));
  return inner;
}

bool asks_for(const Expansions& expand, const std::string& name) {
  return expand.contains(name) || !inside(expand, name).empty();
}

std::string next_action_json(const PaymentIntent& intent, const std::string& base_url) {
  if (intent.status != IntentStatus::requires_action) return "null";
  const std::string redirect = JsonObject()
                                   .text_or_null("return_url", intent.return_url)
                                   .text("url", challenge_page(base_url, intent))
                                   .done();
  return JsonObject().text("type", "redirect_to_url").raw("redirect_to_url", redirect).done();
}

std::string card_details_json(const Charge& charge) {
  const TestCard* card = card_of_token(charge.card);
  if (card == nullptr) return "null";
  const std::string checks =
      JsonObject()
          .raw("address_line1_check", "null")
          .raw("address_postal_code_check", "null")
          .text("cvc_check", charge.failure_code == "incorrect_cvc" ? "fail" : "pass")
          .done();
  const std::string details = JsonObject()
                                  .text("brand", card->brand)
                                  .text("last4", last_four(*card))
                                  .text("country", "US")
                                  .text("funding", "credit")
                                  .number("exp_month", 12)
                                  .number("exp_year", 2034)
                                  .raw("checks", checks)
                                  .done();
  return JsonObject().text("type", "card").raw("card", details).done();
}

std::string outcome_json(const Charge& charge) {
  const bool is_good = charge.status == ChargeStatus::succeeded;
  return JsonObject()
      .text("network_status", is_good ? "approved_by_network" : "declined_by_network")
      .text_or_null("reason", charge.decline_code)
      .text("type", is_good ? "authorized" : "issuer_declined")
      .done();
}

void replace(std::string& text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
}

}  // namespace

std::string_view to_string(IntentStatus status) noexcept {
  switch (status) {
    case IntentStatus::requires_payment_method: return "requires_payment_method";
    case IntentStatus::requires_confirmation: return "requires_confirmation";
    case IntentStatus::requires_action: return "requires_action";
    case IntentStatus::processing: return "processing";
    case IntentStatus::succeeded: return "succeeded";
    case IntentStatus::canceled: return "canceled";
  }
  return "unknown";
}

std::string_view to_string(SessionStatus status) noexcept {
  switch (status) {
    case SessionStatus::open: return "open";
    case SessionStatus::complete: return "complete";
    case SessionStatus::expired: return "expired";
  }
  return "unknown";
}

std::string_view to_string(RefundStatus status) noexcept {
  switch (status) {
    case RefundStatus::pending: return "pending";
    case RefundStatus::succeeded: return "succeeded";
    case RefundStatus::failed: return "failed";
  }
  return "unknown";
}

std::string session_page(const std::string& base_url, const CheckoutSession& session) {
  return base_url + "/c/pay/" + session.id;
}

std::string challenge_page(const std::string& base_url, const PaymentIntent& intent) {
  return base_url + "/c/3ds/" + intent.id;
}

std::string session_json(const State& state, const CheckoutSession& session,
                         const std::string& base_url, const Expansions& expand) {
  JsonObject json;
  json.text("id", session.id)
      .text("object", "checkout.session")
      .number("amount_subtotal", session.amount_total)
      .number("amount_total", session.amount_total)
      .text_or_null("cancel_url", session.cancel_url)
      .text_or_null("client_reference_id", session.client_reference_id)
      .number("created", session.created)
      .text("currency", session.currency)
      .raw("customer", "null")
      .number("expires_at", session.expires_at)
      .boolean("livemode", false)
      .texts("metadata", session.metadata)
      .text("mode", "payment");
  const PaymentIntent* intent = state.intents.find(session.payment_intent);
  if (intent != nullptr && asks_for(expand, "payment_intent")) {
    json.raw("payment_intent",
             intent_json(state, *intent, base_url, inside(expand, "payment_intent")));
  } else {
    json.text_or_null("payment_intent", session.payment_intent);
  }
  json.list("payment_method_types", {json_text("card")})
      .text("payment_status", session.is_paid ? "paid" : "unpaid")
      .text("status", to_string(session.status))
      .text("success_url", session.success_url)
      .text_or_null("url", session.status == SessionStatus::open ? session_page(base_url, session)
                                                                 : std::string());
  return json.done();
}

std::string intent_json(const State& state, const PaymentIntent& intent,
                        const std::string& base_url, const Expansions& expand) {
  JsonObject json;
  json.text("id", intent.id)
      .text("object", "payment_intent")
      .number("amount", intent.amount)
      .number("amount_capturable", 0)
      .number("amount_received", intent.amount_received)
      .number_or_null("canceled_at", intent.canceled_at)
      .text_or_null("cancellation_reason", intent.cancellation_reason)
      .text("capture_method", "automatic")
      .text("client_secret", intent.id + "_secret_sandbox")
      .text("confirmation_method", "automatic")
      .number("created", intent.created)
      .text("currency", intent.currency)
      .text_or_null("description", intent.description)
      .raw("last_payment_error",
           intent.last_payment_error.empty() ? "null" : intent.last_payment_error);
  const Charge* charge = state.charges.find(intent.latest_charge);
  if (charge != nullptr && expand.contains("latest_charge")) {
    json.raw("latest_charge", charge_json(*charge));
  } else {
    json.text_or_null("latest_charge", intent.latest_charge);
  }
  json.boolean("livemode", false)
      .texts("metadata", intent.metadata)
      .raw("next_action", next_action_json(intent, base_url))
      .text_or_null("payment_method", intent.payment_method)
      .list("payment_method_types", {json_text("card")})
      .text("status", to_string(intent.status));
  return json.done();
}

std::string charge_json(const Charge& charge) {
  const bool is_good = charge.status == ChargeStatus::succeeded;
  return JsonObject()
      .text("id", charge.id)
      .text("object", "charge")
      .number("amount", charge.amount)
      .number("amount_captured", is_good ? charge.amount : 0)
      .number("amount_refunded", charge.amount_refunded)
      .raw("balance_transaction", "null")
      .boolean("captured", is_good)
      .number("created", charge.created)
      .text("currency", charge.currency)
      .boolean("disputed", false)
      .text_or_null("failure_code", charge.failure_code)
      .text_or_null("failure_message", charge.failure_message)
      .boolean("livemode", false)
      .texts("metadata", charge.metadata)
      .raw("outcome", outcome_json(charge))
      .boolean("paid", is_good)
      .text("payment_intent", charge.payment_intent)
      .text("payment_method", charge.card)
      .raw("payment_method_details", card_details_json(charge))
      .boolean("refunded", is_good && charge.amount_refunded == charge.amount)
      .text("status", is_good ? "succeeded" : "failed")
      .done();
}

std::string refund_json(const Refund& refund) {
  JsonObject json;
  json.text("id", refund.id)
      .text("object", "refund")
      .number("amount", refund.amount)
      .raw("balance_transaction", "null")
      .text("charge", refund.charge)
      .number("created", refund.created)
      .text("currency", refund.currency);
  if (refund.status == RefundStatus::failed) json.text("failure_reason", "unknown");
  return json.texts("metadata", refund.metadata)
      .text("payment_intent", refund.payment_intent)
      .text_or_null("reason", refund.reason)
      .text("status", to_string(refund.status))
      .done();
}

std::string event_json(const State& state, const Event& event) {
  std::int64_t pending = 0;
  for (const auto& [id, delivery] : state.deliveries)
    if (delivery.event == event.id) ++pending;
  return JsonObject()
      .text("id", event.id)
      .text("object", "event")
      .text("api_version", api_version)
      .number("created", event.created)
      .raw("data", JsonObject().raw("object", event.object).done())
      .boolean("livemode", false)
      .number("pending_webhooks", pending)
      .raw("request", JsonObject()
                          .text_or_null("id", event.request_id)
                          .text_or_null("idempotency_key", event.idempotency_key)
                          .done())
      .text("type", event.type)
      .done();
}

std::string endpoint_json(const WebhookEndpoint& endpoint, bool with_secret) {
  std::vector<std::string> types;
  for (const std::string& type : endpoint.enabled_events) types.push_back(json_text(type));
  JsonObject json;
  json.text("id", endpoint.id)
      .text("object", "webhook_endpoint")
      .text("api_version", api_version)
      .number("created", endpoint.created)
      .list("enabled_events", types)
      .boolean("livemode", false)
      .texts("metadata", endpoint.metadata);
  if (with_secret) json.text("secret", endpoint.secret);
  return json.text("status", endpoint.is_enabled ? "enabled" : "disabled")
      .text("url", endpoint.url)
      .done();
}

std::string contradicted(std::string json) {
  if (json.find("\"object\":\"checkout.session\"") != std::string::npos) {
    const bool was_complete = json.find("\"status\":\"complete\"") != std::string::npos;
    replace(json, was_complete ? "\"status\":\"complete\"" : "\"status\":\"expired\"",
            was_complete ? "\"status\":\"expired\"" : "\"status\":\"complete\"");
    replace(json, was_complete ? "\"payment_status\":\"paid\"" : "\"payment_status\":\"unpaid\"",
            was_complete ? "\"payment_status\":\"unpaid\"" : "\"payment_status\":\"paid\"");
    return json;
  }
  const bool had_succeeded = json.find("\"status\":\"succeeded\"") != std::string::npos;
  const std::string opposite =
      had_succeeded ? "\"status\":\"requires_payment_method\"" : "\"status\":\"succeeded\"";
  for (const std::string_view status :
       {"succeeded", "requires_payment_method", "requires_action", "processing", "canceled"}) {
    const std::string field = "\"status\":\"" + std::string(status) + "\"";
    if (json.find(field) == std::string::npos) continue;
    replace(json, field, opposite);
    break;
  }
  return json;
}

}  // namespace florin::sandbox
