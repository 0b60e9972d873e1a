// /_shop: the tiny shop's requests, and its talk with Florin.
#pragma once

#include <string>

#include "apps/florin_psp/pages/shop_pages.hpp"

namespace florin::sandbox {

// Of a call whose path starts with /_shop. Blocks while Florin is asked. `order_number`: nobody else's.
Answer shop_answer(const ShopSettings& settings, const Call& call, const std::string& order_number);

}  // namespace florin::sandbox
