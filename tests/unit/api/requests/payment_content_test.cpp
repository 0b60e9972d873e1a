// What makes two requests the same: values, not bytes.
#include "api/requests/payment_content.hpp"

#include <gtest/gtest.h>

#include <set>

namespace florin {
namespace {

PaymentRequest request() {
  PaymentRequest request;
  request.checkout = PaymentId::from_trusted("co-1");
  request.buyer = AccountId::from_trusted("ann");
  request.psp = "sandbox";
  request.return_url = "https://shop.example/";
  request.expires_at = Timestamp{1'790'000'000'000'000};
  for (const char* id : {"po-1", "po-2"}) {
    PaymentOrderAsked& order = request.orders.emplace_back();
    order.id = PaymentId::from_trusted(id);
    order.seller = AccountId::from_trusted("shop");
    order.amount = 1'000;
    order.currency = *parse_currency("USD");
  }
  return request;
}

TEST(PaymentContent, IsTheSameInAnyOrderOfItsOrders) {
  PaymentRequest turned = request();
  std::swap(turned.orders[0], turned.orders[1]);
  EXPECT_EQ(content_of(turned), content_of(request()));
}

TEST(PaymentContent, DiffersInEveryValue) {
  std::set<Sha256> seen{content_of(request())};
  const auto differs = [&](auto&& change) {
    PaymentRequest other = request();
    change(other);
    return seen.insert(content_of(other)).second;
  };
  EXPECT_TRUE(differs([](auto& r) { r.checkout = PaymentId::from_trusted("co-2"); }));
  EXPECT_TRUE(differs([](auto& r) { r.buyer = {}; }));
  EXPECT_TRUE(differs([](auto& r) { r.psp.clear(); }));
  EXPECT_TRUE(differs([](auto& r) { r.return_url += "x"; }));
  EXPECT_TRUE(differs([](auto& r) { r.expires_at = {}; }));
  EXPECT_TRUE(differs([](auto& r) { r.orders.pop_back(); }));
  EXPECT_TRUE(differs([](auto& r) { r.orders[0].id = PaymentId::from_trusted("po-3"); }));
  EXPECT_TRUE(differs([](auto& r) { r.orders[0].seller = AccountId::from_trusted("bob"); }));
  EXPECT_TRUE(differs([](auto& r) { r.orders[0].amount = 1'001; }));
  EXPECT_TRUE(differs([](auto& r) { r.orders[0].currency = *parse_currency("EUR"); }));
  // What moves from one text into its neighbour is another content.
  EXPECT_TRUE(differs([](auto& r) { r.buyer = {}, r.psp = "annsandbox"; }));
}

TEST(PaymentContent, OfAnOrderIsThatOrdersOnly) {
  const PaymentRequest asked = request();
  EXPECT_NE(content_of(asked, asked.orders[0]), content_of(asked, asked.orders[1]));
  PaymentRequest other = request();
  other.orders[1].amount = 7;
  EXPECT_EQ(content_of(other, other.orders[0]), content_of(asked, asked.orders[0]));
}

TEST(PaymentContent, OfAKeyIsOfItsCredentialToo) {
  EXPECT_EQ(idempotency_key_hash("a", ""), Sha256{});
  EXPECT_NE(idempotency_key_hash("a", "k"), idempotency_key_hash("b", "k"));
  EXPECT_NE(idempotency_key_hash("a", "bk"), idempotency_key_hash("ab", "k"));
}

// Stored with every checkout: another hash would make a repeat from before the upgrade another request.
TEST(PaymentContent, IsWhatItWasInTheFirstVersion) {
  EXPECT_EQ(hex_of(content_of(request()), 16), "e7eb55de597c695e");
  EXPECT_EQ(hex_of(content_of(request(), request().orders[0]), 16), "189cba253219e597");
  EXPECT_EQ(hex_of(idempotency_key_hash("", "cart-17"), 16), "9ec7afd7ef2f6118");
}

}  // namespace
}  // namespace florin
