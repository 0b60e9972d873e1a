// Where a payer may be sent back to: what is no URL, and whose host is not configured.
#include "api/requests/return_url.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace florin {
namespace {

std::string host_of(std::string_view text) {
  const auto url = parse_return_url(text);
  return url ? (url->is_https ? "https " : "http ") + url->host : "-";
}

TEST(ReturnUrl, NamesHostAndPortUnlessItIsTheSchemes) {
  EXPECT_EQ(host_of("https://shop.example/done?a=1&b=%20"), "https shop.example");
  EXPECT_EQ(host_of("HTTPS://Shop.Example"), "https shop.example");
  EXPECT_EQ(host_of("https://shop.example:443/"), "https shop.example");
  EXPECT_EQ(host_of("https://shop.example:8443?x"), "https shop.example:8443");
  EXPECT_EQ(host_of("http://127.0.0.1:8081/"), "http 127.0.0.1:8081");
  EXPECT_EQ(host_of("http://[::1]:80/x"), "http [::1]");
}

TEST(ReturnUrl, RefusesWhatABrowserMightReadOtherwise) {
  for (const char* bad : {"",
                          "shop.example",
                          "//shop.example/",
                          "ftp://shop.example/",
                          "javascript:alert(1)",
                          "https://",
                          "https:///x",
                          "https://user@shop.example/",
                          "https://shop.example@evil.example",
                          "https://shop.example:0/",
                          "https://shop.example:x/",
                          "https://shop.example:/",
                          "https://shop.example/#top",
                          "https://shop.example/a b",
                          "https://shop.example/\\x",
                          "https://shop.example\\@evil.example/",
                          "https://shop.example/%2",
                          "https://shop.example/%zz",
                          "https://shop.example/\"",
                          "https://sh\xc3\xb6p.example/",
                          "https://.example/",
                          "https://[::1/",
                          "https://shop.example/\n",
                          "https://-x/"})
    EXPECT_EQ(host_of(bad), "-") << bad;
  EXPECT_EQ(host_of("https://shop.example/" + std::string(1'003, 'a')), "https shop.example");
  EXPECT_EQ(host_of("https://shop.example/" + std::string(1'004, 'a')), "-");
}

TEST(ReturnUrl, IsAllowedByItsHostAndOnLoopbackOnlyWithoutTls) {
  const std::vector<std::string> hosts{"shop.example", "localhost:8081", "127.0.0.1", "[::1]",
                                       "127.evil.example"};
  const auto allowed = [&](std::string_view text) {
    return is_allowed(*parse_return_url(text), hosts);
  };
  EXPECT_TRUE(allowed("https://shop.example/done"));
  EXPECT_TRUE(allowed("http://localhost:8081/done"));
  EXPECT_TRUE(allowed("http://127.0.0.1/"));
  EXPECT_TRUE(allowed("http://[::1]/"));
  EXPECT_FALSE(allowed("http://shop.example/"));
  EXPECT_FALSE(allowed("https://shop.example:8443/"));
  EXPECT_FALSE(allowed("https://evil.shop.example/"));
  EXPECT_FALSE(allowed("https://shop.example.evil/"));
  EXPECT_FALSE(allowed("http://localhost/"));
  EXPECT_FALSE(allowed("http://127.evil.example/"));
  EXPECT_FALSE(is_allowed(*parse_return_url("https://shop.example/"), {}));
}

}  // namespace
}  // namespace florin
