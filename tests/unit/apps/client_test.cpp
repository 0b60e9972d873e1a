// The shared client parts: URLs, messages, ids, decimals, tables, one blocking conversation.
#include <gtest/gtest.h>

#include "apps/client/decimal.hpp"
#include "apps/client/http_client.hpp"
#include "apps/client/http_message.hpp"
#include "apps/client/json_text.hpp"
#include "apps/client/text_table.hpp"
#include "apps/client/url.hpp"
#include "apps/client/uuid_v7.hpp"
#include "tests/unit/apps/fake_node.hpp"

namespace florin::client {
namespace {

using Outcome = HttpAnswerParser::Outcome;

TEST(ClientUrl, ReadsHostAndPort) {
  EXPECT_EQ(parse_url("http://wallet.example:81/")->authority, "wallet.example:81");
  EXPECT_EQ(parse_url("http://10.0.0.7")->port, "8080");
  EXPECT_EQ(parse_url("http://[::1]:9000")->host, "::1");
  EXPECT_EQ(parse_url("http://[::1]:9000")->port, "9000");
}

TEST(ClientUrl, RefusesWhatItCannotSpeak) {
  for (const char* url :
       {"https://a", "a:80", "http://", "http://a:0", "http://a:99999", "http://a:x", "http://a/b"})
    EXPECT_FALSE(parse_url(url)) << url;
}

TEST(ClientUrl, EncodesWhatIsNotPlain) {
  EXPECT_EQ(percent_encode("@outside:USD"), "@outside:USD");
  EXPECT_EQ(percent_encode("a/b ?"), "a%2Fb%20%3F");
}

TEST(HttpMessage, WritesOneWholeRequest) {
  std::string out;
  append_request(out, "POST", "/v1/accounts", "h:1", "{}");
  EXPECT_EQ(out,
            "POST /v1/accounts HTTP/1.1\r\nHost: h:1\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\n\r\n{}");
  out.clear();
  append_request(out, "GET", "/healthz", "h:1", "");
  EXPECT_EQ(out, "GET /healthz HTTP/1.1\r\nHost: h:1\r\n\r\n");
  out.clear();
  append_request(out, "POST", "/v1/accounts/a/freeze", "h:1", "");
  EXPECT_EQ(out, "POST /v1/accounts/a/freeze HTTP/1.1\r\nHost: h:1\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpMessage, ReadsAnAnswerHoweverItIsSplit) {
  const std::string bytes =
      "HTTP/1.1 503 Service Unavailable\r\ncontent-length:  5 \r\nRetry-After: 7\r\n"
      "Florin-Replayed: true\r\nConnection: close\r\n\r\nhello";
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    HttpAnswerParser parser;
    ASSERT_EQ(parser.parse(std::string_view(bytes).substr(0, cut)), Outcome::need_more) << cut;
    ASSERT_EQ(parser.parse(bytes), Outcome::complete) << cut;
    EXPECT_EQ(parser.answer().status, 503);
    EXPECT_EQ(parser.answer().body, "hello");
    EXPECT_EQ(parser.answer().retry_after_s, 7);
    EXPECT_TRUE(parser.answer().replayed);
    EXPECT_TRUE(parser.answer().close);
    EXPECT_EQ(parser.consumed(), bytes.size());
  }
}

TEST(HttpMessage, ReadsPipelinedAnswersOneAfterTheOther) {
  const std::string bytes =
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 Not Found\r\n"
      "Content-Length: 2\r\n\r\nbcHTTP/1.1 204 No Content\r\n\r\n";
  std::string_view rest = bytes;
  std::string bodies;
  HttpAnswerParser parser;
  for (const int status : {200, 404, 204}) {
    ASSERT_EQ(parser.parse(rest), Outcome::complete);
    EXPECT_EQ(parser.answer().status, status);
    bodies += std::string(parser.answer().body) + ".";
    rest.remove_prefix(parser.consumed());
    parser.reset();
  }
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(bodies, "a.bc..");
}

TEST(HttpMessage, RefusesEveryOtherFraming) {
  for (const char* bytes :
       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\na",
        "HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"}) {
    HttpAnswerParser parser;
    EXPECT_EQ(parser.parse(bytes), Outcome::malformed) << bytes;
  }
  HttpAnswerParser parser;
  EXPECT_EQ(parser.parse("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x')), Outcome::malformed);
}

TEST(ClientJson, PeeksAtTheFieldAndNotAtItsLookalikes) {
  EXPECT_EQ(peek_string(R"({"Status" : "success"})", "Status"), "success");
  EXPECT_EQ(peek_string(R"({"a":"Status","xStatus":"no","Status":"yes"})", "Status"), "yes");
  EXPECT_EQ(peek_string(R"({"Status":1})", "Status"), "");
  EXPECT_EQ(peek_string(R"({"Status":"cut)", "Status"), "");
}

TEST(ClientJson, EscapesStrings) {
  std::string out;
  append_json_string(out, "a\"b\\c\n");
  EXPECT_EQ(out, R"("a\"b\\c\u000a")");
}

TEST(ClientDecimal, ReadsAndWritesTheSameText) {
  for (const char* text : {"0.00", "0.05", "12.34", "-12.34", "-0.01", "92233720368547758.07"})
    EXPECT_EQ(decimal_text(read_decimal(text, 2).value(), 2), text);
  EXPECT_EQ(decimal_text(500, 0), "500");
  EXPECT_EQ(read_decimal("12", 2), 1200);
}

TEST(ClientDecimal, RefusesWhatIsNoAmount) {
  for (const char* text : {"", "-", ".5", "5.", "1.234", "1e3", "92233720368547758.08", "1,2"})
    EXPECT_FALSE(read_decimal(text, 2)) << text;
}

TEST(ClientDecimal, KnowsZeroInAnyLength) {
  EXPECT_TRUE(is_zero_decimal("0"));
  EXPECT_TRUE(is_zero_decimal("-0.000"));
  EXPECT_FALSE(is_zero_decimal("0.01"));
  EXPECT_FALSE(is_zero_decimal(""));
}

TEST(ClientUuid, GrowsEvenWhenTheClockStandsOrGoesBack) {
  UuidV7 ids(1);
  Uuid last = ids.at(1'700'000'000'000'000);
  for (int i = 0; i < 10'000; ++i) {
    const Uuid id = ids.at(1'700'000'000'000'000 - static_cast<std::uint64_t>(i) * 1000);
    ASSERT_LT(last, id);
    last = id;
  }
}

TEST(ClientUuid, CarriesVersionVariantAndMilliseconds) {
  UuidV7 ids(1);
  char text[uuid_chars];
  write_uuid(ids.at(0x0123456789ABULL * 1000), text);
  const std::string_view view(text, sizeof text);
  EXPECT_EQ(view.substr(0, 15), "01234567-89ab-7");
  EXPECT_TRUE(view[19] == '8' || view[19] == '9' || view[19] == 'a' || view[19] == 'b') << view;
}

TEST(ClientUuid, ReadsWhatItWritesInEitherCase) {
  UuidV7 ids;
  const Uuid id = ids.next();
  std::string text(uuid_chars, ' ');
  write_uuid(id, text.data());
  Uuid read;
  ASSERT_TRUE(read_uuid(text, read));
  EXPECT_EQ(read, id);
  for (char& c : text) c = static_cast<char>(std::toupper(c));
  EXPECT_TRUE(read_uuid(text, read));
  text[8] = '0';
  EXPECT_FALSE(read_uuid(text, read));
  EXPECT_FALSE(read_uuid("", read));
}

TEST(TextTable, AlignsColumnsByTheirWidestCell) {
  TextTable table({{"name"}, {"amount", Align::right}});
  table.add_row({"a", "1.00"});
  table.add_row({"Zoë long", "1000.00"});
  EXPECT_EQ(table.to_string(),
            "name       amount\n"
            "--------  -------\n"
            "a            1.00\n"
            "Zoë long  1000.00\n");
}

TEST(TextTable, NeverShowsControlCharacters) {
  TextTable table({{"x"}});
  table.add_row({"\x1b[31mred"});
  EXPECT_EQ(table.to_string().find('\x1b'), std::string::npos);
}

TEST(HttpClient, KeepsItsConnectionAndReturnsWholeAnswers) {
  const std::string large(300'000, 'x');
  test::FakeNode node(
      [&](const std::string& method, const std::string& target, const std::string& body) {
        return test::FakeAnswer{200, method + target + body + large, "", false};
      });
  HttpClient http(node.address());
  EXPECT_EQ(http.get("/a")->body, "GET/a" + large);
  EXPECT_EQ(http.post("/b", "{}")->body, "POST/b{}" + large);
}

TEST(HttpClient, SaysUnavailableWhenTheAnswerIsLost) {
  test::FakeNode node([](const auto&, const auto&, const auto&) {
    return test::FakeAnswer{200, "", "", true};
  });
  HttpClient http(node.address());
  const auto reply = http.get("/a");
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::unavailable);
}

TEST(HttpClient, SaysUnavailableWhenNobodyListens) {
  client::ServerAddress address;
  {
    test::FakeNode node([](const auto&, const auto&, const auto&) { return test::FakeAnswer{}; });
    address = node.address();
  }
  HttpClient http(address);
  const auto reply = http.get("/a");
  ASSERT_FALSE(reply);
  EXPECT_NE(reply.error().context.find(address.authority), std::string::npos);
}

}  // namespace
}  // namespace florin::client
