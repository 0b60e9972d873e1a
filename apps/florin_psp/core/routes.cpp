// See routes.hpp.
#include "apps/florin_psp/core/routes.hpp"

#include <algorithm>
#include <array>

namespace florin::sandbox {
namespace {

constexpr std::array routes{
    Route{"POST", "/v1/checkout/sessions", "checkout.sessions.create", create_session},
    Route{"GET", "/v1/checkout/sessions", "checkout.sessions.list", list_sessions},
    Route{"GET", "/v1/checkout/sessions/{id}", "checkout.sessions.retrieve", retrieve_session},
    Route{"POST", "/v1/checkout/sessions/{id}/expire", "checkout.sessions.expire", expire_session},
    Route{"POST", "/v1/payment_intents", "payment_intents.create", create_intent},
    Route{"GET", "/v1/payment_intents", "payment_intents.list", list_intents},
    Route{"GET", "/v1/payment_intents/search", "payment_intents.search", search_intents},
    Route{"GET", "/v1/payment_intents/{id}", "payment_intents.retrieve", retrieve_intent},
    Route{"POST", "/v1/payment_intents/{id}", "payment_intents.update", update_intent},
    Route{"POST", "/v1/payment_intents/{id}/confirm", "payment_intents.confirm", confirm_intent},
    Route{"POST", "/v1/payment_intents/{id}/cancel", "payment_intents.cancel", cancel_intent},
    Route{"POST", "/v1/payment_intents/{id}/capture", "payment_intents.capture", capture_intent},
    Route{"GET", "/v1/charges", "charges.list", list_charges},
    Route{"GET", "/v1/charges/{id}", "charges.retrieve", retrieve_charge},
    Route{"POST", "/v1/refunds", "refunds.create", create_refund},
    Route{"GET", "/v1/refunds", "refunds.list", list_refunds},
    Route{"GET", "/v1/refunds/{id}", "refunds.retrieve", retrieve_refund},
    Route{"GET", "/v1/events", "events.list", list_events},
    Route{"GET", "/v1/events/{id}", "events.retrieve", retrieve_event},
    Route{"POST", "/v1/webhook_endpoints", "webhook_endpoints.create", create_endpoint},
    Route{"GET", "/v1/webhook_endpoints", "webhook_endpoints.list", list_endpoints},
    Route{"GET", "/v1/webhook_endpoints/{id}", "webhook_endpoints.retrieve", retrieve_endpoint},
    Route{"POST", "/v1/webhook_endpoints/{id}", "webhook_endpoints.update", update_endpoint},
    Route{"DELETE", "/v1/webhook_endpoints/{id}", "webhook_endpoints.delete", delete_endpoint},
};

constexpr std::string_view hole = "{id}";

bool is_id(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool matches(std::string_view pattern, std::string_view path, std::string& id) {
  const auto at = pattern.find(hole);
  if (at == std::string_view::npos) return pattern == path;
  const std::string_view tail = pattern.substr(at + hole.size());
  if (path.size() <= at + tail.size() || !path.starts_with(pattern.substr(0, at)) ||
      !path.ends_with(tail))
    return false;
  const std::string_view inner = path.substr(at, path.size() - at - tail.size());
  if (!is_id(inner)) return false;
  id = inner;
  return true;
}

std::string order_in(const Form& form) {
  for (const std::string_view name :
       {"metadata[payment_order_id]", "payment_intent_data[metadata][payment_order_id]",
        "client_reference_id"})
    if (const std::string* order = form.find(name)) return *order;
  return {};
}

std::string order_of_query(const Form& form) {
  const std::string* query = form.find("query");
  constexpr std::string_view head = "metadata['payment_order_id']:'";
  if (query == nullptr || !query->starts_with(head) || query->size() <= head.size()) return {};
  return query->substr(head.size(), query->size() - head.size() - 1);
}

}  // namespace

// A path without holes goes before one with: "search" is no intent's id. The table is in that order.
Routed find_route(std::string_view method, std::string_view path) {
  Routed routed;
  for (const Route& route : routes) {
    std::string id;
    if (!matches(route.pattern, path, id)) continue;
    if (route.method == method) return {&route, id, {}};
    if (!routed.allowed.empty()) routed.allowed += ", ";
    routed.allowed += route.method;
  }
  return routed;
}

std::string order_of_call(const State& state, const std::string& id, const Form& form) {
  if (const auto* session = state.sessions.find(id)) return order_of(session->metadata);
  if (const auto* intent = state.intents.find(id)) return order_of(intent->metadata);
  if (const auto* charge = state.charges.find(id)) return order_of(charge->metadata);
  if (const auto* refund = state.refunds.find(id))
    return order_of_call(state, refund->charge, form);
  for (const std::string_view name : {"payment_intent", "charge"})
    if (const std::string* other = form.find(name); other != nullptr && id.empty())
      return order_of_call(state, *other, Form());
  const std::string order = order_in(form);
  return order.empty() ? order_of_query(form) : order;
}

}  // namespace florin::sandbox
