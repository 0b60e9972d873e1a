// When a turn runs and when its effects leave: the manager between its inbox and the disk.
#include <gmock/gmock.h>

#include "tests/component/runtime/manager_kit.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;
using test::ManagerKit;
using test::ManagerKitOptions;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using words::usd;

OpenAccount open(RequestId request, const std::string& id) {
  return {
      .request = request, .account = AccountId::from_trusted(id), .currency = usd, .metadata = {}};
}

GetAccount get(RequestId request, const std::string& id) {
  return {.request = request, .account = AccountId::from_trusted(id)};
}

// A manager whose first entry, the account "alice", is durable and in the store.
std::unique_ptr<ManagerKit> started(ManagerOptions options = {}) {
  auto kit = std::make_unique<ManagerKit>(ManagerKitOptions{.manager = options});
  kit->send(0, open(100, "alice"));
  kit->run_until_quiet();
  EXPECT_THAT(kit->done(), ElementsAre("append 1", "reply 100 created alice", "checkpoint 1"));
  return kit;
}

TEST(PartitionManager, RepliesWhenTheEntryIsDurableAndNotBefore) {
  const auto kit = started();
  kit->send(0, open(1, "bob"));
  kit->run();
  EXPECT_THAT(kit->done(), ElementsAre("append 2"));
  kit->advance(milliseconds(500));
  EXPECT_THAT(kit->done(), IsEmpty());
  kit->sync(0);
  EXPECT_THAT(kit->done(), ElementsAre("reply 1 created bob"));
}

TEST(PartitionManager, AReadWaitsForTheEntriesThatItSaw) {
  const auto kit = started();
  kit->send(0, open(1, "bob"));
  kit->run();
  kit->send(0, get(2, "bob"));
  kit->run();
  EXPECT_THAT(kit->done(), ElementsAre("append 2"));
  kit->sync(0);
  EXPECT_THAT(kit->done(), ElementsAre("reply 1 created bob", "reply 2 account bob"));
}

TEST(PartitionManager, AReadOfWhatIsDurableIsAnsweredAtOnceAndWritesNothing) {
  const auto kit = started();
  kit->send(0, get(1, "alice"));
  kit->run();
  EXPECT_THAT(kit->done(), ElementsAre("reply 1 account alice"));
}

TEST(PartitionManager, ARefusalThatReadUnsyncedStateWaitsForIt) {
  const auto kit = started();
  kit->send(
      0, ChangeAccount{
             .request = 1, .account = words::alice, .change = AccountChange::close, .reason = ""});
  kit->run();
  kit->send(0, CheckLeg{.request = 2,
                        .account = words::alice,
                        .role = LegRole::credit,
                        .amount = 1,
                        .currency = usd});
  kit->run();
  EXPECT_THAT(kit->done(), ElementsAre("append 2"));
  kit->sync(0);
  EXPECT_THAT(kit->done(), ElementsAre("reply 1 account alice", "reply 2 check account_closed"));
}

TEST(PartitionManager, MessagesThatQueuedUpShareATurnAndAnEntry) {
  const auto kit = started();
  for (RequestId request = 1; request <= 3; ++request)
    kit->send(0, open(request, "a" + std::to_string(request)));
  kit->run();
  EXPECT_THAT(kit->done(), ElementsAre("append 2"));
  kit->sync(0);
  EXPECT_THAT(kit->done(),
              ElementsAre("reply 1 created a1", "reply 2 created a2", "reply 3 created a3"));
}

TEST(PartitionManager, TurnsRunAheadOfTheDiskOnlySoFarAndThenTheNextTurnIsLarger) {
  const auto kit = started({.turns_in_flight_max = 2});
  for (RequestId request = 1; request <= 5; ++request) {
    kit->send(0, open(request, "a" + std::to_string(request)));
    kit->run();
  }
  EXPECT_THAT(kit->done(), ElementsAre("append 2", "append 3"));
  EXPECT_EQ(kit->waiting(), 3U);
  kit->sync(0, 2);
  EXPECT_THAT(kit->done(), ElementsAre("reply 1 created a1", "append 4"));
  EXPECT_EQ(kit->waiting(), 0U);
  kit->sync(0);
  EXPECT_THAT(kit->done(), ElementsAre("reply 2 created a2", "reply 3 created a3",
                                       "reply 4 created a4", "reply 5 created a5"));
}

