// What a party's settings must be before the first call.
#include "runtime/outside/outside_party.hpp"

#include <algorithm>

#include "runtime/config/party_words.hpp"

namespace florin::outside {

Status<Error> check_party(const OutsideParty& party) {
  const auto wrong = [&party](std::string_view what) {
    return Err{
        Error{Errc::invalid, "the payment provider \"" + party.port + "\": " + std::string(what)}};
  };
  if (party.port.empty()) return wrong("it has no name");
  const std::string& url = party.base_url;
  if (!is_base_url(url))
    return wrong(
        "its base URL must be https:// (http:// on the loopback only), without a slash at its end, "
        "a user, a query "
        "and blanks");
  for (const std::string& secret : party.secret_headers)
    if (secret.find(": ") == std::string::npos || !is_header_text(secret))
      return wrong("a secret header is not `Name: value` in ASCII");
  if (!std::ranges::all_of(party.pins, is_public_key_pin))
    return wrong("a pin is not sha256// and 44 characters of base64");
  if (!party.pins.empty() && !url.starts_with("https://"))
    return wrong("it has pins, and its base URL is not https://");
  if (party.under_way_max == 0 || party.waiting_max == 0 || party.answer_bytes_max == 0)
    return wrong("a bound is 0: nothing could ever be called");
  if (party.connect_time_max.count() <= 0 || party.call_time_max < party.connect_time_max)
    return wrong("a call may take no time, or less than its connection");
  return Unit{};
}

}  // namespace florin::outside
