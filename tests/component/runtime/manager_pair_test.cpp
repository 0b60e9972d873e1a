// Two managers that talk to each other.
#include <gmock/gmock.h>

#include "tests/component/runtime/manager_kit.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;
using test::ManagerKit;
using testing::Contains;
using testing::Not;
using words::usd;

// A payer with 1,000 in partition 0 and a payee with nothing in partition 1; logs and stores keep up.
class ManagerPair : public testing::TestWithParam<Protocol> {
 protected:
  void SetUp() override {
    kit_.send(0, OpenAccount{.account = payer_, .currency = usd, .metadata = {}});
    kit_.send(1, OpenAccount{.account = payee_, .currency = usd, .metadata = {}});
    StartTransfer deposit = transfer(1, 1'000);
    deposit.from = words::outside_usd;
    deposit.to = payer_;
    kit_.send(0, deposit);
    kit_.run_until_quiet();
    ASSERT_THAT(kit_.done(0), Contains("reply 1 completed"));
    kit_.done(1);
  }
  StartTransfer transfer(RequestId request, Minor amount) const {
    StartTransfer message;
    message.request = request;
    message.from = payer_;
    message.to = payee_;
    message.transaction_id = words::uuid(request);
    message.amount = amount;
    message.currency = usd;
    message.protocol = GetParam();
    return message;
  }
  void expect_balances(Minor payer, Minor payee) {
    EXPECT_EQ(kit_.state(0).account(payer_)->available, payer);
    EXPECT_EQ(kit_.state(0).account(payer_)->held, 0);
    EXPECT_EQ(kit_.state(1).account(payee_)->available, payee);
  }
  // Time for resends and fences.
  void let_time_pass(milliseconds time) {
    for (; time > milliseconds(0); time -= milliseconds(100)) {
      kit_.advance(milliseconds(100));
      kit_.run_until_quiet();
    }
  }
  void expect_nothing_open() {
    for (const PartitionId p : {PartitionId{0}, PartitionId{1}}) {
      EXPECT_EQ(kit_.state(p).open_transfer_count(), 0U);
      EXPECT_EQ(kit_.state(p).leg_count(), 0U) << "legs of ended transfers are forgotten, p" << p;
    }
  }

  ManagerKit kit_{{.partitions = 2}};
  AccountId payer_ = kit_.account(0, "payer");
  AccountId payee_ = kit_.account(1, "payee");
};

TEST_P(ManagerPair, CompletesATransferAndForgetsItsLegs) {
  kit_.connect();
  kit_.send(0, transfer(2, 400));
  kit_.run_until_quiet();
  EXPECT_THAT(kit_.done(0), Contains("reply 2 completed").Times(1));
  expect_balances(600, 400);
  let_time_pass(milliseconds(2'000));
  expect_nothing_open();
}

TEST_P(ManagerPair, RefusesATransferWithoutTrace) {
  kit_.connect();
  kit_.send(1, ChangeAccount{.account = payee_, .change = AccountChange::freeze, .reason = ""});
  kit_.send(0, transfer(2, 400));
  kit_.run_until_quiet();
  EXPECT_THAT(kit_.done(0), Contains("reply 2 cancelled account_frozen").Times(1));
  expect_balances(1'000, 0);
  let_time_pass(milliseconds(2'000));
  expect_nothing_open();
}

TEST_P(ManagerPair, CompletesATransferAlthoughItsFirstMessagesWereLost) {
  kit_.send(0, transfer(2, 400));
  kit_.run_until_quiet();
  let_time_pass(milliseconds(800));
  EXPECT_THAT(kit_.done(0), Not(Contains("reply 2 completed")));
  kit_.connect();
  let_time_pass(milliseconds(3'000));
  EXPECT_THAT(kit_.done(0), Contains("reply 2 completed").Times(1));
  expect_balances(600, 400);
  expect_nothing_open();
}

TEST_P(ManagerPair, ManyTransfersShareTurns) {
  kit_.connect();
  for (RequestId request = 2; request < 102; ++request) kit_.send(0, transfer(request, 3));
  kit_.run_until_quiet();
  const auto done = kit_.done(0);
  for (RequestId request = 2; request < 102; ++request)
    EXPECT_THAT(done, Contains("reply " + std::to_string(request) + " completed").Times(1));
  expect_balances(700, 300);
  EXPECT_LT(kit_.state(0).last_index(), 20U) << "a hundred transfers are a few entries";
}

INSTANTIATE_TEST_SUITE_P(Protocols, ManagerPair, testing::Values(Protocol::tcc, Protocol::saga),
                         [](const auto& each) {
                           return each.param == Protocol::tcc ? "Tcc" : "Saga";
                         });

}  // namespace
}  // namespace florin
