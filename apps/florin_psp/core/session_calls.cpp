// /v1/checkout/sessions.
#include "apps/florin_psp/core/calls.hpp"
#include "apps/florin_psp/core/paging.hpp"
#include "apps/florin_psp/core/payment_flow.hpp"
#include "apps/florin_psp/model/currency_rules.hpp"

namespace florin::sandbox {
namespace {

constexpr std::int64_t life_min_s = 30 * 60, life_max_s = 24 * 3'600;
constexpr int line_items_max = 100;

// One line item's quantity times its price, its currency the same as of those before.
void read_line_item(Params& params, const std::string& item, CheckoutSession& session) {
  const std::string price = item + "[price_data]";
  const std::string currency = params.currency(price + "[currency]");
  if (!session.currency.empty() && currency != session.currency)
    params.fault(bad_parameter(price + "[currency]", "All line items have one currency."));
  session.currency = currency;
  const std::string name = params.required(price + "[product_data][name]");
  params.ignore(price + "[product_data][description]");
  session.item_name += (session.item_name.empty() ? "" : ", ") + name;
  const std::int64_t unit = params.required_integer(price + "[unit_amount]");
  const std::int64_t quantity = params.required_integer(item + "[quantity]");
  if (unit > amount_max || quantity < 1 || quantity > 10'000) {
    params.fault(bad_parameter(item, "quantity is 1 to 10000, unit_amount 99999999 at most."));
    return;
  }
  session.amount_total += unit * quantity;
}

void read_line_items(Params& params, CheckoutSession& session) {
  int count = 0;
  for (; count < line_items_max; ++count) {
    const std::string item = "line_items[" + std::to_string(count) + "]";
    if (!params.has(item + "[quantity]") && !params.has(item + "[price_data][unit_amount]")) break;
    read_line_item(params, item, session);
  }
  if (count == 0) {
    params.fault(missing_parameter("line_items"));
    return;
  }
  if (auto fault = amount_fault(session.amount_total, session.currency, "line_items"))
    params.fault(*fault);
}

void read_expiry(Step& step, Params& params, CheckoutSession& session) {
  session.expires_at = params.integer("expires_at").value_or(step.now_s() + life_max_s);
  const std::int64_t life = session.expires_at - step.now_s();
  if (life < life_min_s || life > life_max_s)
    params.fault(bad_parameter("expires_at",
                               "The `expires_at` timestamp must be between 30 minutes and 24 "
                               "hours from Checkout Session creation.",
                               "parameter_invalid"));
}

bool has_status(const CheckoutSession& session, const std::string& status) {
  return status.empty() || to_string(session.status) == status;
}

}  // namespace

CallResult create_session(Step& step, Params& params, const std::string&) {
  CheckoutSession session;
  if (params.required("mode") != "payment")
    params.fault(bad_parameter("mode", "The sandbox knows mode=payment."));
  params.word("ui_mode", {"hosted", "hosted_page"});
  params.word("payment_method_types[0]", {"card"});
  params.word("payment_intent_data[capture_method]", {"automatic", "automatic_async"});
  session.success_url = params.url("success_url");
  if (session.success_url.empty()) params.fault(missing_parameter("success_url"));
  session.cancel_url = params.url("cancel_url");
  session.client_reference_id = params.text("client_reference_id");
  params.metadata("metadata", session.metadata);
  params.metadata("payment_intent_data[metadata]", session.intent_metadata);
  session.intent_description = params.text("payment_intent_data[description]");
  read_expiry(step, params, session);
  read_line_items(params, session);
  const Expansions expand = params.expand();
  if (auto fault = params.finish()) return Err{*fault};

  session.id = step.new_id("cs_test");
  session.created = step.now_s();
  const CheckoutSession& stored = step.state().sessions.add(std::move(session));
  step.wake_at(stored.expires_at, stored.id);
  return session_json(step.state(), stored, step.base_url(), expand);
}

CallResult retrieve_session(Step& step, Params& params, const std::string& id) {
  const Expansions expand = params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  const CheckoutSession* session = step.state().sessions.find(id);
  if (session == nullptr) return Err{no_such("checkout.session", id)};
  return session_json(step.state(), *session, step.base_url(), expand);
}

CallResult list_sessions(Step& step, Params& params, const std::string&) {
  const Page page = read_page(params);
  const std::string intent = params.text("payment_intent");
  const std::string status = params.word("status", {"open", "complete", "expired"});
  const Expansions expand = params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  return list_of<CheckoutSession>(
      step.state().sessions, page, "/v1/checkout/sessions",
      [&](const CheckoutSession& session) {
        return has_status(session, status) && (intent.empty() || session.payment_intent == intent);
      },
      [&](const CheckoutSession& session) {
        return session_json(step.state(), session, step.base_url(), expand);
      });
}

// Only an open session ends. One whose payer is in 3-D Secure is still open.
CallResult expire_session(Step& step, Params& params, const std::string& id) {
  const Expansions expand = params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  CheckoutSession* session = step.state().sessions.find(id);
  if (session == nullptr) return Err{no_such("checkout.session", id)};
  if (session->status != SessionStatus::open)
    return Err{wrong_state("checkout_session_not_open",
                           "Only Checkout Sessions with a status in [\"open\"] can be expired. "
                           "This Checkout Session has a status of `" +
                               std::string(to_string(session->status)) + "`.")};
  expire(step, *session);
  return session_json(step.state(), *session, step.base_url(), expand);
}

}  // namespace florin::sandbox
