// The world's steps, and what must be true of its money.
#include "tests/support/payment_world.hpp"

#include <gtest/gtest.h>

namespace florin {

PartitionOptions PaymentWorld::options() {
  auto setup = std::make_shared<PaymentSetup>();
  setup->cluster = "test";
  setup->psps.push_back({.name = "sandbox"});
  PartitionOptions options;
  options.payments = std::move(setup);
  return options;
}

PaymentWorld::PaymentWorld() : kit(partitions, options()), seller(kit.account(2, "seller")) {
  kit.with_outside();
  kit.open(seller);
}

OrderTerms PaymentWorld::terms() const {
  OrderTerms terms;
  terms.buyer = AccountId::from_trusted("buyer");
  terms.seller = seller;
  terms.amount = gross;
  terms.currency = words::usd;
  terms.psp = "sandbox";
  terms.psp_amount = gross;
  terms.fee = fee;
  terms.return_url = "https://shop.example/back";
  terms.expires_at = words::noon + 30 * 60 * words::second;
  return terms;
}

StartCheckout PaymentWorld::checkout(std::string_view checkout_id, std::vector<std::string> orders,
                                     RequestId request) const {
  StartCheckout message;
  message.request = request;
  message.checkout = id(checkout_id);
  message.content = sha256(checkout_id);
  message.command = {1, 7, request};
  for (const std::string& order : orders)
    message.orders.push_back({id(order), terms(), sha256(order)});
  return message;
}

TakeHint PaymentWorld::hint(std::string_view order, std::string_view event) {
  TakeHint message;
  message.request = 900;
  message.order = id(order);
  message.psp = "sandbox";
  message.hint = event;
  message.type = "checkout.session.completed";
  message.time = words::noon;
  return message;
}

// --- steps -------------------------------------------------------------------------------------------

void PaymentWorld::hear(const CallAnswer& answer) {
  const auto message = answer_message(answer);
  ASSERT_TRUE(message) << "a call of nobody";
  kit.send(answer.to.partition, *message);
}

void PaymentWorld::answer_call() {
  const OutsideCall call = std::move(kit.calls().front());
  kit.calls().pop_front();
  hear(psp.answer(call));
}

bool PaymentWorld::pay() {
  if (!is_paying) return false;
  for (std::uint32_t p = 0; p < partitions; ++p) {
    std::string payable;
    kit.state(static_cast<PartitionId>(p)).for_each_row<OrderEntity>([&](const OrderRow& row) {
      if (row.state.phase == OrderPhase::awaiting_payer) payable = row.state.id.str();
    });
    if (payable.empty()) continue;
    const auto sessions = psp.sessions_of(payable);
    if (sessions.empty() || sessions.front().is_paid) continue;
    psp.pay(payable);
    send(hint(payable, "evt_paid"));
    return true;
  }
  return false;
}

bool PaymentWorld::pass_time() {
  std::optional<Timestamp> first;
  for (std::uint32_t p = 0; p < partitions; ++p)
    first = earlier(first, kit.next_due(static_cast<PartitionId>(p)));
  if (!first) return false;
  kit.advance(std::max<std::int64_t>(0, first->us - kit.now().us));
  for (std::uint32_t p = 0; p < partitions; ++p) kit.turn(static_cast<PartitionId>(p), {});
  return true;
}

bool PaymentWorld::step() {
  if (kit.step()) return true;
  if (!kit.calls().empty()) return answer_call(), true;
  return pay() || pass_time();
}

void PaymentWorld::run() {
  for (int steps = 0; step(); ++steps) ASSERT_LT(steps, 5'000) << "it never ends";
}

// --- what is true at the end ----------------------------------------------------------------------------

OrderState PaymentWorld::order(std::string_view text) {
  const PaymentId order = id(text);
  const OrderRow* row = kit.state(place_of(order)).awake<OrderEntity>(order);
  return row == nullptr ? OrderState{} : row->state;
}

CheckoutState PaymentWorld::checkout_state(std::string_view text) {
  const PaymentId checkout = id(text);
  const CheckoutRow* row = kit.state(place_of(checkout)).awake<CheckoutEntity>(checkout);
  return row == nullptr ? CheckoutState{} : row->state;
}

WideMinor PaymentWorld::ledger(LedgerKind kind, const std::string& name) {
  WideMinor sum = 0;
  for (std::uint32_t p = 0; p < partitions; ++p)
    sum +=
        kit.state(static_cast<PartitionId>(p)).ledger_balance({words::usd, {kind, name}}).balance;
  return sum;
}

void PaymentWorld::expect_done(std::string_view text) {
  EXPECT_EQ(to_string(order(text).phase), to_string(OrderPhase::done));
  const auto sessions = psp.sessions_of(std::string(text));
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_TRUE(sessions.front().is_paid);
  EXPECT_EQ(kit.account_state(seller).available, gross - fee);
  EXPECT_EQ(kit.account_state(seller).payments_net, gross - fee);
  EXPECT_TRUE(ledger(LedgerKind::assets_psp, "sandbox") == gross);
  EXPECT_TRUE(ledger(LedgerKind::liabilities_wallet, seller.str()) == -(gross - fee));
  EXPECT_TRUE(ledger(LedgerKind::revenue_fees, "") == -fee);
  for (std::uint32_t p = 0; p < partitions; ++p) {
    PartitionState& here = kit.state(static_cast<PartitionId>(p));
    here.for_each_row<AskedStepEntity>(
        [](const AskedStepRow&) { ADD_FAILURE() << "is asked for"; });
    here.for_each_row<MoneyStepEntity>(
        [](const MoneyStepRow&) { ADD_FAILURE() << "a step is kept behind its fence"; });
  }
  kit.expect_quiet_books();
}

}  // namespace florin
