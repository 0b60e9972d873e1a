// Fields in the order of the contract; each object of the body has its names, and its place in front of theirs.
#include "api/requests/payment_request.hpp"

#include <algorithm>
#include <array>

#include "api/requests/field_readers.hpp"
#include "api/requests/return_url.hpp"
#include "base/limits.hpp"
#include "domain/payment/checkout/checkout_state.hpp"
#include "domain/wallet/step_name.hpp"

namespace florin {
namespace {

namespace body {
enum Field : std::size_t {
  checkout_id,
  buyer_info,
  payment_method,
  payment_orders,
  return_url,
  expires_at,
  credit_card_info
};
constexpr std::array<std::string_view, 7> names{"checkout_id",     "buyer_info", "payment_method",
                                                "payment_orders",  "return_url", "expires_at",
                                                "credit_card_info"};
}  // namespace body

namespace method {
enum Field : std::size_t { type, token, psp };
constexpr std::array<std::string_view, 3> names{"type", "token", "psp"};
}  // namespace method

namespace order {
enum Field : std::size_t { id, seller_account, amount, currency, release };
constexpr std::array<std::string_view, 5> names{"payment_order_id", "seller_account", "amount",
                                                "currency", "release"};
}  // namespace order

constexpr std::array<std::string_view, 1> buyer_names{"buyer_account"};
constexpr const char* id_grammar = "must be 1-64 characters of A-Z a-z 0-9 . _ -";

class PaymentReader {
 public:
  void read(const JsonObject& object) {
    JsonFields<body::names.size()> fields;
    read_object(object, body::names, fields);
    read_id(body::names, fields, body::checkout_id, out.request.checkout);
    read_buyer(fields);
    read_method(fields);
    read_orders(fields);
    read_return_url(fields);
    read_expires_at(fields);
  }
  PaymentRequestRead out;

 private:
  void fault(InputFault what) {
    what.param = place_ + what.param.value_or("");
    add(ProblemPart(std::move(what)));
  }
  void refuse(const ProblemKind& kind, std::string_view key, std::string detail = {}) {
    add(ProblemPart(kind, place_ + json_pointer(key), std::move(detail)));
  }
  void add(ProblemPart part) {
    if (out.faults.size() < limits::problem_parts_max) out.faults.push_back(std::move(part));
  }

  template <std::size_t N>
  void read_object(const JsonObject& object, const std::array<std::string_view, N>& names,
                   JsonFields<N>& fields) {
    read_each_field(object, names, fields, [this](auto&& make) { fault(make()); });
  }
  // What `read` makes of the object at `key`, with its place in front.
  template <class Read>
  void read_inside(std::string_view key, const JsonValue& value, Read&& read) {
    JsonObject object;
    if (value.get(object)) return fault(bad_field(key, "must be an object."));
    const std::string outside = place_;
    place_ += json_pointer(key);
    read(object);
    place_ = outside;
  }

  template <std::size_t N>
  void read_id(const std::array<std::string_view, N>& names, const JsonFields<N>& fields,
               std::size_t field, PaymentId& into) {
    if (!fields.has(field)) return fault(missing_field(names[field]));
    const auto text = json_text(fields[field]);
    const auto id = text ? PaymentId::parse(*text) : std::nullopt;
    if (!id) return fault(bad_field(names[field], id_grammar));
    into = *id;
  }
  // Of a client: the system's are nobody's to pay, or to pay from.
  void read_account(std::string_view key, const JsonValue& value, AccountId& into) {
    AccountId id;
    if (auto wrong = read_account_id(key, value, id)) return fault(std::move(*wrong));
    if (id.is_system()) return refuse(problem_kind(Rejection::system_account), key);
    into = id;
  }

  void read_buyer(const JsonFields<body::names.size()>& fields) {
    if (!fields.has(body::buyer_info)) return;
    read_inside(body::names[body::buyer_info], fields[body::buyer_info],
                [this](const JsonObject& object) {
                  JsonFields<buyer_names.size()> buyer;
                  read_object(object, buyer_names, buyer);
                  if (buyer.has(0)) read_account(buyer_names[0], buyer[0], out.request.buyer);
                });
  }

  void read_method(const JsonFields<body::names.size()>& fields) {
    const std::string_view key = body::names[body::payment_method];
    if (fields.has(body::credit_card_info)) {  // the same as the method `token`
      refuse(problem_kind(EdgeCode::payment_method_not_supported),
             body::names[body::credit_card_info]);
      if (!fields.has(body::payment_method)) return;
    }
    if (!fields.has(body::payment_method)) return fault(missing_field(key));
    read_inside(key, fields[body::payment_method], [this](const JsonObject& object) {
      JsonFields<method::names.size()> method_fields;
      read_object(object, method::names, method_fields);
      read_type(method_fields);
      read_psp(method_fields);
    });
  }

  void read_type(const JsonFields<method::names.size()>& fields) {
    const std::string_view key = method::names[method::type];
    if (!fields.has(method::type)) return fault(missing_field(key));
    const auto text = json_text(fields[method::type]);
    if (text == "token" || text == "wallet")
      return refuse(problem_kind(EdgeCode::payment_method_not_supported), key);
    if (text != "hosted")
      return fault(bad_field(key, "must be \"hosted\", \"token\" or \"wallet\"."));
    if (fields.has(method::token))
      fault(bad_field(method::names[method::token], "is only for the type \"token\"."));
  }

