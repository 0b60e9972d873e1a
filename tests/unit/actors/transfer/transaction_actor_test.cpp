// The coordinator of a transaction alone: what its legs are told, what it answers, and what a repeat gets.
#include <gtest/gtest.h>

#include "actors/transfer/coordinator_actor.hpp"
#include "tests/support/actor_kit.hpp"
#include "tests/unit/domain/transfer/transfer_story.hpp"

namespace florin {
namespace {

using namespace words;

const AccountId tx_payer = account_in(0, 3, "tx_payer");
const AccountId tx_near = account_in(0, 3, "tx_near");
const AccountId tx_far = account_in(1, 3, "tx_far");
const AccountId tx_farther = account_in(2, 3, "tx_farther");

StartTransaction start_of(TransferPostings postings, RequestId request = 1) {
  StartTransaction message;
  message.request = request;
  message.transaction_id = uuid(1);
  message.currency = usd;
  message.postings = std::move(postings);
  return message;
}
TransferPostings two_payees() { return {{tx_payer, tx_near, 300}, {tx_payer, tx_far, 400}}; }

LegAnswered answer_of(const TransferId& id, std::uint8_t leg, LegMessage what,
                      const LegAnswer& answer) {
  return {{id, leg}, what, answer};
}
const LegContent& content_told(const Message& message) { return get<TryLeg>(message).content; }

class TransactionActorTest : public ::testing::TestWithParam<bool> {
 protected:
  TransactionActorTest() { kit_.given_account(tx_payer, 1'000).given_account(tx_near, 0); }
  ActorKit kit_{{.self = 0, .partitions = 3, .passivating = GetParam()}};

  TransferId started(StartTransaction message) {
    const TransferId id = kit_.next();
    message.request = 0;  // who waits is lost when it is passivated
    kit_.when(message);
    return id;
  }
  void answered(const TransferId& id, LegMessage what, std::size_t legs = 4) {
    for (std::uint8_t leg = 0; leg < legs; ++leg) kit_.when(answer_of(id, leg, what, yes));
  }
};
INSTANTIATE_TEST_SUITE_P(AwakeAndPassivated, TransactionActorTest, ::testing::Bool());

TEST_P(TransactionActorTest, TriesAllDebitsAndCreditsAtOnceEachWithItsOtherSide) {
  kit_.when(start_of(two_payees()))
      .then({"transfer_started", "p0 < try 0", "p0 < try 1", "p0 < try 2", "p1 < try 3"});
  const auto& told = kit_.told();
  EXPECT_EQ(content_told(told[0]),
            (LegContent{tx_payer, tx_near, uuid(1), 300, usd, LegRole::debit}));
  EXPECT_EQ(content_told(told[1]),
            (LegContent{tx_payer, tx_far, uuid(1), 400, usd, LegRole::debit}));
  EXPECT_EQ(content_told(told[2]),
            (LegContent{tx_near, tx_payer, uuid(1), 300, usd, LegRole::credit}));
  EXPECT_EQ(content_told(told[3]),
            (LegContent{tx_far, tx_payer, uuid(1), 400, usd, LegRole::credit}));
}

TEST_P(TransactionActorTest, RunsAsTccWhateverIsAskedFor) {
  StartTransaction message = start_of(two_payees());
  message.protocol = Protocol::saga;
  kit_.when(message).then(
      {"transfer_started", "p0 < try 0", "p0 < try 1", "p0 < try 2", "p1 < try 3"});
  EXPECT_EQ(get<TransferStarted>(kit_.events().at(0)).protocol, Protocol::tcc);
}

// System accounts are kept per partition: money enters and leaves where the client's account lives.
TEST_P(TransactionActorTest, KeepsTheOutsideWithTheOtherSideOfItsPosting) {
  kit_.when(
      start_of({{tx_payer, tx_near, 1}, {outside_usd, tx_far, 5}, {tx_farther, outside_usd, 6}}));
  std::vector<PartitionId> homes;
  for (const LegSpec& leg : get<TransferStarted>(kit_.events().at(0)).legs)
    homes.push_back(leg.partition);
  EXPECT_EQ(homes, (std::vector<PartitionId>{0, 1, 2, 0, 1, 2}));
}

// Known by the client's side of its first posting.
TEST_P(TransactionActorTest, IsItsFirstPayersOrOfADepositItsFirstPayees) {
  kit_.when(start_of({{outside_usd, tx_near, 5}, {tx_near, tx_payer, 6}}))
      .then({"transfer_started", "p0 < try 0", "p0 < try 1", "p0 < try 2", "p0 < try 3"});
  const auto& event = get<TransferStarted>(kit_.events().at(0));
  EXPECT_EQ(event.owner, tx_near);
  EXPECT_NE(kit_.state().open_transfer(uuid(1), tx_near), nullptr);
  EXPECT_EQ(kit_.state().open_transfer(uuid(1), tx_payer), nullptr);
}

TEST_P(TransactionActorTest, ConfirmsOnceAllSaidYesAndAnswersRepeatsFromItsRecord) {
  const TransferId id = started(start_of(two_payees()));
  answered(id, LegMessage::try_);
  kit_.then({"transfer_decided confirm by 3 ok", "p0 < confirm 0", "p0 < confirm 1",
             "p0 < confirm 2", "p1 < confirm 3"});
  answered(id, LegMessage::confirm);
  EXPECT_EQ(text(kit_.events().back()), "transfer_completed");
  kit_.when(start_of(two_payees(), 5)).then({"reply 5 completed replayed"});
  kit_.when(answer_of(id, 3, LegMessage::confirm, yes)).then({});
}

TEST_P(TransactionActorTest, ARepeatWaitsWhileItIsOpen) {
  const TransferId id = started(start_of(two_payees()));
  kit_.when(start_of(two_payees(), 5)).then({});
  if (GetParam()) return;  // who waits is lost with the actor
  answered(id, LegMessage::try_);
  answered(id, LegMessage::confirm);
  kit_.then({"transfer_completed", "reply 5 completed"});
}

TEST_P(TransactionActorTest, ARefusalNamesItsPostingAlsoToRepeats) {
  const TransferId id = started(start_of(two_payees()));
  kit_.when(answer_of(id, 3, LegMessage::try_, no(Rejection::account_frozen)))
      .then({"cancel_decided account_frozen by 3 refused account_frozen", "p0 < cancel 0",
             "p0 < cancel 1", "p0 < cancel 2", "p1 < cancel 3"})
      .when(start_of(two_payees(), 5))
      .then({"reply 5 cancelled account_frozen of 1 replayed"});
  EXPECT_EQ(get<TransferOutcome>(kit_.replies()[0].body).side, RefusedSide::to);
  answered(id, LegMessage::cancel);
  EXPECT_EQ(text(kit_.events().back()), "transfer_cancelled account_frozen");
  kit_.when(start_of(two_payees(), 6)).then({"reply 6 cancelled account_frozen of 1 replayed"});
  EXPECT_EQ(get<TransferOutcome>(kit_.replies()[0].body).side, RefusedSide::to);
}

TEST_P(TransactionActorTest, OtherContentUnderItsIdIsRefusedOpenOrEnded) {
  TransferPostings turned = two_payees(), more = two_payees(), dearer = two_payees();
  std::swap(turned[0], turned[1]);
  more.push_back({tx_payer, tx_farther, 1});
  dearer[1].amount = 401;
  StartTransaction euros = start_of(two_payees());
  euros.currency = eur;
  StartTransfer first;
  first.request = 1;
  first.from = tx_payer;
  first.to = tx_near;
  first.transaction_id = uuid(1);
  first.amount = 300;
  first.currency = usd;
  const auto refuses_all = [&] {
    for (const Message& other :
         std::vector<Message>{start_of(turned), start_of(more), start_of(dearer), euros, first})
      kit_.when(other).then({"reply 1 no transaction_id_reused"});
  };
  const TransferId id = started(start_of(two_payees()));
  refuses_all();
  answered(id, LegMessage::try_);
  answered(id, LegMessage::confirm);
  refuses_all();
}

TEST_P(TransactionActorTest, TheIdOfATransferIsTakenOpenOrEnded) {
  StartTransfer transfer;
  transfer.request = 1;
  transfer.from = tx_payer;
  transfer.to = tx_near;
  transfer.transaction_id = uuid(1);
  transfer.amount = 300;
  transfer.currency = usd;
  kit_.when(transfer).then({"transfer_posted", "reply 1 completed"});
  kit_.when(start_of(two_payees(), 2)).then({"reply 2 no transaction_id_reused"});
  transfer.to = tx_far;
  transfer.transaction_id = uuid(2);
  kit_.when(transfer);
  StartTransaction message = start_of({{tx_payer, tx_far, 300}, {tx_payer, tx_near, 1}}, 3);
  message.transaction_id = uuid(2);
  kit_.when(message).then({"reply 3 no transaction_id_reused"});
}

TEST_P(TransactionActorTest, DoesNotTakeProtocolDeadlineAndNotesForContent) {
  const TransferId id = started(start_of(two_payees()));
  answered(id, LegMessage::try_);
  answered(id, LegMessage::confirm);
  StartTransaction other = start_of(two_payees());
  other.protocol = Protocol::saga;
  other.deadline = noon + -1;
  other.notes->reference = "late";
  kit_.when(other).then({"reply 1 completed replayed"});
}

TEST_P(TransactionActorTest, DoesNotRecordRefusalsOfTheRequestItself) {
  kit_.when(start_of({})).then({"reply 1 no amount_not_positive"});
  kit_.when(start_of({{tx_payer, tx_near, 1}})).then({"reply 1 no amount_not_positive"});
  kit_.when(start_of(TransferPostings(limits::postings_max + 1, {tx_payer, tx_near, 1})))
      .then({"reply 1 no balance_overflow"});
  kit_.when(start_of({{tx_payer, tx_near, 1}, {tx_far, tx_far, 1}}))
      .then({"reply 1 no same_account"});
  kit_.when(start_of({{tx_payer, tx_near, 1}, {tx_far, tx_near, 0}}))
      .then({"reply 1 no amount_not_positive"});
  kit_.when(start_of({{tx_payer, tx_near, 1},
                      {outside_usd, AccountId::from_trusted("@outside:EUR"), 1}}))
      .then({"reply 1 no system_account"});
  kit_.when(start_of(two_payees()))
      .then({"transfer_started", "p0 < try 0", "p0 < try 1", "p0 < try 2", "p1 < try 3"});
}

// What is late at its start is tried nowhere; what is known against its first payer goes before, wherever the others live.
TEST_P(TransactionActorTest, WhoseDeadlineHasPassedIsCancelledAtOnce) {
  StartTransaction late = start_of(two_payees());
  late.deadline = noon + -1;
  kit_.when(late).then({"transfer_started", "client_deadline_given",
                        "cancel_decided deadline_passed", "p0 < cancel 0", "p0 < cancel 1",
                        "p0 < cancel 2", "p1 < cancel 3", "reply 1 cancelled deadline_passed"});
  StartTransaction poor = start_of({{tx_payer, tx_near, 1'001}, {tx_payer, tx_far, 1}});
  poor.transaction_id = uuid(2);
  poor.deadline = noon + -1;
  kit_.when(poor);
  EXPECT_EQ(text(kit_.replies().at(0)), "reply 1 cancelled insufficient_available of 0");
}

TEST_P(TransactionActorTest, SaysWhatItIsForToItsLegsAndKeepsIt) {
  StartTransaction message = start_of(two_payees());
  *message.notes = {"invoice", "bread", {{"k", "v"}}, ""};
  const TransferId id = kit_.next();
  kit_.when(message);
  EXPECT_EQ(text(kit_.events().at(1)), "transfer_noted");
  ASSERT_EQ(kit_.told().size(), 4U);
  for (const Message& told : kit_.told())
    EXPECT_EQ(*get<TryNotedLeg>(told).notes, (LegNotes{"invoice", "bread"}));
  ASSERT_NE(kit_.state().notes_of(id), nullptr);
  EXPECT_EQ(*kit_.state().notes_of(id), *message.notes);
}

TEST(TransactionLevel, IsNotTakenBeforeEveryNodeReadsItAndTheSameRequestMayComeAgain) {
  FormatLevels levels;
  levels.raise(transactions_level - 1);
  ActorKit kit({.self = 0, .partitions = 3, .levels = &levels});
  kit.given_account(tx_payer, 1'000).given_account(tx_near, 0);
  kit.when(start_of(two_payees())).then({"reply 1 not_accepted"});
  EXPECT_EQ(get<NotAccepted>(kit.replies()[0].body).why, NotAccepted::Why::level_too_low);
  levels.raise(transactions_level);
  kit.when(start_of(two_payees()))
      .then({"transfer_started", "p0 < try 0", "p0 < try 1", "p0 < try 2", "p1 < try 3"});
}

}  // namespace
}  // namespace florin
