// The checker sees money that comes from nowhere, goes nowhere, or moves otherwise than asked.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class MoneyConservedTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_money_conserved(run_); }

 protected:
  // What the accounts really are: a partition whose accounts were opened and never posted to.
  PartitionState& untouched(PartitionId p) {
    auto& partition = untouched_[p];
    if (!partition) {
      partition = std::make_unique<Partition>(p, map_, store_, PartitionOptions{});
      partition->state().apply(
          AccountOpened{
              p == 0 ? payer() : payee(), dollars(), AccountKind::user, false, no_daily_limit, {}},
          {1, 0, p}, {});
    }
    return partition->state();
  }
  static LegConfirmed posted(std::uint8_t which, Minor after, Minor amount = 30) {
    return {leg(which), content(which, amount), {0, 0, after}};
  }
  std::map<PartitionId, std::unique_ptr<Partition>> untouched_;
};

TEST_F(MoneyConservedTest, SeesATransferThatNobodyAskedFor) {
  log(0, {started(31)});
  expect_wrong("nobody asked to move 31 from payer to payee");
}

TEST_F(MoneyConservedTest, SeesALegPostedTwice) {
  log(0, {started(), posted(0, -30), posted(0, -60)}, &untouched(0));
  expect_wrong("posts the same leg of p0:1:0 twice");
}

TEST_F(MoneyConservedTest, SeesACreditOfMoreThanTheDebit) {
  log(0, {started()});
  log(1, {posted(1, 40, 40)}, &untouched(1));
  expect_wrong("posts something else than p0:1:0 is about");
}

TEST_F(MoneyConservedTest, SeesACompletedTransferThatWasNotPosted) {
  log(0, {started(), TransferCompleted{the_transfer}});
  expect_wrong("is completed, but a leg is not posted");
}

TEST_F(MoneyConservedTest, SeesACancelledTransferThatWasPosted) {
  log(0,
      {started(), posted(0, -30),
       TransferCancelled{the_transfer, Rejection::deadline_passed, {}, {}, {}}},
      &untouched(0));
  expect_wrong("is cancelled, but a leg is posted");
}

TEST_F(MoneyConservedTest, SeesATrailThatDoesNotFollow) {
  log(0, {started(), posted(0, -29)}, &untouched(0));
  expect_wrong("payer does not follow from its last posting");
}

TEST_F(MoneyConservedTest, SeesABalanceThatIsNotWhatWasPosted) {
  log(0, {started(), posted(0, -30)}, &untouched(0));
  expect_wrong("payer has another balance than its postings add up to");
}

TEST_F(MoneyConservedTest, SeesAPostingOfATransferThatIsOver) {
  log(1, {posted(1, 30)}, &untouched(1));
  expect_wrong("which is not under way");
}

TEST_F(MoneyConservedTest, SeesATransferWithoutAnEnd) {
  log(0, {started()});
  EndView end{operations_, {}, {}, {}};
  checker().at_end(end);
  expect_wrong("p0:1:0 has no end, with 0 of 2 legs posted");
}

class MoneyOfATransactionTest : public MoneyConservedTest {
 protected:
  MoneyOfATransactionTest() { workload_.actions = {transaction(two_postings)}; }
};

TEST_F(MoneyOfATransactionTest, IsSilentForAllOfItsPostings) {
  log(0, {started_transaction()});
  expect_fine();
}

TEST_F(MoneyOfATransactionTest, SeesOneOfItsPostingsAsATransfer) {
  log(0, {started(30)});
  expect_wrong("nobody asked to move 30 from payer to payee");
}

TEST_F(MoneyOfATransactionTest, SeesItsPostingsInAnotherOrder) {
  TransferStarted event = started_transaction();
  std::swap(event.legs[0], event.legs[1]);
  std::swap(event.legs[2], event.legs[3]);
  log(0, {event});
  expect_wrong("nobody asked to move 30 from payer to payee, 50 from @outside:USD to payer");
}

TEST_F(MoneyOfATransactionTest, SeesThatOnlySomeOfItIsPostedWhenItIsCompleted) {
  log(0,
      {started_transaction(), LegConfirmed{leg(1), content(0), {0, 0, -30}},
       TransferCompleted{the_transfer}},
      &untouched(0));
  expect_wrong("is completed, but a leg is not posted");
}

TEST_F(MoneyOfATransactionTest, SeesThatSomeOfItIsPostedWhenItIsCancelled) {
  log(0,
      {started_transaction(), LegConfirmed{leg(1), content(0), {0, 0, -30}},
       TransferCancelled{the_transfer, Rejection::account_frozen, {}, {}, {}}},
      &untouched(0));
  expect_wrong("is cancelled, but a leg is posted");
}

TEST_F(MoneyOfATransactionTest, SeesALegOfAnotherPosting) {
  log(0, {started_transaction(), LegConfirmed{leg(2), content(0), {0, 0, -30}}}, &untouched(0));
  expect_wrong("posts something else than p0:1:0 is about");
}

TEST_F(MoneyOfATransactionTest, SeesALegWithTheOtherSideOfAnotherPosting) {
  const LegContent given{payer(), payee(), id_seven(), 50, dollars(), LegRole::credit};
  log(0, {started_transaction(), LegConfirmed{leg(2), given, {0, 0, 50}}}, &untouched(0));
  expect_wrong("posts something else than p0:1:0 is about");
}

TEST_F(MoneyOfATransactionTest, SeesTheOutsideInAnotherPartitionThanTheOtherSide) {
  TransferStarted event = started_transaction();
  event.legs[0].partition = 1;
  log(0, {event});
  expect_wrong("the outside of a posting is in another partition than its other side");
}

}  // namespace
}  // namespace florin::sim
