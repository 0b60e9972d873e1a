// Which orders a filter lets through: each of its fields by itself, and all of them together.
#include "domain/payment/order/order_filter.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace florin {
namespace {

OrderState an_order() {
  OrderState order;
  order.phase = OrderPhase::awaiting_payer;
  order.claim.checkout = PaymentId::from_trusted("co-1");
  order.terms.seller = AccountId::from_trusted("shop");
  order.terms.buyer = AccountId::from_trusted("alice");
  order.terms.psp = "sandbox";
  order.object = "cs_1";
  order.payment = "pi_1";
  order.attention = 1U << static_cast<unsigned>(OrderAttention::psp_unreadable);
  order.begun_at = {1'000};
  return order;
}

struct Case {
  const char* name;
  std::function<void(OrderFilter&)> fits, fits_not;
};

std::vector<Case> cases() {
  return {
      {"status", [](auto& f) { f.statuses = bit_of(OrderStatus::executing); },
       [](auto& f) { f.statuses = bit_of(OrderStatus::success); }},
      {"sub_status", [](auto& f) { f.sub_status = "awaiting_payer"; },
       [](auto& f) { f.sub_status = "done"; }},
      {"seller", [](auto& f) { f.seller = AccountId::from_trusted("shop"); },
       [](auto& f) { f.seller = AccountId::from_trusted("alice"); }},
      {"buyer", [](auto& f) { f.buyer = AccountId::from_trusted("alice"); },
       [](auto& f) { f.buyer = AccountId::from_trusted("shop"); }},
      {"checkout", [](auto& f) { f.checkout = PaymentId::from_trusted("co-1"); },
       [](auto& f) { f.checkout = PaymentId::from_trusted("co-11"); }},
      {"psp", [](auto& f) { f.psp = "sandbox"; }, [](auto& f) { f.psp = "sand"; }},
      {"page", [](auto& f) { f.psp_reference = "cs_1"; },
       [](auto& f) { f.psp_reference = "cs_2"; }},
      {"payment", [](auto& f) { f.psp_reference = "pi_1"; },
       [](auto& f) { f.psp_reference = "pi_"; }},
      {"attention", [](auto& f) { f.attention = OrderAttention::psp_unreadable; },
       [](auto& f) { f.attention = OrderAttention::dead_letter; }},
      {"from, inclusive", [](auto& f) { f.from = {1'000}; }, [](auto& f) { f.from = {1'001}; }},
      {"to, exclusive", [](auto& f) { f.to = {1'001}; }, [](auto& f) { f.to = {1'000}; }},
  };
}

TEST(OrderFilter, LetsAllThroughThatItSaysNothingOf) {
  EXPECT_TRUE(matches(an_order(), {}));
  EXPECT_TRUE(matches(OrderState(), {}));
}

TEST(OrderFilter, EachFieldDecidesByItself) {
  OrderFilter all;
  for (const Case& one : cases()) {
    OrderFilter fits, fits_not;
    one.fits(fits);
    one.fits_not(fits_not);
    EXPECT_TRUE(matches(an_order(), fits)) << one.name;
    EXPECT_FALSE(matches(an_order(), fits_not)) << one.name;
    one.fits(all);
  }
  EXPECT_TRUE(matches(an_order(), all));
  for (const Case& one : cases()) {
    OrderFilter but_one = all;
    one.fits_not(but_one);
    EXPECT_FALSE(matches(an_order(), but_one)) << "all must fit: " << one.name;
  }
}

TEST(OrderFilter, KnowsTheFailureOfWhatFailedByItsCode) {
  OrderState order = an_order();
  order.phase = OrderPhase::failed;
  order.failure = OrderFailure::expired;
  OrderFilter filter;
  filter.sub_status = "expired";
  EXPECT_TRUE(matches(order, filter));
  filter.sub_status = "failed";
  EXPECT_FALSE(matches(order, filter));
  order.failure = OrderFailure::wallet_refused;
  order.refusal = Rejection::account_frozen;
  filter.sub_status = "account_frozen";
  EXPECT_TRUE(matches(order, filter));
}

TEST(OrderFilter, KnowsEveryWordThatAnOrderCanShow) {
  for (const char* word : {"risk_check", "awaiting_payer", "done", "mismatch", "card_declined",
                           "expired", "wallet_refused", "account_frozen"})
    EXPECT_TRUE(is_sub_status(word)) << word;
  for (const char* word : {"", "none", "reserved", "failed", "Done", "paid"})
    EXPECT_FALSE(is_sub_status(word)) << word;
}

}  // namespace
}  // namespace florin