TEST(PartitionManager, ReadsWaitTooWhileTurnsMayNotRunAhead) {
  const auto kit = started({.turns_in_flight_max = 1});
  kit->send(0, open(1, "bob"));
  kit->run();
  kit->send(0, get(2, "alice"));
  kit->run();
  EXPECT_THAT(kit->done(), ElementsAre("append 2"));
  EXPECT_EQ(kit->waiting(), 1U);
  kit->sync(
      0);  // its wake-up came while no turn could run: the disk's wake-up takes its message too
  EXPECT_THAT(kit->done(), ElementsAre("reply 1 created bob", "reply 2 account alice"));
}

TEST(PartitionManager, AMessageThatArrivesDuringATurnIsNotForgotten) {
  const auto kit = started();
  kit->during_next_turn(0, [&] { kit->send(0, open(2, "carol")); });
  kit->send(0, open(1, "bob"));
  kit->run();
  EXPECT_THAT(kit->done(), ElementsAre("append 2", "append 3"));
  EXPECT_EQ(kit->waiting(), 0U);
}

TEST(PartitionManager, ADurableMarkThatMovesDuringATurnReleasesIt) {
  const auto kit = started();
  kit->during_next_turn(0, [&] { kit->sync_without_wake(0); });
  kit->send(0, open(1, "bob"));
  kit->run();
  EXPECT_THAT(kit->done(), ElementsAre("append 2", "reply 1 created bob"));
}

TEST(PartitionManager, WhatIsTooMuchForATurnIsTakenByTheNextWithoutAnotherWakeUp) {
  const auto kit = started({.turn_messages_max = 10});
  for (int chunk = 0; chunk < 3; ++chunk) {
    std::vector<Message> messages;
    for (int i = 0; i < 10; ++i)
      messages.emplace_back(open(0, "a" + std::to_string(chunk) + "." + std::to_string(i)));
    kit->send_all(0, std::move(messages));
  }
  kit->run();
  EXPECT_THAT(kit->done(), ElementsAre("append 2", "append 3", "append 4"));
  EXPECT_EQ(kit->waiting(), 0U);
}

TEST(PartitionManager, RepliesOfATurnLeaveBeforeItsMessagesAndBothAfterTheSync) {
  ManagerKit kit({.partitions = 2});
  const AccountId payer = kit.account(0, "payer");
  const AccountId payee = kit.account(1, "payee");
  kit.send(
      0,
      OpenAccount{
          .request = 1, .account = payer, .currency = usd, .allow_negative = true, .metadata = {}});
  kit.run_until_quiet();
  kit.done();
  StartTransfer start;
  start.request = 2;
  start.from = payer;
  start.to = payee;
  start.transaction_id = words::uuid(2);
  start.amount = 5;
  start.currency = usd;
  kit.send(0, start);
  kit.send(0, GetAccount{.request = 3, .account = payer});
  kit.run();
  EXPECT_THAT(kit.done(), ElementsAre("append 2"));
  kit.sync(0);
  EXPECT_THAT(kit.done(), ElementsAre("reply 3 account " + payer.str(), "tell p1 try 1"));
}

TEST(PartitionManager, WhatIsOwedIsSentAgainWhenItsTimeHasCome) {
  ManagerKit kit({.partitions = 2, .partition = {.resend_after_us = words::second}});
  const AccountId payer = kit.account(0, "payer");
  kit.send(
      0,
      OpenAccount{
          .request = 1, .account = payer, .currency = usd, .allow_negative = true, .metadata = {}});
  StartTransfer start;
  start.request = 2;
  start.from = payer;
  start.to = kit.account(1, "payee");
  start.transaction_id = words::uuid(2);
  start.amount = 5;
  start.currency = usd;
  kit.send(0, start);
  kit.run_until_quiet();
  EXPECT_THAT(kit.done(), Contains("tell p1 try 1"));
  kit.advance(milliseconds(900));
  EXPECT_THAT(kit.done(), Not(Contains("tell p1 try 1")));
  kit.advance(milliseconds(200));
  EXPECT_THAT(kit.done(), Contains("tell p1 try 1").Times(1));
}

}  // namespace
}  // namespace florin
