// Texts put together.
#include "sim/psp/provider_words.hpp"

#include <utility>

namespace florin::sim {
namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }
std::string text_or_null(std::string_view text) { return text.empty() ? "null" : quoted(text); }

std::string_view name_of(ProviderSessionStatus status) {
  switch (status) {
    case ProviderSessionStatus::open: return "open";
    case ProviderSessionStatus::complete: return "complete";
    case ProviderSessionStatus::expired: return "expired";
  }
  return "";
}

std::string_view name_of(ProviderIntentStatus status) {
  switch (status) {
    case ProviderIntentStatus::requires_payment_method: return "requires_payment_method";
    case ProviderIntentStatus::requires_action: return "requires_action";
    case ProviderIntentStatus::processing: return "processing";
    case ProviderIntentStatus::succeeded: return "succeeded";
    case ProviderIntentStatus::canceled: return "canceled";
  }
  return "";
}

std::string marks_json(const ProviderSession& session) {
  return R"({"payment_order_id":)" + quoted(session.order) + R"(,"florin_cluster":)" +
         quoted(session.cluster) + "}";
}

std::string charge_json(const ProviderIntent& intent) {
  if (intent.charge.empty()) return "null";
  return R"({"object":"charge","id":)" + quoted(intent.charge) +
         R"(,"payment_method_details":{"card":{"brand":"visa","last4":"4242"}}})";
}

std::string error_json(const ProviderIntent& intent) {
  if (intent.decline_code.empty()) return "null";
  return R"({"type":"card_error","code":"card_declined","charge":)" + quoted(intent.charge) +
         R"(,"decline_code":)" + quoted(intent.decline_code) + "}";
}

std::string intent_json(const ProviderSession& session) {
  const ProviderIntent& intent = *session.intent;
  return R"({"object":"payment_intent","id":)" + quoted(intent.id) + R"(,"status":)" +
         quoted(name_of(intent.status)) + R"(,"amount":)" + std::to_string(session.amount) +
         R"(,"amount_received":)" + std::to_string(intent.received) + R"(,"currency":)" +
         quoted(session.currency) + R"(,"livemode":false,"created":)" +
         std::to_string(session.created_s) + R"(,"metadata":)" + marks_json(session) +
         R"(,"latest_charge":)" + charge_json(intent) + R"(,"last_payment_error":)" +
         error_json(intent) + "}";
}

}  // namespace

std::string session_json(const ProviderSession& session) {
  const bool is_open = session.status == ProviderSessionStatus::open;
  const bool is_paid = session.intent && session.intent->status == ProviderIntentStatus::succeeded;
  return R"({"object":"checkout.session","id":)" + quoted(session.id) + R"(,"status":)" +
         quoted(name_of(session.status)) + R"(,"payment_status":)" +
         quoted(is_paid ? "paid" : "unpaid") + R"(,"amount_total":)" +
         std::to_string(session.amount) + R"(,"currency":)" + quoted(session.currency) +
         R"(,"livemode":false,"created":)" + std::to_string(session.created_s) +
         R"(,"expires_at":)" + std::to_string(session.expires_s) + R"(,"client_reference_id":)" +
         quoted(session.order) + R"(,"metadata":)" + marks_json(session) + R"(,"url":)" +
         text_or_null(is_open ? "https://pay.example/c/" + session.id : std::string()) +
         R"(,"payment_intent":)" + (session.intent ? intent_json(session) : "null") + "}";
}

std::string list_json(const std::vector<const ProviderSession*>& sessions, bool has_more) {
  std::string rows;
  for (const ProviderSession* session : sessions)
    rows += (rows.empty() ? "" : ",") + session_json(*session);
  return R"({"object":"list","has_more":)" + std::string(has_more ? "true" : "false") +
         R"(,"data":[)" + rows + "]}";
}

std::string intents_json(const std::vector<const ProviderSession*>& sessions) {
  std::string rows;
  for (const ProviderSession* session : sessions)
    if (session->intent) rows += (rows.empty() ? "" : ",") + intent_json(*session);
  return R"({"object":"search_result","has_more":false,"data":[)" + rows + "]}";
}

std::string event_json(std::string_view id, std::string_view type, std::int64_t created_s,
                       const ProviderSession& session) {
  return R"({"object":"event","id":)" + quoted(id) + R"(,"type":)" + quoted(type) +
         R"(,"created":)" + std::to_string(created_s) + R"(,"livemode":false,"data":{"object":)" +
         session_json(session) + "}}";
}

psp::HttpAnswer said(std::uint16_t status, std::string body) {
  psp::HttpAnswer answer;
  answer.end = psp::HttpEnd::whole;
  answer.status = status;
  answer.headers = {{"content-type", "application/json"}};
  answer.body = std::move(body);
  return answer;
}

psp::HttpAnswer refused(std::uint16_t status, std::string_view type, std::string_view code,
                        std::string_view param) {
  std::string body = R"({"error":{"type":)" + quoted(type);
  if (!code.empty()) body += R"(,"code":)" + quoted(code);
  if (!param.empty()) body += R"(,"param":)" + quoted(param);
  return said(status, body + "}}");
}

}  // namespace florin::sim
