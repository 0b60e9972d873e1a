// The objects `Payment` and `Checkout`: every field, in the order of the contract.
#include "api/answers/payment_json.hpp"

#include <gtest/gtest.h>

#include "api/answers/payment_words.hpp"

namespace florin {
namespace {

constexpr Timestamp noon{1'790'000'000'000'000};

OrderState order() {
  OrderState order;
  order.id = PaymentId::from_trusted("po-1");
  order.claim.checkout = PaymentId::from_trusted("co-1");
  order.terms.seller = AccountId::from_trusted("shop");
  order.terms.amount = 1'000;
  order.terms.fee = 59;
  order.terms.currency = *parse_currency("USD");
  order.terms.psp = "sandbox";
  order.terms.psp_amount = 1'000;
  order.phase = OrderPhase::awaiting_payer;
  order.object = "cs_1";
  order.payer_url = "https://psp.example/cs_1";
  order.begun_at = noon;
  order.changed_at = noon + 1;
  order.history = {{{9, 2, 2},
                    noon + 1,
                    OrderPhase::awaiting_payer,
                    OrderFailure::none,
                    OrderInput::registered_open,
                    ""}};
  return order;
}
std::string json_of(const OrderState& order) {
  std::string out;
  JsonWriter json(out);
  write_payment(json, order, {9, 2, 2});
  return out;
}
bool has(const OrderState& order, std::string_view part) {
  return json_of(order).find(part) != std::string::npos;
}

TEST(PaymentJson, ShowsEveryFieldInTheOrderOfTheContract) {
  EXPECT_EQ(
      json_of(order()),
      R"({"payment_order_id":"po-1","checkout_id":"co-1","buyer_account":null,)"
      R"("seller_account":"shop","amount":"10.00","currency":"USD","fee":"0.59","net":"9.41",)"
      R"("amount_received":"0.00","amount_refunded":"0.00","amount_refund_pending":"0.00",)"
      R"("amount_disputed":"0.00","payment_order_status":"EXECUTING",)"
      R"("sub_status":"awaiting_payer","wallet_updated":false,"ledger_updated":false,)"
      R"("release":"auto","released":false,"psp":{"name":"sandbox","reference":"cs_1",)"
      R"("payment_reference":null},"payer_url":"https://psp.example/cs_1","tries":0,)"
      R"("dead_letter":false,"attention":[],"history":[{"position":"p2:9:2",)"
      R"("time":"2026-09-21T14:13:20.000001Z","status":"EXECUTING",)"
      R"("sub_status":"awaiting_payer","reason":"registered_open","by":"psp","node":null}],)"
      R"("metadata":{},"created_at":"2026-09-21T14:13:20.000000Z",)"
      R"("updated_at":"2026-09-21T14:13:20.000001Z","position":"p2:9:2"})");
}

// Rule 14: shown while somebody may pay, and nobody pays on a page that is being closed.
TEST(PaymentJson, ShowsThePayersPageOnlyWhileItMayBePaid) {
  for (const OrderPhaseWords& words : order_phase_words) {
    OrderState one = order();
    one.phase = words.phase;
    const bool is_payable =
        words.phase == OrderPhase::awaiting_payer || words.phase == OrderPhase::action;
    EXPECT_EQ(has(one, "payer_url"), is_payable) << words.name;
  }
}

TEST(PaymentJson, SaysOfWalletAndLedgerOnlyWhatIsDone) {
  OrderState one = order();
  one.phase = OrderPhase::crediting;
  EXPECT_TRUE(has(one, R"("wallet_updated":false,"ledger_updated":false)"));
  one.phase = OrderPhase::parked;
  EXPECT_TRUE(has(one, R"("wallet_updated":false,"ledger_updated":false)"));
  one.phase = OrderPhase::posting;
  EXPECT_TRUE(has(one, R"("wallet_updated":true,"ledger_updated":false)"));
  one.phase = OrderPhase::done;
  EXPECT_TRUE(has(one, R"("wallet_updated":true,"ledger_updated":true)"));
}

TEST(PaymentJson, NamesTheFailureAndTheBanksLastWord) {
  OrderState one = order();
  one.phase = OrderPhase::failed;
  one.failure = OrderFailure::expired;
  one.history.push_back({{9, 3, 2},
                         noon + 2,
                         OrderPhase::awaiting_payer,
                         OrderFailure::card_declined,
                         OrderInput::seen_failed_attempt,
                         "insufficient_funds"});
  EXPECT_TRUE(has(one, R"("sub_status":"expired")"));
  EXPECT_TRUE(has(one, R"("failure":{"code":"expired","decline_code":"insufficient_funds",)"));
  EXPECT_TRUE(has(one, R"("reason":"seen_failed_attempt: insufficient_funds")"));
  one.failure = OrderFailure::wallet_refused;
  one.refusal = Rejection::account_frozen;
  EXPECT_TRUE(has(one, R"("sub_status":"account_frozen")"));
}

TEST(PaymentJson, CountsWhatWasReceivedInTheOrdersUnits) {
  OrderState one = order();
  one.terms.currency = *parse_currency("UGX");
  one.terms.amount = 5'000;
  one.terms.fee = 0;
  one.terms.psp_amount = 500'000;  // the provider counts hundredths
  one.received = 500'000;
  one.received_in = one.terms.currency;
  EXPECT_TRUE(has(one, R"("amount_received":"5000")"));
  one.received_in = *parse_currency("USD");
  EXPECT_TRUE(has(one, R"("amount_received":"0")"));
}

TEST(PaymentJson, ListsWhatPeopleShouldLookAt) {
  OrderState one = order();
  one.phase = OrderPhase::unresolved;
  one.attention = 1U << static_cast<unsigned>(OrderAttention::dead_letter) |
                  1U << static_cast<unsigned>(OrderAttention::psp_sent_twice);
  EXPECT_TRUE(has(one, R"("dead_letter":true,"attention":["dead_letter","psp_sent_twice"])"));
}

TEST(PaymentJson, OfACheckoutShowsItsOrdersAsItKnowsThemOrAsTheyAre) {
  CheckoutState checkout;
  checkout.id = PaymentId::from_trusted("co-1");
  checkout.phase = CheckoutPhase::open;
  checkout.received_at = noon;
  checkout.orders.emplace_back().order = order().id;
  checkout.orders[0].terms = order().terms;
  const auto shown = [&](const PaymentShown& payment) {
    std::string out;
    JsonWriter json(out);
    write_checkout(json, checkout, {payment}, {3, 1, 5});
    return out;
  };
  const std::string early = shown({order_of(checkout, checkout.orders[0]), {}});
  EXPECT_NE(early.find(R"("payment_order_status":"NOT_STARTED","sub_status":"reserved")"),
            std::string::npos)
      << early;
  EXPECT_EQ(early.find("payer_url"), std::string::npos);
  const std::string later = shown({order(), {9, 2, 2}});
  EXPECT_TRUE(later.starts_with(
      R"({"checkout_id":"co-1","status":"open","is_payment_done":false,"currency":"USD",)"
      R"("amount":"10.00","payment_method":{"type":"hosted","psp":"sandbox"},)"
      R"("payer_url":"https://psp.example/cs_1",)"))
      << later;
  EXPECT_TRUE(later.ends_with(R"("position":"p5:3:1"})")) << later;
}

TEST(PaymentWords, HaveAMessageForEveryFailure) {
  for (std::size_t i = 1; i < order_failure_names.size(); ++i)
    EXPECT_GT(failure_words(static_cast<OrderFailure>(i)).message.size(), 10U) << i;
}

}  // namespace
}  // namespace florin
