// Those who judge payments object to a second charge, a second credit, one without a payment or before its SUCCESS, a ledger that
// says something else than provider and shops, and payments that are left lying.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

PaymentId po_one() { return PaymentId::from_trusted("po-1"); }
PaymentId co_one() { return PaymentId::from_trusted("co-1"); }

// A shop asks for po-1: 1,000 to `payee`, of which 50 are fees. The order lives in p0, the payee in p1.
class PaymentHistory : public DoctoredHistory {
 protected:
  PaymentHistory() {
    ShopAction a;
    a.checkout = a.order = 1;
    a.seller = 1;
    a.buyer = 0;
    a.amount = 1'000;
    a.fee = 50;
    workload_.shop = {a};
    ShopAnswer heard;
    heard.verdict = ShopVerdict::checkout;
    shop_.push_back({a, 1, heard});
  }

  std::string make_page(std::int64_t amount = 1'000, const char* currency = "usd") {
    ProviderSession page;
    page.order = "po-1";
    page.currency = currency;
    page.amount = amount;
    page.expires_s = 100;
    const std::string id = store_at_provider_.create(page);
    checker().on_page_made(*store_at_provider_.find(id, 0));
    return id;
  }
  void pay(const std::string& page) {
    ASSERT_TRUE(store_at_provider_.succeed(page, 0));
    checker().on_captured(store_at_provider_.captures().back());
  }
  void make_paid_page() { pay(make_page()); }

  // --- of the order's log (p0)
  Position moved(OrderPhase to) {
    OrderMoved event;
    event.order = po_one();
    event.to = to;
    log(0, {event});
    return {last_index_[0], 0, 0};
  }
  void begun() {
    CheckoutReceived received;
    received.checkout = co_one();
    received.orders.push_back({po_one(), {}, {}});
    log(0, {received});
    OrderBegun event;
    event.order = po_one();
    log(0, {event});
  }
  // --- of the seller's log (p1)
  static StepContent step(Position asked, MoneyRule rule = MoneyRule::card_success,
                          std::uint32_t n = 1) {
    StepContent content;
    content.name = {OriginKind::payment, "po-1", rule, n};
    content.asked = asked;
    content.account = payee();
    content.currency = dollars();
    content.amount = 1'000;
    content.fee = 50;
    content.holder = "sim";
    return content;
  }
  static MoneyStepDone credit(const StepContent& content, Minor amount = 1'000, Minor fee = 50) {
    const AccountId provider = AccountId::from_trusted("@psp:USD");
    const AccountId fees = AccountId::from_trusted("@fees:USD");
    MoneyStepDone done;
    done.step = content;
    done.moves = {{{provider, payee(), amount}, {}, {}}, {{payee(), fees, fee}, {}, {}}};
    return done;
  }
  static LedgerEntryPosted entry(const StepContent& content, Minor fee = 50, Minor wallet = 950) {
    LedgerEntryPosted posted;
    posted.step = content;
    posted.lines = {{{LedgerKind::assets_psp, "sim"}, fee + wallet, {}},
                    {{LedgerKind::liabilities_wallet, "payee"}, -wallet, {}},
                    {{LedgerKind::revenue_fees, {}}, -fee, {}}};
    return posted;
  }
  static LedgerEntryPosted parked_entry(Position asked, Minor amount = 1'000) {
    LedgerEntryPosted posted;
    StepContent content = step(asked, MoneyRule::parked);
    content.amount = amount;
    posted.step = content;
    posted.lines = {{{LedgerKind::assets_psp, "sim"}, amount, {}},
                    {{LedgerKind::liabilities_suspense, "late_success"}, -amount, {}}};
    return posted;
  }
  void end() {
    EndView end{operations_, {}, {}, {}};
    end.provider = &store_at_provider_;
    end.shop = &shop_;
    checker().at_end(end);
  }

  ProviderStore store_at_provider_;
  std::vector<ShopOperation> shop_;
};

// --- one checkout for a key --------------------------------------------------------------------------------------

class OneCheckoutPerKeyTest : public PaymentHistory {
 protected:
  OneCheckoutPerKeyTest() {
    workload_.shop[0].key = 7;
    ShopAction other = workload_.shop[0];
    other.checkout = other.order = 2;
    workload_.shop.push_back(other);
  }
  std::unique_ptr<Checker> make() override { return make_one_checkout_per_key(run_); }

