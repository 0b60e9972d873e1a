// Payment orders and checkouts as people see them.
#include "apps/florin/payment_view.hpp"

#include <gmock/gmock.h>

namespace florin::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* paid =
    R"({"payment_order_id":"po-1","checkout_id":"c-1","buyer_account":null,"seller_account":"shop","amount":"10.00",)"
    R"("currency":"USD","fee":"0.59","net":"9.41","amount_received":"10.00","amount_refunded":"0.00",)"
    R"("payment_order_status":"SUCCESS","sub_status":"done","wallet_updated":true,"ledger_updated":true,)"
    R"("psp":{"name":"sandbox","reference":"cs_1","payment_reference":"pi_1"},"tries":1,"dead_letter":false,)"
    R"("attention":["psp_sent_twice","psp_unreadable"],"failure":null,"history":[)"
    R"({"position":"p3:7:0","time":"T1","status":"EXECUTING","sub_status":"registering","reason":"accepted","by":"client","node":2},)"
    R"({"position":"p3:9:1","time":"T2","status":"SUCCESS","sub_status":"crediting","reason":"seen_succeeded","by":"read","node":3}],)"
    R"("created_at":"T0","updated_at":"T2","position":"p3:9:1"})";

TEST(PaymentView, ShowsAnOrderAndItsHistory) {
  const std::string text = render_payment(paid);
  EXPECT_THAT(text, HasSubstr("status            SUCCESS (done)\n"));
  EXPECT_THAT(text, HasSubstr("amount            10.00 USD\n"));
  EXPECT_THAT(text, HasSubstr("fee               0.59 USD\n"));
  EXPECT_THAT(text, HasSubstr("reference there   cs_1\n"));
  EXPECT_THAT(text, HasSubstr("attention         psp_sent_twice, psp_unreadable\n"));
  EXPECT_THAT(text,
              HasSubstr("T1    EXECUTING  registering  accepted        client     2  p3:7:0\n"));
  EXPECT_THAT(text,
              HasSubstr("T2    SUCCESS    crediting    seen_succeeded  read       3  p3:9:1\n"));
}

TEST(PaymentView, LeavesOutWhatIsNothing) {
  const std::string text = render_payment(paid);
  for (const char* absent :
       {"refunded", "disputed", "failure", "dead letter", "buyer", "payer pays"})
    EXPECT_THAT(text, Not(HasSubstr(absent)));
}

TEST(PaymentView, SaysWhyAnOrderFailedAndWhatIsOwed) {
  const std::string text = render_payment(
      R"({"payment_order_id":"po-2","currency":"JPY","amount":"500","amount_disputed":"500","dead_letter":true,)"
      R"("payment_order_status":"FAILED","next_try_at":"T9","failure":{"code":"card_declined",)"
      R"("decline_code":"insufficient_funds","message":"the bank said no","retry":"new_id"}})");
  EXPECT_THAT(text, HasSubstr("status            FAILED\n"));
  EXPECT_THAT(
      text, HasSubstr("failure           card_declined (insufficient_funds): the bank said no\n"));
  EXPECT_THAT(text, HasSubstr("disputed          500 JPY\n"));
  EXPECT_THAT(text, HasSubstr("dead letter       yes\n"));
  EXPECT_THAT(text, HasSubstr("next try          T9\n"));
}

TEST(PaymentView, ListsAnOrderInALine) {
  const std::string text = render_payment_list(R"({"data":[)" + std::string(paid) +
                                               R"(],"next_cursor":null,"position":"p0:1:0"})");
  EXPECT_THAT(text, HasSubstr("po-1"));
  EXPECT_THAT(text, HasSubstr("SUCCESS (done)  psp_sent_twice, psp_unreadable  T0\n"));
  EXPECT_THAT(render_payment_list(R"({"data":[],"next_cursor":null})"), HasSubstr("payment order"));
}

TEST(PaymentView, ShowsACheckoutAndItsOrders) {
  const std::string text = render_checkout(
      R"({"checkout_id":"c-1","status":"open","is_payment_done":false,"currency":"USD","amount":"10.00",)"
      R"("payment_method":{"type":"hosted","psp":"sandbox"},"payer_url":"http://127.0.0.1:1/c/pay/cs_1",)"
      R"("expires_at":"T5","payment_orders":[{"payment_order_id":"po-1","seller_account":"shop","amount":"10.00",)"
      R"("fee":"0.59","payment_order_status":"EXECUTING","sub_status":"awaiting_payer"}]})");
  EXPECT_THAT(text, HasSubstr("paid              no\n"));
  EXPECT_THAT(text, HasSubstr("method            hosted\n"));
  EXPECT_THAT(text, HasSubstr("payer pays at     http://127.0.0.1:1/c/pay/cs_1\n"));
  EXPECT_THAT(text, HasSubstr("po-1           shop     10.00  0.59  EXECUTING (awaiting_payer)"));
}

TEST(PaymentView, ShowsABodyThatIsNoPaymentAsItIs) {
  EXPECT_EQ(render_payment("<html>\x1b"), "<html>?\n");
  EXPECT_THAT(render_checkout("[]"), HasSubstr("payment order"));
}

}  // namespace
}  // namespace florin::cli
