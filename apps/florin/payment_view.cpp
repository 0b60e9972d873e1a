// Fields that are empty are left out: an order that nothing happened to yet is short.
#include "apps/florin/payment_view.hpp"

#include "apps/florin/json_view.hpp"

namespace florin::cli {

using client::Align;
using client::TextTable;
using simdjson::dom::element;

namespace {

// Of an object in it; empty where that is null or absent.
std::string text_in(const element& object, std::string_view inner, std::string_view key) {
  element value;
  const bool is_there = object[inner].get(value) == simdjson::SUCCESS && value.is_object();
  return is_there ? text_of(value, key) : std::string();
}

std::string status_of(const element& payment) {
  const std::string sub_status = text_of(payment, "sub_status");
  return text_of(payment, "payment_order_status") +
         (sub_status.empty() ? "" : " (" + sub_status + ")");
}

// "10.00 USD"; empty without one.
std::string amount_of(const element& object, std::string_view key, const std::string& currency) {
  const std::string amount = text_of(object, key);
  return amount.empty() ? amount : amount + " " + currency;
}

// As amount_of, and empty where it is nothing: "0", "0.00".
std::string some_of(const element& object, std::string_view key, const std::string& currency) {
  const bool is_nothing = text_of(object, key).find_first_not_of("0.") == std::string::npos;
  return is_nothing ? std::string() : amount_of(object, key, currency);
}

std::string list_of(const element& object, std::string_view key) {
  std::string out;
  for_each(object, key, [&](const element& one) {
    out.append(out.empty() ? "" : ", ").append(scalar_text(one));
  });
  return out;
}

void money_fields(std::string& out, const element& payment) {
  const std::string currency = text_of(payment, "currency");
  field(out, "amount", amount_of(payment, "amount", currency));
  field(out, "fee", some_of(payment, "fee", currency));
  field(out, "net", amount_of(payment, "net", currency));
  field(out, "received", some_of(payment, "amount_received", currency));
  field(out, "refunded", some_of(payment, "amount_refunded", currency));
  field(out, "refund pending", some_of(payment, "amount_refund_pending", currency));
  field(out, "disputed", some_of(payment, "amount_disputed", currency));
}

void provider_fields(std::string& out, const element& payment) {
  field(out, "provider", text_in(payment, "psp", "name"));
  field(out, "reference there", text_in(payment, "psp", "reference"));
  field(out, "payment there", text_in(payment, "psp", "payment_reference"));
}

void failure_field(std::string& out, const element& payment) {
  std::string text = text_in(payment, "failure", "code");
  const std::string decline = text_in(payment, "failure", "decline_code");
  const std::string message = text_in(payment, "failure", "message");
  if (!decline.empty()) text += " (" + decline + ")";
  if (!message.empty()) text += ": " + message;
  field(out, "failure", text);
}

std::string history_of(const element& payment) {
  TextTable table({{"time"},
                   {"status"},
                   {"sub status"},
                   {"reason"},
                   {"by"},
                   {"node", Align::right},
                   {"position"}});
  for_each(payment, "history", [&](const element& e) {
    table.add_row({text_of(e, "time"), text_of(e, "status"), text_of(e, "sub_status"),
                   text_of(e, "reason"), text_of(e, "by"), text_of(e, "node"),
                   text_of(e, "position")});
  });
  return table.to_string();
}

}  // namespace

std::string render_payment(std::string_view body) {
  return with_json(body, [](const element& payment) {
    std::string out;
    field(out, "payment order", text_of(payment, "payment_order_id"));
    field(out, "checkout", text_of(payment, "checkout_id"));
    field(out, "status", status_of(payment));
    field(out, "wallet updated", text_of(payment, "wallet_updated"));
    field(out, "ledger updated", text_of(payment, "ledger_updated"));
    field(out, "buyer", text_of(payment, "buyer_account"));
    field(out, "seller", text_of(payment, "seller_account"));
    money_fields(out, payment);
    provider_fields(out, payment);
    failure_field(out, payment);
    field(out, "payer pays at", text_of(payment, "payer_url"));
    field(out, "tries", text_of(payment, "tries"));
    field(out, "next try", text_of(payment, "next_try_at"));
    if (flag_of(payment, "dead_letter")) field(out, "dead letter", "yes");
    field(out, "attention", list_of(payment, "attention"));
    field(out, "created", text_of(payment, "created_at"));
    field(out, "updated", text_of(payment, "updated_at"));
    field(out, "position", text_of(payment, "position"));
    return out + "\n" + history_of(payment);
  });
}

std::string render_payment_list(std::string_view body) {
  return with_json(body, [](const element& page) {
    TextTable table({{"payment order"},
                     {"checkout"},
                     {"seller"},
                     {"amount", Align::right},
                     {"currency"},
                     {"status"},
                     {"attention"},
                     {"created"}});
    for_each(page, "data", [&](const element& payment) {
      table.add_row({text_of(payment, "payment_order_id"), text_of(payment, "checkout_id"),
                     text_of(payment, "seller_account"), text_of(payment, "amount"),
                     text_of(payment, "currency"), status_of(payment),
                     list_of(payment, "attention"), text_of(payment, "created_at")});
    });
    return table.to_string();
  });
}

std::string render_checkout(std::string_view body) {
  return with_json(body, [](const element& checkout) {
    std::string out;
    field(out, "checkout", text_of(checkout, "checkout_id"));
    field(out, "status", text_of(checkout, "status"));
    field(out, "paid", text_of(checkout, "is_payment_done"));
    field(out, "amount", amount_of(checkout, "amount", text_of(checkout, "currency")));
    field(out, "method", text_in(checkout, "payment_method", "type"));
    field(out, "provider", text_in(checkout, "payment_method", "psp"));
    field(out, "payer pays at", text_of(checkout, "payer_url"));
    field(out, "return url", text_of(checkout, "return_url"));
    field(out, "expires", text_of(checkout, "expires_at"));
    field(out, "created", text_of(checkout, "created_at"));
    field(out, "position", text_of(checkout, "position"));
    TextTable orders({{"payment order"},
                      {"seller"},
                      {"amount", Align::right},
                      {"fee", Align::right},
                      {"status"},
                      {"failure"}});
    for_each(checkout, "payment_orders", [&](const element& order) {
      orders.add_row({text_of(order, "payment_order_id"), text_of(order, "seller_account"),
                      text_of(order, "amount"), text_of(order, "fee"), status_of(order),
                      text_in(order, "failure", "code")});
    });
    return out + "\n" + orders.to_string();
  });
}

}  // namespace florin::cli
