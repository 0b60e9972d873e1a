// Of which form addresses and keys of parties outside of the cluster are (payment providers, shops). What is not of it is refused
// before anybody is called.
#pragma once

#include <string_view>

namespace florin {

// "https://api.example[:PORT][/path]", or http:// on the loopback (127.0.0.1, localhost, [::1]); no slash at its end, no user, no query.
bool is_base_url(std::string_view text);
// "sha256//" and 44 characters of base64: SHA-256 of the DER public key.
bool is_public_key_pin(std::string_view text);
// "shop.example", "shop.example:8443", "[::1]:8080": lower case.
bool is_return_host(std::string_view text);
// Visible ASCII and blanks.
bool is_header_text(std::string_view text);

}  // namespace florin
