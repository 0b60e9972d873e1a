// One function for each part of the objects.
#include "api/answers/payment_json.hpp"

#include <algorithm>
#include <ranges>

#include "api/answers/payment_words.hpp"
#include "domain/payment/order/order_steps.hpp"

namespace florin {
namespace {

void write_maybe(JsonWriter& json, std::string_view key, std::string_view value) {
  json.key(key);
  if (value.empty())
    json.null();
  else
    json.string(value);
}

// Captured, in minor units of the order's currency; what came in another one is nothing of this one. By the exponents that the order was
// accepted with, whatever the provider's table says now.
WideMinor received_minor(const OrderState& order) {
  const OrderTerms& terms = order.terms;
  if (terms.psp_amount <= 0 || order.received_in != terms.currency) return 0;
  return WideMinor{order.received} * terms.amount / terms.psp_amount;
}

// The wallet has credited the seller, and the ledger has its entry.
bool is_in_wallet(OrderPhase phase) {
  return phase == OrderPhase::posting || phase == OrderPhase::done;
}
bool is_in_ledger(OrderPhase phase) { return phase == OrderPhase::done; }

// Stored before it is shown, and shown while somebody may pay there.
std::string_view payer_url_of(const OrderState& order) {
  const bool is_payable =
      order.phase == OrderPhase::awaiting_payer || order.phase == OrderPhase::action;
  return is_payable ? std::string_view(order.payer_url) : std::string_view{};
}

void write_money(JsonWriter& json, const OrderState& order) {
  const OrderTerms& terms = order.terms;
  json.key("amount").amount(terms.amount, terms.currency);
  json.key("currency").plain(terms.currency.view());
  json.key("fee").amount(terms.fee, terms.currency);
  json.key("net").amount(terms.amount - terms.fee, terms.currency);
  json.key("amount_received").amount(received_minor(order), terms.currency);
  for (const char* later : {"amount_refunded", "amount_refund_pending", "amount_disputed"})
    json.key(later).amount(0, terms.currency);
}

void write_status(JsonWriter& json, const OrderState& order) {
  json.key("payment_order_status").plain(to_string(status_of(order.phase)));
  json.key("sub_status").plain(sub_status_of(order));
  json.key("wallet_updated").boolean(is_in_wallet(order.phase));
  json.key("ledger_updated").boolean(is_in_ledger(order.phase));
  json.key("release").plain("auto");
  json.key("released").boolean(is_in_wallet(order.phase));
}

void write_provider(JsonWriter& json, const OrderState& order) {
  json.key("psp").begin_object();
  json.key("name").plain(order.terms.psp);
  write_maybe(json, "reference", order.object);
  write_maybe(json, "payment_reference", order.payment);
  json.end_object();
  if (const auto url = payer_url_of(order); !url.empty()) json.key("payer_url").string(url);
}

void write_tries(JsonWriter& json, const OrderState& order) {
  json.key("tries").number(order.call.tries);
  const auto owed = owed_call(order);
  if (owed && owed->is_logged && !order.call.in_flight)
    json.key("next_try_at").plain(owed_call_due(order).to_rfc3339());
  json.key("dead_letter").boolean(order.phase == OrderPhase::unresolved);
  json.key("attention").begin_array();
  for (std::size_t i = 1; i < order_attention_names.size(); ++i)
    if (order.has(static_cast<OrderAttention>(i))) json.plain(order_attention_names[i]);
  json.end_array();
}

std::string_view last_decline(const OrderState& order) {
  for (const OrderHistoryLine& line : std::views::reverse(order.history))
    if (line.input == OrderInput::seen_failed_attempt && !line.note.empty()) return line.note;
  return {};
}

void write_failure(JsonWriter& json, const OrderState& order) {
  if (order.phase != OrderPhase::failed) return;
  const FailureWords words = failure_words(order.failure);
  json.key("failure").begin_object();
  json.key("code").plain(sub_status_of(order));
  if (const auto decline = last_decline(order); !decline.empty())
    json.key("decline_code").string(decline);
  json.key("message").plain(words.message);
  json.key("retry").plain(to_string(words.retry));
  json.end_object();
}

void write_line(JsonWriter& json, const OrderState& order, const OrderHistoryLine& line) {
  std::string reason(to_string(line.input));
  if (!line.note.empty()) reason.append(": ").append(line.note);
  json.begin_object();
  json.key("position").position(line.at);
  json.key("time").plain(line.time.to_rfc3339());
  json.key("status").plain(to_string(status_of(line.phase)));
  json.key("sub_status").plain(sub_status_of(line.phase, line.failure, order.refusal));
  json.key("reason").string(reason);
  json.key("by").plain(author_of(line.input));
  json.key("node").null();  // the log does not say who led when it was written
  json.end_object();
}

// The first that somebody may pay now.
std::string_view payer_url_of(const std::vector<PaymentShown>& payments) {
  for (const PaymentShown& shown : payments)
    if (const auto url = payer_url_of(shown.order); !url.empty()) return url;
  return {};
}

void write_total(JsonWriter& json, const CheckoutState& checkout) {
  const OrderTerms& terms = checkout.orders.front().terms;
  WideMinor total = 0;
  for (const CheckoutOrder& one : checkout.orders) total += one.terms.amount;
  json.key("currency").plain(terms.currency.view());
  json.key("amount").amount(total, terms.currency);
  json.key("payment_method").begin_object();
  json.key("type").plain("hosted");
  json.key("psp").plain(terms.psp);
  json.end_object();
}

}  // namespace

void write_payment(JsonWriter& json, const OrderState& order, const Position& position) {
  json.begin_object();
  json.key("payment_order_id").plain(order.id.view());
  json.key("checkout_id").plain(order.claim.checkout.view());
  write_maybe(json, "buyer_account", order.terms.buyer.view());
  json.key("seller_account").plain(order.terms.seller.view());
  write_money(json, order);
  write_status(json, order);
  write_provider(json, order);
  write_tries(json, order);
  write_failure(json, order);
  json.key("history").begin_array();
  for (const OrderHistoryLine& line : order.history) write_line(json, order, line);
  json.end_array();
  json.key("metadata").begin_object().end_object();
  json.key("created_at").plain(order.begun_at.to_rfc3339());
  json.key("updated_at").plain(std::max(order.begun_at, order.changed_at).to_rfc3339());
  json.key("position").position(position);
  json.end_object();
}

OrderState order_of(const CheckoutState& checkout, const CheckoutOrder& one) {
  OrderState order;
  order.id = one.order;
  order.claim = checkout.claim();
  order.terms = one.terms;
  order.phase = OrderPhase::reserved;
  order.begun_at = checkout.received_at;
  order.changed_at = checkout.received_at;
  return order;
}

void write_checkout(JsonWriter& json, const CheckoutState& checkout,
                    const std::vector<PaymentShown>& payments, const Position& position) {
  const OrderTerms& terms = checkout.orders.front().terms;
  json.begin_object();
  json.key("checkout_id").plain(checkout.id.view());
  json.key("status").plain(to_string(checkout.phase));
  json.key("is_payment_done").boolean(checkout.is_payment_done());
  write_total(json, checkout);
  if (const auto url = payer_url_of(payments); !url.empty()) json.key("payer_url").string(url);
  if (!terms.return_url.empty()) json.key("return_url").string(terms.return_url);
  json.key("expires_at").plain(terms.expires_at.to_rfc3339());
  json.key("payment_orders").begin_array();
  for (const PaymentShown& shown : payments)
    write_payment(json, shown.order, shown.position.is_none() ? position : shown.position);
  json.end_array();
  json.key("metadata").begin_object().end_object();
  json.key("created_at").plain(checkout.received_at.to_rfc3339());
  json.key("position").position(position);
  json.end_object();
}

}  // namespace florin
