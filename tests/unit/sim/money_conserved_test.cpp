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

}  // namespace
}  // namespace florin::sim
