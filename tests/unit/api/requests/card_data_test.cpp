// Rule 11: what looks like a card's number is refused wherever it stands, by its place and never by what it is.
#include "api/requests/card_data.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

constexpr std::string_view card = "4111111111111111";

std::string places(const std::vector<ProblemPart>& parts) {
  std::string all;
  for (const ProblemPart& part : parts) {
    EXPECT_EQ(part.kind, &problem_kind(EdgeCode::card_data));
    EXPECT_TRUE(part.detail.empty());
    all.append(all.empty() ? "" : " ").append("'" + part.param + "'");
  }
  return all;
}

std::string in_body(std::string body) {
  const auto object = parse_json_object(body);
  EXPECT_TRUE(object.has_value()) << body;
  return object ? places(card_data_in(*object)) : "";
}

TEST(CardData, IsFoundInTextsNumbersAndKeysAtAnyDepth) {
  EXPECT_EQ(in_body(R"({"a":"pay 4111 1111 1111 1111 now","b":[1,{"c":"4111-1111-1111-1111"}]})"),
            "'/a' '/b/1/c'");
  EXPECT_EQ(in_body(R"({"a":4111111111111111,"b":-1,"c":true,"d":null,"e":5555555555554444.0})"),
            "'/a' '/e'");
  EXPECT_EQ(
      in_body(R"({"4111111111111111":1,"x":{"y 4111111111111111":{"z":"4111111111111111"}}})"),
      "'' '/x' '/x/z'");
  EXPECT_EQ(in_body("{\"a\":\"4111\\u0020111111111111\"}"), "'/a'");
  EXPECT_EQ(in_body(R"({"payment_order_id":"po-20261129-000123","n":1764450000000})"), "");
}

TEST(CardData, ListsABoundedNumberOfPlaces) {
  std::string body = "{\"a\":[";
  for (int i = 0; i < 1'000; ++i) body.append(i ? ",\"" : "\"").append(card).append("\"");
  const auto object = parse_json_object(body.append("]}"));
  EXPECT_EQ(card_data_in(*object).size(), 64U);
}

HttpRequest asking(std::string target) {
  HttpRequest request;
  request.target = std::move(target);
  return request;
}

TEST(CardData, IsFoundInPathQueryAndHeaders) {
  HttpRequest request =
      asking("/v1/payments/4111%201111%201111%201111?cursor=x&a=" + std::string(card) + "&" +
             std::string(card) + "=1");
  request.headers.add("Host", "127.0.0.1:8080");
  request.headers.add("Idempotency-Key", "order 4111-1111-1111-1111");
  request.headers.add("X-4111111111111111", "1");
  EXPECT_EQ(places(card_data_in(request, "payment_order_id")),
            "'/payment_order_id' '/a' '' '/Idempotency-Key' ''");
}

TEST(CardData, LetsAnOrdinaryRequestThrough) {
  HttpRequest request = asking("/v1/payments/po-2026-11-29-000123?x=%zz");
  request.headers.add("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  request.headers.add("Idempotency-Key", "41111111-1111-4111-8111-111111111111");
  EXPECT_TRUE(card_data_in(request, "payment_order_id").empty());
}

}  // namespace
}  // namespace florin