  void read_psp(const JsonFields<method::names.size()>& fields) {
    if (!fields.has(method::psp)) return;
    const auto text = json_text(fields[method::psp]);
    if (!text || !is_payments_id(*text))
      return fault(bad_field(method::names[method::psp], id_grammar));
    out.request.psp = *text;
  }

  void read_orders(const JsonFields<body::names.size()>& fields) {
    const std::string_view key = body::names[body::payment_orders];
    if (!fields.has(body::payment_orders)) return fault(missing_field(key));
    JsonArray array;
    if (fields[body::payment_orders].get(array)) return fault(bad_field(key, "must be an array."));
    if (array.size() == 0 || array.size() > limits::checkout_orders_max)
      return fault(bad_field(key, "must have 1 to 50 elements."));
    if (array.size() > limits::payment_orders_taken_max)
      fault(bad_field(key,
                      "may have one element for now: make a checkout of its own for each order."));
    std::size_t place = 0;
    for (const JsonValue& value : array) {
      const std::string outside = place_;
      place_ += json_pointer(key);
      read_inside(std::to_string(place++), value,
                  [this](const JsonObject& object) { read_order(object); });
      place_ = outside;
    }
  }

  void read_order(const JsonObject& object) {
    JsonFields<order::names.size()> fields;
    read_object(object, order::names, fields);
    PaymentOrderAsked asked;
    read_id(order::names, fields, order::id, asked.id);
    if (fields.has(order::seller_account))
      read_account(order::names[order::seller_account], fields[order::seller_account],
                   asked.seller);
    else
      fault(missing_field(order::names[order::seller_account]));
    read_money(fields, asked);
    read_release(fields);
    compare_with_others(asked);
    out.request.orders.push_back(std::move(asked));
  }

  void read_money(const JsonFields<order::names.size()>& fields, PaymentOrderAsked& asked) {
    const std::string_view key = order::names[order::amount];
    if (!fields.has(order::amount)) fault(missing_field(key));
    if (!fields.has(order::currency)) return fault(missing_field(order::names[order::currency]));
    if (auto wrong =
            read_currency(order::names[order::currency], fields[order::currency], asked.currency))
      return fault(std::move(*wrong));
    if (!fields.has(order::amount)) return;
    AmountText amount;
    if (auto wrong = read_amount(key, fields[order::amount], asked.currency, amount))
      return fault(std::move(*wrong));
    asked.amount = amount.minor_rounded_up;
    if (amount.too_many_decimals) refuse(problem_kind(Rejection::too_many_decimals), key);
    if (asked.amount == 0) refuse(problem_kind(Rejection::amount_not_positive), key);
  }

  void read_release(const JsonFields<order::names.size()>& fields) {
    if (!fields.has(order::release)) return;
    const auto text = json_text(fields[order::release]);
    if (text == "manual")
      return fault(bad_field(order::names[order::release],
                             "\"manual\" is not supported yet: leave it out, or say \"auto\"."));
    if (text != "auto") fault(bad_field(order::names[order::release], "must be \"auto\"."));
  }

  void compare_with_others(const PaymentOrderAsked& asked) {
    const auto& others = out.request.orders;
    const bool is_twice =
        !asked.id.empty() &&
        std::ranges::find(others, asked.id, &PaymentOrderAsked::id) != others.end();
    if (is_twice) refuse(problem_kind(EdgeCode::duplicate_order_id), order::names[order::id]);
    const bool is_mixed = std::ranges::any_of(others, [&](const PaymentOrderAsked& other) {
      return !other.currency.is_none() && !asked.currency.is_none() &&
             other.currency != asked.currency;
    });
    if (is_mixed) refuse(problem_kind(EdgeCode::mixed_currencies), order::names[order::currency]);
  }

  // A hosted page sends the payer somewhere, so it needs one.
  void read_return_url(const JsonFields<body::names.size()>& fields) {
    const std::string_view key = body::names[body::return_url];
    if (!fields.has(body::return_url)) return fault(missing_field(key));
    const auto text = json_text(fields[body::return_url]);
    if (!text || !parse_return_url(*text))
      return fault(bad_field(key,
                             "must be an absolute https URL (http on loopback) without user and "
                             "fragment, of at most 1024 characters."));
    out.request.return_url = *text;
  }

  void read_expires_at(const JsonFields<body::names.size()>& fields) {
    if (!fields.has(body::expires_at)) return;
    const auto text = json_text(fields[body::expires_at]);
    const auto time = text ? Timestamp::parse_rfc3339(*text) : std::nullopt;
    if (!time)
      return fault(bad_field(body::names[body::expires_at], "must be a time of RFC 3339."));
    out.request.expires_at = time->is_none() ? Timestamp{1} : *time;  // 0 would be "none"
  }

  std::string place_;
};

}  // namespace

PaymentRequestRead read_payment_request(const JsonObject& body) {
  PaymentReader reader;
  reader.read(body);
  return std::move(reader.out);
}

}  // namespace florin
