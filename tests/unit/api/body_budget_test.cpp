// All bodies share one budget: whoever has no room is refused, and what ends gives its room back.
#include "api/http/body_budget.hpp"

#include <gtest/gtest.h>

#include "api/http/http_request_parser.hpp"
#include "api/route_table.hpp"

namespace florin {
namespace {

constexpr std::size_t kib = 1024;

TEST(BodyBudget, TheFirstBytesOfEachBodyAreFree) {
  const auto budget = std::make_shared<BodyBudget>(0);
  BodyRoom room(budget);
  EXPECT_TRUE(room.grow_to(BodyBudget::free_bytes));
  EXPECT_FALSE(room.grow_to(BodyBudget::free_bytes + 1));
  EXPECT_EQ(budget->in_use(), 0U);
}

TEST(BodyBudget, WhatIsTakenIsGivenBack) {
  const auto budget = std::make_shared<BodyBudget>(10 * kib);
  {
    BodyRoom one(budget);
    BodyRoom other(budget);
    EXPECT_TRUE(one.grow_to(10 * kib));
    EXPECT_EQ(budget->in_use(), 6 * kib);
    EXPECT_FALSE(other.grow_to(9 * kib));
    EXPECT_TRUE(other.grow_to(8 * kib)) << "a refusal has taken nothing";
    one.shrink();
    EXPECT_TRUE(other.grow_to(14 * kib));
    EXPECT_EQ(budget->in_use(), 10 * kib);
  }
  EXPECT_EQ(budget->in_use(), 0U);
}

class BodyParserTest : public testing::Test {
 protected:
  // Parses the header, then of the body as much as the parser takes.
  HttpParseState parse(HttpRequestParser& parser, const std::string& header,
                       const std::string& body) {
    const std::string head = "POST /x HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n";
    EXPECT_EQ(parser.parse(head), head.size());
    if (parser.state() == HttpParseState::need_body) parser.limit_body(route_max_);
    if (parser.state() == HttpParseState::need_body) parser.parse(body);
    return parser.state();
  }
  static std::string length(std::size_t bytes) {
    return "Content-Length: " + std::to_string(bytes);
  }

  std::size_t route_max_ = SIZE_MAX;
  std::shared_ptr<BodyBudget> budget_ = std::make_shared<BodyBudget>(256 * kib);
  HttpRequestParser parser_{16 * kib, 1024 * kib, budget_};
};

TEST_F(BodyParserTest, AClaimTakesNoRoomButBytesDo) {
  EXPECT_EQ(parse(parser_, length(1000 * kib), "x"), HttpParseState::need_body);
  EXPECT_EQ(budget_->in_use(), 0U);
  parser_.parse(std::string(100 * kib, 'x'));
  EXPECT_GE(budget_->in_use(), 96 * kib);
  EXPECT_LE(budget_->in_use(), 200 * kib + http_body_padding);
}

TEST_F(BodyParserTest, ABodyWithoutRoomIsRefusedAndOthersGoOn) {
  HttpRequestParser second{16 * kib, 1024 * kib, budget_};
  EXPECT_EQ(parse(parser_, length(200 * kib), std::string(150 * kib, 'x')),
            HttpParseState::need_body);
  EXPECT_EQ(parse(second, length(200 * kib), std::string(150 * kib, 'x')), HttpParseState::no_room);
  second.reset();
  EXPECT_EQ(parse(second, length(3 * kib), std::string(3 * kib, 'x')), HttpParseState::complete)
      << "small ones always pass";
  parser_.parse(std::string(50 * kib, 'x'));
  EXPECT_EQ(parser_.state(), HttpParseState::complete);
}

TEST_F(BodyParserTest, ARequestKeepsItsRoomUntilItIsGone) {
  ASSERT_EQ(parse(parser_, length(100 * kib), std::string(100 * kib, 'x')),
            HttpParseState::complete);
  {
    const HttpRequest request = parser_.take();
    EXPECT_EQ(request.body.size(), 100 * kib);
    EXPECT_GE(request.body.capacity() - request.body.size(), http_body_padding);
    parser_.reset();
    EXPECT_GE(budget_->in_use(), 96 * kib);
  }
  EXPECT_EQ(budget_->in_use(), 0U);
}

TEST_F(BodyParserTest, ARouteMayAllowLessThanTheServer) {
  route_max_ = 10;
  EXPECT_EQ(parse(parser_, length(11), ""), HttpParseState::body_too_large)
      << "refused before any of it came";
  parser_.reset();
  EXPECT_EQ(parse(parser_, length(10), "0123456789"), HttpParseState::complete);
  parser_.reset();
  EXPECT_EQ(parse(parser_, "Transfer-Encoding: chunked", "6\r\n012345\r\n5\r\n01234\r\n0\r\n\r\n"),
            HttpParseState::body_too_large);
}

TEST(BodyLimits, OnlyBatchesAreLarge) {
  for (const Route& route : all_routes()) {
    std::size_t bytes_max = limits::small_body_bytes_max;
    if (route_name(route) == "POST /v1/wallet/balance_transfers")
      bytes_max = limits::body_bytes_max;
    if (route_name(route) == "POST /v1/webhooks/psp/{name}")
      bytes_max = limits::webhook_body_bytes_max;
    EXPECT_EQ(route.body_bytes_max, bytes_max) << route_name(route);
  }
}

}  // namespace
}  // namespace florin