  void received(const char* checkout) {
    CheckoutReceived event;
    event.checkout = PaymentId::from_trusted(checkout);
    log(0, {event});
  }
  void accepted(const char* checkout) {
    log(0, {CheckoutAccepted{PaymentId::from_trusted(checkout)}});
  }
  void all_have_time(std::int64_t us) {
    now_us_ = us;
    for (PartitionId p = 0; p < options_.partitions; ++p) log(p, {});
  }
  void refused_for_its_key(std::uint32_t checkout) {
    ShopAnswer heard;
    heard.verdict = ShopVerdict::refused;
    heard.refusal = PaymentRefusal::idempotency_key_reused;
    ShopAction action = workload_.shop[0];
    action.checkout = action.order = checkout;
    shop_ = {{action, 1, heard}};
    end();
  }
};

TEST_F(OneCheckoutPerKeyTest, IsSilentOfOneThatIsAccepted) {
  received("co-1");
  received("co-2");
  accepted("co-2");
  refused_for_its_key(1);
  expect_fine();
}

TEST_F(OneCheckoutPerKeyTest, SeesASecondOne) {
  received("co-1");
  received("co-2");
  accepted("co-1");
  accepted("co-2");
  expect_wrong("co-2 is accepted with key 7, which co-1 has");
}

