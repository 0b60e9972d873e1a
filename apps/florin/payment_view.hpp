// Payment orders and checkouts for people, from the JSON of api/openapi.yaml. Pure text to text, as render.hpp.
#pragma once

#include <string>
#include <string_view>

namespace florin::cli {

// What was asked, how it stands, and its history, oldest first.
std::string render_payment(std::string_view body);
// A page of payment orders, one line each.
std::string render_payment_list(std::string_view body);
// The purchase and its orders, one line each.
std::string render_checkout(std::string_view body);

}  // namespace florin::cli
