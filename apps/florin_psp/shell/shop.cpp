// See shop.hpp.
#include "apps/florin_psp/shell/shop.hpp"

#include "apps/client/http_client.hpp"
#include "apps/florin_psp/pages/html.hpp"

namespace florin::sandbox {
namespace {

constexpr std::string_view orders_path = "/_shop/orders/";
constexpr int florin_timeout_s = 20;

Result<client::HttpReply, Error> ask(const ShopSettings& settings, std::string_view method,
                                     const std::string& target, const std::string& body) {
  FLORIN_TRY(address, client::parse_url(settings.florin_url));
  client::HttpClient florin(address, florin_timeout_s);
  return florin.request(method, target, body);
}

Answer check_out(const ShopSettings& settings, const Call& call, const std::string& number) {
  const auto cart = Form::parse(call.body);
  if (!cart) return shop_problem(cart.error(), {});
  const std::string id = "shop-" + number;
  const auto request = payment_request(settings, *cart, id, call.base_url);
  if (!request) return shop_problem(request.error(), {});
  const auto reply = ask(settings, "POST", "/v1/payments", *request);
  if (!reply) return shop_problem(reply.error().context, {});
  if (!reply->ok()) return shop_problem("Florin said no.", reply->body);
  return redirect_to(std::string(orders_path) + id + "?go=1");
}

Answer order_status(const ShopSettings& settings, const Call& call) {
  const std::string id = call.path.substr(orders_path.size());
  const auto reply = ask(settings, "GET", "/v1/checkouts/" + client::percent_encode(id), {});
  if (!reply) return shop_problem(reply.error().context, {});
  if (!reply->ok()) return shop_problem("Florin does not know this order.", reply->body);
  return status_page(id, reply->body, call.query == "go=1");
}

}  // namespace

Answer shop_answer(const ShopSettings& settings, const Call& call, const std::string& number) {
  if (settings.florin_url.empty()) return closed_page();
  if (call.path == "/_shop") return cart_page(settings);
  if (call.path == "/_shop/checkout" && call.method == "POST")
    return check_out(settings, call, number);
  if (call.path.starts_with(orders_path) && call.method == "GET")
    return order_status(settings, call);
  Answer answer = html_page("Not found", "<p><a href=\"/_shop\">To the cart</a></p>");
  answer.status = 404;
  return answer;
}

}  // namespace florin::sandbox
