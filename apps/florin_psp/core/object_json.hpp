// Stripe's JSON of the objects, as of API version 2026-10-28.endive, the fields that a payment system reads.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "apps/florin_psp/core/state.hpp"

namespace florin::sandbox {

inline constexpr std::string_view api_version = "2026-10-28.endive";

// What expand[] asked for: "latest_charge", "payment_intent", "payment_intent.latest_charge".
using Expansions = std::set<std::string>;

// `base_url`: where the pages are ("http://host:port").
std::string session_json(const State& state, const CheckoutSession& session,
                         const std::string& base_url, const Expansions& expand = {});
std::string intent_json(const State& state, const PaymentIntent& intent,
                        const std::string& base_url, const Expansions& expand = {});
std::string charge_json(const Charge& charge);
std::string refund_json(const Refund& refund);
std::string event_json(const State& state, const Event& event);
// The secret only in the answer to its creation, as Stripe does.
std::string endpoint_json(const WebhookEndpoint& endpoint, bool with_secret);

std::string_view to_string(IntentStatus status) noexcept;
std::string_view to_string(SessionStatus status) noexcept;
std::string_view to_string(RefundStatus status) noexcept;

// Addresses of the pages.
std::string session_page(const std::string& base_url, const CheckoutSession& session);
std::string challenge_page(const std::string& base_url, const PaymentIntent& intent);

// An object that says the opposite of what `object_json` (of a session or an intent) says: a fault.
std::string contradicted(std::string object_json);

}  // namespace florin::sandbox
