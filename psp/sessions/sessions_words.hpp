// Of which letters the texts are that go to the provider and come from it. What is not of them does not get in.
#pragma once

#include <string_view>

namespace florin::psp::sessions {

// Ids of orders, and the cluster's name: 1-64 of A-Za-z0-9._-
bool is_own_id(std::string_view text);
// Ids of the provider's objects and events: 1-255 of A-Za-z0-9_
bool is_psp_id(std::string_view text);
// Codes, brands, results of checks, types of events: 1-100 of a-z 0-9 _ . and capital letters.
bool is_code(std::string_view text);
// Which parameter was wrong: 1-200 of letters, digits, _ [ ] and points.
bool is_parameter(std::string_view text);
bool is_last4(std::string_view text);  // four digits
// https, or http on the loopback; at most 2,048 of visible ASCII.
bool is_payer_url(std::string_view text);

}  // namespace florin::psp::sessions