// Of the partition where the key lives, whatever the others have.
TEST_F(OneCheckoutPerKeyTest, IsSilentOfASecondOneADayLater) {
  received("co-1");
  accepted("co-1");
  all_have_time(24LL * 3'600 * 1'000'000);
  received("co-2");
  accepted("co-2");
  expect_fine();
}

TEST_F(OneCheckoutPerKeyTest, SeesASecondOneWhereADayHasNotPassed) {
  received("co-1");
  all_have_time(24LL * 3'600 * 1'000'000 - 1);
  accepted("co-1");
  received("co-2");
  accepted("co-2");
  expect_wrong("co-2 is accepted with key 7, which co-1 has");
}

TEST_F(OneCheckoutPerKeyTest, SeesARefusalForNothing) {
  received("co-1");
  refused_for_its_key(1);
  expect_wrong("co-1 is told that key 7 is another one's, and nobody else came with it");
}

TEST_F(OneCheckoutPerKeyTest, SeesARefusalWithoutAKey) {
  refused_for_its_key(3);
  expect_wrong("co-3 is told of a key, and came with none");
}

// --- charged once ------------------------------------------------------------------------------------------------

class ChargedOnceTest : public PaymentHistory {
  std::unique_ptr<Checker> make() override { return make_charged_once(run_); }
};

TEST_F(ChargedOnceTest, IsSilentOfOnePageThatIsPaid) {
  make_paid_page();
  end();
  expect_fine();
}

TEST_F(ChargedOnceTest, SeesASecondPage) {
  make_page();
  make_page();
  expect_wrong("po-1 has a second page");
}

TEST_F(ChargedOnceTest, SeesASecondChargeOverAllObjects) {
  make_paid_page();
  ProviderCapture again = store_at_provider_.captures().back();
  again.charge = "ch_other";
  checker().on_captured(again);
  expect_wrong("po-1 is charged a second time, by ch_other");
}

TEST_F(ChargedOnceTest, SeesAnotherAmount) {
  make_page(999);
  expect_wrong("a page of 999 USD for po-1, for which nobody has asked");
}

TEST_F(ChargedOnceTest, SeesAnotherCurrency) {
  make_page(1'000, "eur");
  expect_wrong("a page of 1000 EUR for po-1");
}

TEST_F(ChargedOnceTest, SeesAChargeThatNobodyWasToldOf) {
  ASSERT_TRUE(store_at_provider_.succeed(make_page(), 0));
  end();
  expect_wrong("the provider has 1 charges, and has told of 0");
}

// --- credited once -----------------------------------------------------------------------------------------------

class CreditedOnceTest : public PaymentHistory {
  std::unique_ptr<Checker> make() override { return make_credited_once(run_); }
};

TEST_F(CreditedOnceTest, IsSilentOfOneCreditBehindASuccess) {
  make_paid_page();
  const Position asked = moved(OrderPhase::crediting);
  checker().on_told(0, 1, DoMoneyStep{step(asked)});
  log(1, {credit(step(asked))});
  moved(OrderPhase::posting);
  moved(OrderPhase::done);
  end();
  expect_fine();
}

TEST_F(CreditedOnceTest, SeesASuccessThatNobodyHasPaid) {
  make_page();
  moved(OrderPhase::crediting);
  expect_wrong("po-1 is a SUCCESS, and nobody has paid");
}

TEST_F(CreditedOnceTest, SeesACreditThatIsAskedForBeforeItsSuccessIsDurable) {
  make_paid_page();
  checker().on_told(0, 1, DoMoneyStep{step({last_index_[0] + 1, 0, 0})});
  expect_wrong("which owes nothing, or is not durable");
}

TEST_F(CreditedOnceTest, SeesASecondCreditUnderAnotherAttempt) {
  make_paid_page();
  const Position asked = moved(OrderPhase::crediting);
  log(1, {credit(step(asked))});
  log(1, {credit(step(asked, MoneyRule::card_success, 2))});
  expect_wrong("po-1 is credited a second time");
}

TEST_F(CreditedOnceTest, SeesAnotherAmount) {
  make_paid_page();
  const Position asked = moved(OrderPhase::crediting);
  log(1, {credit(step(asked), 1'000, 49)});
  expect_wrong("gives payee 951 of 1000 less 50");
}

TEST_F(CreditedOnceTest, SeesAPaymentThatIsNowhere) {
  make_paid_page();
  moved(OrderPhase::crediting);
  end();
  expect_wrong("po-1 was paid, its seller has nothing, and it is in no suspense");
}

TEST_F(CreditedOnceTest, SeesAnOrderThatIsDoneWithoutACredit) {
  make_paid_page();
  moved(OrderPhase::crediting);
  moved(OrderPhase::done);
  expect_wrong("po-1 is done, and its seller has nothing");
}

TEST_F(CreditedOnceTest, SeesASuccessThatFails) {
  make_paid_page();
  moved(OrderPhase::crediting);
  moved(OrderPhase::failed);
  expect_wrong("po-1 was a SUCCESS, and FAILED");
}

TEST_F(CreditedOnceTest, SeesAFailedOrderThatSucceeds) {
  make_paid_page();
  moved(OrderPhase::failed);
  moved(OrderPhase::crediting);
  expect_wrong("po-1 has FAILED, and is a SUCCESS");
}

TEST_F(CreditedOnceTest, IsSilentOfALateSuccessInSuspense) {
  make_paid_page();
  moved(OrderPhase::failed);
  log(0, {OrderAttentionRaised{po_one(), OrderAttention::late_success}});
  log(0, {parked_entry({last_index_[0], 0, 0})});
  end();
  expect_fine();
}

TEST_F(CreditedOnceTest, SeesALateSuccessThatIsCredited) {
  make_paid_page();
  moved(OrderPhase::failed);
  log(0, {OrderAttentionRaised{po_one(), OrderAttention::late_success}});
  log(1, {credit(step({last_index_[0], 0, 0}))});
  end();
  expect_wrong("po-1 is credited, and no SUCCESS");
}

TEST_F(CreditedOnceTest, SeesAnotherAmountInSuspense) {
  make_paid_page();
  moved(OrderPhase::failed);
  log(0, {OrderAttentionRaised{po_one(), OrderAttention::late_success}});
  log(0, {parked_entry({last_index_[0], 0, 0}, 999)});
  expect_wrong("is in suspense with 999, and was paid 1000");
}

// --- the ledger ----------------------------------------------------------------------------------------------------

class LedgerAgreesTest : public PaymentHistory {
  std::unique_ptr<Checker> make() override { return make_ledger_agrees(run_); }
};

TEST_F(LedgerAgreesTest, IsSilentOfOneEntryOfACredit) {
  make_paid_page();
  log(1, {credit(step({1, 0, 0}))});
  log(1, {entry(step({1, 0, 0}))});
  end();
  expect_fine();
}

TEST_F(LedgerAgreesTest, IsSilentOfMoneyInSuspense) {
  make_paid_page();
  log(0, {parked_entry({1, 0, 0})});
  end();
  expect_fine();
}

TEST_F(LedgerAgreesTest, SeesAnEntryBeforeItsCredit) {
  make_paid_page();
  log(1, {entry(step({1, 0, 0}))});
  expect_wrong("is entered before the wallet has done it");
}

TEST_F(LedgerAgreesTest, SeesAnEntryThatComesTwice) {
  make_paid_page();
  log(1, {credit(step({1, 0, 0}))});
  log(1, {entry(step({1, 0, 0}))});
  log(1, {entry(step({1, 0, 0}))});
  expect_wrong("is entered twice");
}

TEST_F(LedgerAgreesTest, SeesAnEntryThatIsMissing) {
  make_paid_page();
  log(1, {credit(step({1, 0, 0}))});
  end();
  expect_wrong("assets:psp:sim USD has 0; provider and shops know of 1000");
}

TEST_F(LedgerAgreesTest, SeesAnotherFee) {
  make_paid_page();
  log(1, {credit(step({1, 0, 0}))});
  log(1, {entry(step({1, 0, 0}), 40, 960)});
  end();
  expect_wrong("liabilities:wallet:payee USD has -960; provider and shops know of -950");
}

TEST_F(LedgerAgreesTest, SeesAnEntryThatDoesNotAddUp) {
  log(1, {credit(step({1, 0, 0}))});
  LedgerEntryPosted posted = entry(step({1, 0, 0}));
  posted.lines.pop_back();
  log(1, {posted});
  expect_wrong("does not add up to zero");
}

TEST_F(LedgerAgreesTest, SeesMoneyThatIsNotInSuspense) {
  make_paid_page();
  end();
  expect_wrong("provider and shops know of 1000");
}

// --- the end -------------------------------------------------------------------------------------------------------

class PaymentsEndTest : public PaymentHistory {
  std::unique_ptr<Checker> make() override { return make_payments_end(run_); }

 protected:
  void checkout_ended(CheckoutPhase phase) { log(0, {CheckoutEnded{co_one(), phase}}); }
};

TEST_F(PaymentsEndTest, IsSilentWhenItIsDone) {
  begun();
  make_paid_page();
  moved(OrderPhase::done);
  checkout_ended(CheckoutPhase::done);
  end();
  expect_fine();
}

TEST_F(PaymentsEndTest, SeesAnOrderThatIsLeftLying) {
  begun();
  moved(OrderPhase::awaiting_payer);
  end();
  expect_wrong("po-1 ends in awaiting_payer");
}

TEST_F(PaymentsEndTest, SeesAFailedOrderWhosePayerMayStillPay) {
  begun();
  make_page();
  moved(OrderPhase::failed);
  checkout_ended(CheckoutPhase::failed);
  end();
  expect_wrong("po-1 ends in failed, and its payer may still pay");
}

TEST_F(PaymentsEndTest, SeesAnUnresolvedOrderThatTheProviderKnows) {
  begun();
  make_page();
  moved(OrderPhase::unresolved);
  end();
  expect_wrong("although the provider knows how it stands");
}

TEST_F(PaymentsEndTest, SeesADoneOrderThatNobodyHasPaid) {
  begun();
  moved(OrderPhase::done);
  end();
  expect_wrong("po-1 ends in done, and nobody has paid");
}

TEST_F(PaymentsEndTest, SeesACheckoutThatIsNotTold) {
  begun();
  make_paid_page();
  moved(OrderPhase::done);
  end();
  expect_wrong("co-1 is open, and its order is over");
}

TEST_F(PaymentsEndTest, SeesACheckoutThatSaysSomethingElse) {
  begun();
  make_paid_page();
  moved(OrderPhase::done);
  checkout_ended(CheckoutPhase::failed);
  end();
  expect_wrong("co-1 is failed, and its order done");
}

TEST_F(PaymentsEndTest, SeesAShopThatHeardAnotherEnd) {
  begun();
  make_paid_page();
  moved(OrderPhase::done);
  checkout_ended(CheckoutPhase::done);
  shop_.front().answer->order_phase = OrderPhase::failed;
  end();
  expect_wrong("a shop heard that po-1 has FAILED");
}

TEST_F(PaymentsEndTest, SeesAShopThatWasNeverAnswered) {
  shop_.front().answer.reset();
  end();
  expect_wrong("a shop was never answered about po-1");
}

TEST_F(PaymentsEndTest, SeesAnAcceptedOrderThatNeverBegan) {
  end();
  expect_wrong("is accepted, and it never began");
}

}  // namespace
}  // namespace florin::sim
