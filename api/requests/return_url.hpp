// Where a payer is sent back to: a URL of the shop. Strict, as it is put into a provider's page and a browser follows it. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace florin {

struct ReturnUrl {
  bool is_https = true;
  // In lower case, with its port unless that is the scheme's own (443, 80).
  std::string host;
};

// An absolute http or https URL of visible ASCII (RFC 3986) with at most return_url_chars_max characters, without a user, and
// without a fragment: what we append would be part of that.
std::optional<ReturnUrl> parse_return_url(std::string_view text);

// `hosts`: as ReturnUrl::host. What is http must be on this machine as well.
bool is_allowed(const ReturnUrl& url, std::span<const std::string> hosts);

}  // namespace florin
