// What all pages share: escaping, frame, the strict policy. No script anywhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/florin_psp/wire/call.hpp"

namespace florin::sandbox {

std::string html_escaped(std::string_view text);

// A page. Nothing loads but our style sheet; forms go to us and to `form_origins` ("https://shop.example"), because
// browsers apply form-action to the redirects behind a form, too. Never kept by a cache: who comes back sees what is
// true now.
Answer html_page(std::string_view title, std::string_view body,
                 const std::vector<std::string>& form_origins = {}, std::string_view head = {});
Answer redirect_to(std::string_view url);  // 303: a reload repeats no form

// "https://shop.example:444" of "https://shop.example:444/x?y"; empty: no absolute http address.
std::string origin_of(std::string_view url);

Answer style_sheet();

}  // namespace florin::sandbox
