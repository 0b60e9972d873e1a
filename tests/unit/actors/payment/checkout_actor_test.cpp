// One checkout alone: what it tells its orders, and what whoever asks for it hears (PAYMENTS.md, rule 7 and the table of section 5).
#include <gtest/gtest.h>

#include "tests/support/actor_kit.hpp"
#include "tests/support/payment_world.hpp"

namespace florin {
namespace {

const PaymentId co_1 = PaymentId::from_trusted("co-1");
const PaymentId the_order = PaymentId::from_trusted("po-1");
const PaymentId po_2 = PaymentId::from_trusted("po-2");

class CheckoutActorTest : public ::testing::Test {
 protected:
  ActorKit kit_{{.partitions = 1, .payments = PaymentWorld::options().payments}};

  static StartCheckout start(RequestId request, std::string_view content = "content") {
    StartCheckout message;
    message.request = request;
    message.checkout = co_1;
    message.content = sha256(content);
    message.command = {1, 7, request};
    for (const PaymentId& order : {po_2, the_order}) {
      OrderTerms terms;
      terms.seller = words::alice;
      terms.amount = terms.psp_amount = 500;
      terms.currency = words::usd;
      terms.psp = "sandbox";
      terms.expires_at = words::noon + words::day;
      message.orders.push_back({order, terms, sha256(order.view())});
    }
    return message;
  }
  OrderClaim claim() { return kit_.state().awake<CheckoutEntity>(co_1)->state.claim(); }
  void order_says(const PaymentId& order, OrderReply reply, const PaymentId& holder = {}) {
    kit_.when(OrderAnswered{claim(), order, reply, holder});
  }
  void accept() {
    kit_.when(start(1));
    order_says(the_order, OrderReply::reserved);
    order_says(po_2, OrderReply::reserved);
  }
  void tell(const PaymentId& order, OrderWord word) {
    kit_.when(TellCheckout{claim(), order, word});
  }
};

TEST_F(CheckoutActorTest, ReservesOneAfterTheOtherAndBeginsThemWhenItHasThemAll) {
  kit_.when(start(1)).then({"checkout_received", "p0 < reserve po-1"});
  order_says(the_order, OrderReply::reserved);
  kit_.then({"checkout_order_reserved", "p0 < reserve po-2"});
  order_says(po_2, OrderReply::reserved);
  kit_.then({"checkout_order_reserved", "checkout_accepted", "p0 < begin po-1", "p0 < begin po-2"});
  order_says(the_order, OrderReply::begun);
  kit_.then({"checkout_order_begun"});
  order_says(the_order, OrderReply::begun);
  kit_.then({});
}

TEST_F(CheckoutActorTest, WhoeverStartedItHearsWhenEachOrderCanBePaidOrIsOver) {
  accept();
  tell(the_order, OrderWord::payable);
  kit_.then({"checkout_order_told", "checkout_order_begun", "p0 < po-1 heard payable"});
  tell(po_2, OrderWord::failed);
  kit_.then({"checkout_order_told", "checkout_order_begun", "p0 < po-2 heard failed",
             "reply 1 co-1 open created"});
  tell(po_2, OrderWord::failed);
  kit_.then({"p0 < po-2 heard failed"});
}

TEST_F(CheckoutActorTest, AnOrderOfAnotherCheckoutRefusesItAndItsOwnAreReleased) {
  kit_.when(start(1));
  order_says(the_order, OrderReply::reserved);
  order_says(po_2, OrderReply::taken, PaymentId::from_trusted("co-9"));
  kit_.then({"checkout_refused", "p0 < release po-1", "p0 < release po-2",
             "reply 1 no payment_order_id_reused po-2"});
  kit_.when(GetCheckout{2, co_1}).then({"reply 2 no checkout_not_found"});
  kit_.when(start(3)).then({"reply 3 no request_in_progress"});
  order_says(the_order, OrderReply::released);
  order_says(po_2, OrderReply::released);
  kit_.when(start(4)).then({"checkout_received", "p0 < reserve po-1"});
}

TEST_F(CheckoutActorTest, AsksForItsKeyFirstAndKeepsItWhenItIsAccepted) {
  StartCheckout message = start(1);
  message.key = sha256("cart");
  kit_.when(message).then({"checkout_received", "p0 < reserve the key of co-1"});
  kit_.when(KeyAnswered{claim(), OrderReply::reserved, {}})
      .then({"checkout_key_moved", "p0 < reserve po-1"});
  order_says(the_order, OrderReply::reserved);
  order_says(po_2, OrderReply::reserved);
  kit_.then({"checkout_order_reserved", "checkout_accepted", "p0 < keep the key of co-1",
             "p0 < begin po-1", "p0 < begin po-2"});
  kit_.when(KeyAnswered{claim(), OrderReply::begun, {}}).then({"checkout_key_moved"});
}

TEST_F(CheckoutActorTest, AKeyThatIsAnotherCheckoutsRefusesIt) {
  StartCheckout message = start(1);
  message.key = sha256("cart");
  kit_.when(message);
  kit_.when(KeyAnswered{claim(), OrderReply::taken, PaymentId::from_trusted("co-9")})
      .then({"checkout_key_moved", "p0 < release the key of co-1",
             "reply 1 no idempotency_key_reused"});
  kit_.when(message).then({"reply 1 no idempotency_key_reused"});  // its desk has sent it again
  kit_.when(GetCheckout{2, co_1}).then({"reply 2 no checkout_not_found"});
  kit_.when(KeyAnswered{claim(), OrderReply::released, {}}).then({"checkout_key_moved"});
  kit_.when(start(4)).then({"checkout_received", "p0 < reserve po-1"});
}

TEST_F(CheckoutActorTest, ABusyOrderIsAskedAgainWhenItsTimeHasCome) {
  kit_.when(start(1));
  order_says(the_order, OrderReply::busy, PaymentId::from_trusted("co-9"));
  kit_.then({});
  kit_.at(words::noon + words::second).when_due(std::type_identity<CheckoutEntity>{}, co_1);
  kit_.then({"p0 < reserve po-1"});
}

// --- the table of section 5 ------------------------------------------------------------------------------------

TEST_F(CheckoutActorTest, AnotherRequestWhileItIsUnderWayIsToAskAgain) {
  kit_.when(start(1));
  kit_.when(start(2)).then({"reply 2 no request_in_progress"});
  kit_.when(start(3, "other")).then({"reply 3 no request_in_progress"});
}

// The leader that had begun it was lost with whoever waited: its desk sends the same command, under another number.
TEST_F(CheckoutActorTest, ItsOwnRequestSentAgainIsNoSecondOne) {
  kit_.when(start(1));
  StartCheckout again = start(77);
  again.command = start(1).command;
  kit_.when(again).then({});
  order_says(the_order, OrderReply::reserved);
  order_says(po_2, OrderReply::reserved);
  kit_.when(again).then({});
  tell(the_order, OrderWord::payable);
  tell(po_2, OrderWord::payable);
  kit_.then({"checkout_order_told", "checkout_order_begun", "p0 < po-2 heard payable",
             "reply 1 co-1 open created", "reply 77 co-1 open created",
             "reply 77 co-1 open created"});
}

TEST_F(CheckoutActorTest, AKnownCheckoutIsShownToWhoeverAsksForTheSame) {
  accept();
  kit_.when(start(2)).then({"reply 2 co-1 open"});
}

TEST_F(CheckoutActorTest, AnIdWithOtherContentIsReused) {
  accept();
  kit_.when(start(2, "other")).then({"reply 2 no checkout_id_reused"});
}

TEST_F(CheckoutActorTest, AKeyWithOtherContentIsReusedForADay) {
  StartCheckout first = start(1);
  first.key = sha256("key");
  kit_.when(first);
  order_says(the_order, OrderReply::reserved);
  order_says(po_2, OrderReply::reserved);
  StartCheckout other = start(2, "other");
  other.key = first.key;
  kit_.when(other).then({"reply 2 no idempotency_key_reused"});
  kit_.at(words::noon + words::day).when(other).then({"reply 2 no checkout_id_reused"});
}

TEST_F(CheckoutActorTest, NothingBeginsWherePaymentsAreNotConfigured) {
  ActorKit kit({.partitions = 1});
  kit.when(start(1)).then({"reply 1 no not_ready"});
  kit.when(GetCheckout{2, co_1}).then({"reply 2 no checkout_not_found"});
}

TEST_F(CheckoutActorTest, NobodyHonestAsksOrTellsSo) {
  StartCheckout nameless = start(1);
  nameless.checkout = {};
  kit_.when(nameless).then({"alarm"});
  StartCheckout of_nothing = start(1);
  of_nothing.orders[0].order = {};
  kit_.when(of_nothing).then({"alarm"});
  kit_.when(TellCheckout{{co_1, {3, 0, 0}}, the_order, OrderWord::payable}).then({"alarm"});
  accept();
  kit_.when(OrderAnswered{{co_1, {99, 0, 0}}, the_order, OrderReply::taken, co_1}).then({});
}

}  // namespace
}  // namespace florin
