// See shop_pages.hpp.
#include "apps/florin_psp/pages/shop_pages.hpp"

#include <array>
#include <charconv>

#include "apps/client/json_text.hpp"
#include "apps/florin_psp/pages/html.hpp"
#include "apps/florin_psp/wire/json_object.hpp"

namespace florin::sandbox {
namespace {

struct Good {
  std::string_view id, name;
  std::int64_t price;  // hundredths
};
constexpr std::array goods{Good{"mug", "Mug", 1'250}, Good{"tea", "Tea, 100 g", 790},
                           Good{"spoon", "Silver spoon", 4'900}};
constexpr std::int64_t quantity_max = 99;
constexpr std::string_view account_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

std::string decimal(std::int64_t hundredths) {
  std::string digits = std::to_string(hundredths);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return digits.insert(digits.size() - 2, ".");
}

// -1: not a number from 0 to quantity_max.
std::int64_t quantity_of(const Form& cart, std::string_view good) {
  const std::string* text = cart.find("quantity[" + std::string(good) + "]");
  if (text == nullptr || text->empty()) return 0;
  std::int64_t quantity = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), quantity);
  const bool is_good = parsed.ec == std::errc{} && parsed.ptr == text->data() + text->size() &&
                       quantity >= 0 && quantity <= quantity_max;
  return is_good ? quantity : -1;
}

bool is_account(std::string_view text) noexcept {
  return text.size() <= 64 && text.find_first_not_of(account_characters) == std::string_view::npos;
}

std::string order_row(std::string_view order) {
  const auto cell = [&](std::string_view field) {
    return "<td>" + html_escaped(client::peek_string(order, field)) + "</td>";
  };
  return "<tr>" + cell("payment_order_id") + cell("amount") + cell("currency") +
         cell("payment_order_status") + cell("sub_status") + "</tr>";
}

std::string order_rows(std::string_view json) {
  constexpr std::string_view head = "\"payment_order_id\":";
  std::string rows;
  for (auto at = json.find(head); at != std::string_view::npos;) {
    const auto next = json.find(head, at + 1);
    rows += order_row(json.substr(at, next == std::string_view::npos ? next : next - at));
    at = next;
  }
  return rows;
}

bool has_ended(std::string_view json) {
  const std::string_view status = client::peek_string(json, "status");
  return status == "done" || status == "partly_failed" || status == "failed" || status == "refused";
}

}  // namespace

Answer cart_page(const ShopSettings& settings) {
  std::string rows;
  for (const Good& good : goods)
    rows += "<tr><td>" + std::string(good.name) + "</td><td>" + decimal(good.price) + ' ' +
            settings.currency + "</td><td><input name=\"quantity[" + std::string(good.id) +
            "]\" type=\"number\" min=\"0\" max=\"99\" value=\"" + (good.id == "mug" ? "1" : "0") +
            "\"></td></tr>";
  return html_page(
      "Your cart",
      "<form method=\"post\" action=\"/_shop/checkout\"><table><tr><th>good</th>"
      "<th>price</th><th>how many</th></tr>" +
          rows +
          "</table><label>Your account, if you have one <input name=\"buyer\"></label>"
          "<button id=\"checkout\">Check out</button></form><p class=\"note\">Sold by " +
          html_escaped(settings.seller) + ".</p>");
}

Answer closed_page() {
  Answer answer = html_page("The shop is closed",
                            "<p>Start florin-psp with <code>--florin http://HOST:PORT</code>.</p>");
  answer.status = 503;
  return answer;
}

Answer shop_problem(std::string_view what, std::string_view florins_answer) {
  std::string body = "<p class=\"bad\">" + html_escaped(what) + "</p>";
  if (!florins_answer.empty()) body += "<pre>" + html_escaped(florins_answer) + "</pre>";
  Answer answer =
      html_page("That did not work", body + "<p><a href=\"/_shop\">To the cart</a></p>");
  answer.status = 502;
  return answer;
}

Result<std::string, std::string> payment_request(const ShopSettings& settings, const Form& cart,
                                                 const std::string& checkout_id,
                                                 const std::string& base_url) {
  std::int64_t total = 0;
  for (const Good& good : goods) {
    const std::int64_t quantity = quantity_of(cart, good.id);
    if (quantity < 0) return Err{std::string("0 to 99 of a good")};
    total += quantity * good.price;
  }
  if (total == 0) return Err{std::string("The cart is empty.")};
  const std::string* buyer = cart.find("buyer");
  if (buyer != nullptr && !is_account(*buyer)) return Err{std::string("No such account.")};
  JsonObject buyer_info;
  if (buyer != nullptr && !buyer->empty()) buyer_info.text("buyer_account", *buyer);
  const std::string order = JsonObject()
                                .text("payment_order_id", checkout_id + ".1")
                                .text("seller_account", settings.seller)
                                .text("amount", decimal(total))
                                .text("currency", settings.currency)
                                .done();
  return JsonObject()
      .text("checkout_id", checkout_id)
      .raw("buyer_info", buyer_info.done())
      .raw("payment_method", JsonObject().text("type", "hosted").done())
      .list("payment_orders", {order})
      .text("return_url", base_url + "/_shop/orders/" + checkout_id)
      .done();
}

std::string payer_url_of(std::string_view checkout_json) {
  return std::string(client::peek_string(checkout_json, "payer_url"));
}

Answer status_page(const std::string& checkout_id, std::string_view json, bool goes_to_pay) {
  const std::string_view status = client::peek_string(json, "status");
  std::string body = "<p class=\"" + std::string(status == "done" ? "good" : "note") +
                     "\" id=\"status\">" + html_escaped(status) +
                     "</p><table><tr><th>order</th><th>amount</th><th></th><th>status</th>"
                     "<th></th></tr>" +
                     order_rows(json) + "</table>";
  const std::string payer_url = payer_url_of(json);
  if (!has_ended(json) && !payer_url.empty())
    body += "<p><a id=\"payer_url\" href=\"" + html_escaped(payer_url) + "\">Pay</a></p>";
  body += "<p><a href=\"/_shop\">To the cart</a></p>";
  std::string refresh;
  if (!has_ended(json) && goes_to_pay && !payer_url.empty()) {
    refresh = "<meta http-equiv=\"refresh\" content=\"0;url=" + html_escaped(payer_url) + "\">";
  } else if (!has_ended(json)) {
    refresh = "<meta http-equiv=\"refresh\" content=\"2\">";
  }
  return html_page("Order " + checkout_id, body, {}, refresh);
}

}  // namespace florin::sandbox
