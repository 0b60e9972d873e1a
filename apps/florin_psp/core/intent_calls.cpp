// /v1/payment_intents: payments by token, and what the pages' payments look like.
#include "apps/florin_psp/core/calls.hpp"
#include "apps/florin_psp/core/paging.hpp"
#include "apps/florin_psp/core/payment_flow.hpp"
#include "apps/florin_psp/model/currency_rules.hpp"

namespace florin::sandbox {
namespace {

StripeError not_in_state(const PaymentIntent& intent, std::string_view verb) {
  return wrong_state("payment_intent_unexpected_state",
                     "You cannot " + std::string(verb) +
                         " this PaymentIntent because it has a status of " +
                         std::string(to_string(intent.status)) + ".");
}

// Absent: nullptr. Unknown: a fault.
const TestCard* read_card(Params& params) {
  const std::string token = params.text("payment_method");
  if (token.empty()) return nullptr;
  const TestCard* card = card_of_token(token);
  if (card == nullptr) params.fault(no_such("PaymentMethod", token, "payment_method"));
  return card;
}

// Of an attempt that was declined: 402 with the intent as it is now.
CallResult answer_to_attempt(Step& step, const PaymentIntent& intent, const Expansions& expand) {
  const std::string json = intent_json(step.state(), intent, step.base_url(), expand);
  if (intent.status != IntentStatus::requires_payment_method) return json;
  const Charge& charge = *step.state().charges.find(intent.latest_charge);
  return Err{StripeError{.status = 402,
                         .type = "card_error",
                         .code = charge.failure_code,
                         .message = charge.failure_message,
                         .decline_code = charge.decline_code,
                         .payment_intent = json,
                         .stored = true}};
}

bool has_metadata(const PaymentIntent& intent, const std::string& key, const std::string& value) {
  const auto found = intent.metadata.find(key);
  return found != intent.metadata.end() && found->second == value;
}

// metadata['key']:'value', the one query that the sandbox knows. Quotes may be double.
bool parse_query(std::string query, std::string& key, std::string& value) {
  std::replace(query.begin(), query.end(), '"', '\'');
  constexpr std::string_view head = "metadata['", middle = "']:'";
  const auto at = query.find(middle);
  if (!query.starts_with(head) || at == std::string::npos || query.back() != '\'' ||
      at + middle.size() >= query.size())
    return false;
  key = query.substr(head.size(), at - head.size());
  value = query.substr(at + middle.size(), query.size() - at - middle.size() - 1);
  return true;
}

}  // namespace

CallResult create_intent(Step& step, Params& params, const std::string&) {
  PaymentIntent intent;
  intent.amount = params.required_integer("amount");
  intent.currency = params.currency("currency");
  if (!intent.currency.empty())
    if (auto fault = amount_fault(intent.amount, intent.currency, "amount")) params.fault(*fault);
  params.word("payment_method_types[0]", {"card"});
  params.word("capture_method", {"automatic", "automatic_async"});
  params.ignore("automatic_payment_methods[enabled]");
  params.word("automatic_payment_methods[allow_redirects]", {"always", "never"});
  params.metadata("metadata", intent.metadata);
  intent.description = params.text("description");
  intent.return_url = params.url("return_url");
  const bool is_confirmed = params.word("confirm", {"true", "false"}) == "true";
  const TestCard* card = read_card(params);
  if (is_confirmed && card == nullptr) params.fault(missing_parameter("payment_method"));
  const Expansions expand = params.expand();
  if (auto fault = params.finish()) return Err{*fault};

  intent.id = step.new_id("pi");
  intent.created = step.now_s();
  if (card != nullptr) {
    intent.payment_method = card->token;
    intent.status = IntentStatus::requires_confirmation;
  }
  PaymentIntent& stored = step.state().intents.add(std::move(intent));
  step.emit("payment_intent.created", stored.metadata,
            intent_json(step.state(), stored, step.base_url()));
  if (!is_confirmed) return intent_json(step.state(), stored, step.base_url(), expand);
  attempt(step, stored, *card);
  return answer_to_attempt(step, stored, expand);
}

CallResult retrieve_intent(Step& step, Params& params, const std::string& id) {
  const Expansions expand = params.expand();
  params.ignore("client_secret");
  if (auto fault = params.finish()) return Err{*fault};
  const PaymentIntent* intent = step.state().intents.find(id);
  if (intent == nullptr) return Err{no_such("payment_intent", id)};
  return intent_json(step.state(), *intent, step.base_url(), expand);
}

CallResult update_intent(Step& step, Params& params, const std::string& id) {
  PaymentIntent* intent = step.state().intents.find(id);
  Metadata metadata = intent != nullptr ? intent->metadata : Metadata{};
  params.metadata("metadata", metadata);
  const bool has_description = params.has("description");
  const std::string description = params.text("description");
  const auto amount = params.integer("amount");
  if (amount && intent != nullptr)
    if (auto fault = amount_fault(*amount, intent->currency, "amount")) params.fault(*fault);
  const Expansions expand = params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  if (intent == nullptr) return Err{no_such("payment_intent", id)};
  if (amount && (!takes_a_card(*intent) || !intent->session.empty()))
    return Err{not_in_state(*intent, "update the amount of")};

  intent->metadata = std::move(metadata);
  if (has_description) intent->description = description;
  if (amount) intent->amount = *amount;
  return intent_json(step.state(), *intent, step.base_url(), expand);
}

CallResult confirm_intent(Step& step, Params& params, const std::string& id) {
  const TestCard* card = read_card(params);
  const std::string return_url = params.url("return_url");
  const Expansions expand = params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  PaymentIntent* intent = step.state().intents.find(id);
  if (intent == nullptr) return Err{no_such("payment_intent", id)};
  if (!intent->session.empty())
    return Err{wrong_state("payment_intent_unexpected_state",
                           "You cannot confirm the PaymentIntent of a Checkout Session.")};
  if (!takes_a_card(*intent)) return Err{not_in_state(*intent, "confirm")};
  if (card == nullptr && intent->status == IntentStatus::requires_confirmation)
    card = card_of_token(intent->payment_method);
  if (card == nullptr) return Err{missing_parameter("payment_method")};

  if (!return_url.empty()) intent->return_url = return_url;
  attempt(step, *intent, *card);
  return answer_to_attempt(step, *intent, expand);
}

CallResult cancel_intent(Step& step, Params& params, const std::string& id) {
  std::string reason = params.word(
      "cancellation_reason", {"duplicate", "fraudulent", "requested_by_customer", "abandoned"});
  const Expansions expand = params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  PaymentIntent* intent = step.state().intents.find(id);
  if (intent == nullptr) return Err{no_such("payment_intent", id)};
  if (!intent->session.empty())
    return Err{wrong_state("payment_intent_unexpected_state",
                           "You cannot cancel the PaymentIntent of a Checkout Session. Expire the "
                           "Checkout Session instead.")};
  if (!takes_a_card(*intent) && intent->status != IntentStatus::requires_action)
    return Err{not_in_state(*intent, "cancel")};
  cancel(step, *intent, reason);
  return intent_json(step.state(), *intent, step.base_url(), expand);
}

// Everything here is captured when it is charged.
CallResult capture_intent(Step& step, Params& params, const std::string& id) {
  params.integer("amount_to_capture");
  if (auto fault = params.finish()) return Err{*fault};
  const PaymentIntent* intent = step.state().intents.find(id);
  if (intent == nullptr) return Err{no_such("payment_intent", id)};
  return Err{not_in_state(*intent, "capture")};
}

CallResult list_intents(Step& step, Params& params, const std::string&) {
  const Page page = read_page(params);
  const Expansions expand = params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  return list_of<PaymentIntent>(
      step.state().intents, page, "/v1/payment_intents", [](const PaymentIntent&) { return true; },
      [&](const PaymentIntent& intent) {
        return intent_json(step.state(), intent, step.base_url(), expand);
      });
}

// Stripe's search lags behind by up to a minute; the sandbox's does not.
CallResult search_intents(Step& step, Params& params, const std::string&) {
  const std::string query = params.required("query");
  const std::int64_t limit = params.integer("limit").value_or(page_default);
  if (limit < 1 || limit > page_max)
    params.fault(bad_parameter("limit", "limit is 1 to 100.", "parameter_invalid_integer"));
  const Expansions expand = params.expand();
  std::string key, value;
  if (!query.empty() && !parse_query(query, key, value))
    params.fault(bad_parameter("query", "The sandbox knows metadata['key']:'value'."));
  if (auto fault = params.finish()) return Err{*fault};
  std::vector<std::string> data;
  bool has_more = false;
  const Table<PaymentIntent>& intents = step.state().intents;
  for (auto id = intents.ids().rbegin(); id != intents.ids().rend() && !has_more; ++id) {
    const PaymentIntent& intent = *intents.find(*id);
    if (!has_metadata(intent, key, value)) continue;
    has_more = data.size() == static_cast<std::size_t>(limit);
    if (!has_more) data.push_back(intent_json(step.state(), intent, step.base_url(), expand));
  }
  return JsonObject()
      .text("object", "search_result")
      .list("data", data)
      .boolean("has_more", has_more)
      .raw("next_page", "null")
      .text("url", "/v1/payment_intents/search")
      .done();
}

}  // namespace florin::sandbox
