// A tiny shop that pays through Florin: a cart, a checkout, the order's status. Pure: what is shown and what is
// asked; shell/shop.hpp talks with Florin. It is somebody else's program as far as Florin knows, and uses its HTTP
// API only.
#pragma once

#include <string>
#include <string_view>

#include "apps/florin_psp/wire/call.hpp"
#include "apps/florin_psp/wire/form.hpp"
#include "base/result.hpp"

namespace florin::sandbox {

struct ShopSettings {
  std::string florin_url;      // "http://127.0.0.1:8080"; empty: the shop is closed
  std::string seller = "bob";  // account that is paid
  std::string currency = "USD";
};

Answer cart_page(const ShopSettings& settings);
Answer closed_page();
Answer shop_problem(std::string_view what, std::string_view florins_answer);

// JSON of POST /v1/payments for a cart's form (quantity[<good>]=n, buyer=account or nothing); the error is for the
// buyer. `checkout_id`: a fresh one. `base_url`: ours, for the way back.
Result<std::string, std::string> payment_request(const ShopSettings& settings, const Form& cart,
                                                 const std::string& checkout_id,
                                                 const std::string& base_url);
// Of an answer to it or to GET /v1/checkouts/{id}: where the buyer pays; empty: nowhere (any more).
std::string payer_url_of(std::string_view checkout_json);
// Refreshes itself until every order has ended. `goes_to_pay`: straight from the cart, so it leads to the payer_url
// as soon as there is one. By refresh, not by redirect: browsers hold what is behind a form to form-action, and
// Florin is another origin.
Answer status_page(const std::string& checkout_id, std::string_view checkout_json,
                   bool goes_to_pay);

}  // namespace florin::sandbox
