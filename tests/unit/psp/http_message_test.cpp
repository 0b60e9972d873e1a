// Calls and answers as bytes: the same when they come back, and what was not written here is refused.
#include "psp/http_message.hpp"

#include <gmock/gmock.h>

namespace florin::psp {
namespace {

using testing::StartsWith;

const HttpRequest post{HttpMethod::post, "/v1/a?b=c", {{"Key", "k 1"}, {"X", ""}}, "a=b\n\nc"};

TEST(HttpRequestBytes, AreReadableAndComeBack) {
  const auto bytes = request_bytes(post);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, "POST /v1/a?b=c\nKey: k 1\nX: \n\na=b\n\nc");
  const auto back = parse_request(*bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, post);
}

TEST(HttpRequestBytes, OfWhatWouldNotComeBackAreRefused) {
  const auto is_refused = [](auto change) {
    HttpRequest request = post;
    change(request);
    return !request_bytes(request).has_value();
  };
  EXPECT_TRUE(is_refused([](auto& r) { r.target = "v1/a"; }));
  EXPECT_TRUE(is_refused([](auto& r) { r.target = "/v1 a"; }));
  EXPECT_TRUE(is_refused([](auto& r) { r.target = "/v1\r\nX: y"; }));
  EXPECT_TRUE(is_refused([](auto& r) { r.headers[0].name = "a:b"; }));
  EXPECT_TRUE(is_refused([](auto& r) { r.headers[0].name = ""; }));
  EXPECT_TRUE(is_refused([](auto& r) { r.headers[0].value = "a\nb"; }));
  EXPECT_TRUE(is_refused([](auto& r) { r.headers[0].value = " a"; }));
  EXPECT_TRUE(is_refused([](auto& r) { r.body = ""; })) << "libcurl would send it twice";
  EXPECT_TRUE(is_refused([](auto& r) { r.method = HttpMethod::get; }));
  EXPECT_TRUE(is_refused([](auto& r) { r.body = std::string(request_bytes_max, 'a'); }));
  EXPECT_TRUE(is_refused([](auto& r) { r.headers.resize(33, {"a", "b"}); }));
}

TEST(HttpRequestBytes, ThatWereNotWrittenHereAreRefused) {
  for (const char* bytes :
       {"", "POST /a", "POST /a\n", "POST /a\nX: y\n", "POST /a\n\n", "PUT /a\n\nb", "POST a\n\nb",
        "POST  /a\n\nb", "GET /a\n\nb", "GET /a b\n\n", "POST /a\nno header\n\nb",
        "POST /a\n: x\n\nb", "POST /a\nX: \x01\n\nb"})
    EXPECT_FALSE(parse_request(bytes)) << bytes;
}

TEST(HttpAnswerBytes, ComeBackWhateverBecameOfTheCall) {
  for (const HttpEnd end :
       {HttpEnd::not_sent, HttpEnd::no_answer, HttpEnd::cut, HttpEnd::too_large, HttpEnd::whole})
    for (const HttpFault fault : {HttpFault::none, HttpFault::wrong_pin, HttpFault::other})
      for (const bool twice : {false, true}) {
        const HttpAnswer answer{end, fault, 429, twice, {{"retry-after", "3"}}, "\n\n{}\0x"};
        const auto back = parse_answer(answer_bytes(answer));
        ASSERT_TRUE(back);
        EXPECT_EQ(*back, answer);
      }
  EXPECT_THAT(answer_bytes({HttpEnd::not_sent, HttpFault::breaker_open, 0, false, {}, ""}),
              StartsWith("not_sent breaker_open 0 once\n"));
}

TEST(HttpAnswerBytes, ThatWereNotWrittenHereAreRefused) {
  for (const char* bytes :
       {"", "whole none 200 once", "whole none 200 once\n", "whole none 200\n\n",
        "whole none x once\n\n", "whole none 70000 once\n\n", "hole none 200 once\n\n",
        "whole no 200 once\n\n", "whole none 200 thrice\n\n", "whole none 200 once\nx\n\n"})
    EXPECT_FALSE(parse_answer(bytes)) << bytes;
}

}  // namespace
}  // namespace florin::psp
