// The checker acknowledged_once objects to each way in which one transfer can have two outcomes.
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

constexpr std::uint8_t reused = 3;        // transaction_id_reused
constexpr std::uint8_t insufficient = 8;  // some refusal

class AcknowledgedOnceTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_acknowledged_once(run_); }
};

TEST_F(AcknowledgedOnceTest, IsSilentWhenRepeatsHearTheSameAsReplayed) {
  workload_.actions = {transfer(30), transfer(31)};
  const auto first = ask(transfer(30));
  hear(first, answer(Verdict::not_accepted, 0));
  ask_again(first);
  hear(first, answer(Verdict::completed, 4));
  hear(ask(transfer(30)), answer(Verdict::completed, 4, 0, true));
  const auto other_content = ask(transfer(31));
  hear(other_content, answer(Verdict::rejected, 5, reused));
  expect_fine();
}

TEST_F(AcknowledgedOnceTest, IsSilentWhenTheSameAnswerOfTheNetworkComesTwice) {
  const auto first = ask(transfer(30));
  hear(first, answer(Verdict::completed, 4));
  hear(first, answer(Verdict::completed, 4));
  expect_fine();
}

TEST_F(AcknowledgedOnceTest, SeesAnotherContentThatNobodySent) {
  hear(ask(transfer(30)), answer(Verdict::rejected, 5, reused));
  expect_wrong("was told that its id has another content, but nobody sent any");
}

TEST_F(AcknowledgedOnceTest, SeesTwoContentsOfOneIdTaken) {
  workload_.actions = {transfer(30), transfer(31)};
  hear(ask(transfer(30)), answer(Verdict::completed, 4));
  hear(ask(transfer(31)), answer(Verdict::completed, 5, 0, true));
  expect_wrong("two contents of one id were taken");
}

TEST_F(AcknowledgedOnceTest, SeesAnOutcomeThatChanges) {
  hear(ask(transfer(30)), answer(Verdict::completed, 4));
  hear(ask(transfer(30)), answer(Verdict::refused, 4, insufficient, true));
  expect_wrong("was answered completed code 0 and then refused code 8");
}

TEST_F(AcknowledgedOnceTest, SeesACodeThatChanges) {
  hear(ask(transfer(30)), answer(Verdict::refused, 4, insufficient));
  hear(ask(transfer(30)), answer(Verdict::refused, 4, insufficient + 1, true));
  expect_wrong("was answered refused code 8 and then refused code 9");
}

TEST_F(AcknowledgedOnceTest, SeesAPositionThatChanges) {
  hear(ask(transfer(30)), answer(Verdict::completed, 4));
  hear(ask(transfer(30)), answer(Verdict::completed, 6, 0, true));
  expect_wrong("ended at p0:4:0 and then at p0:6:0");
}

TEST_F(AcknowledgedOnceTest, SeesTwoRequestsThatHearTheOutcomeAsNew) {
  hear(ask(transfer(30)), answer(Verdict::completed, 4));
  hear(ask(transfer(30)), answer(Verdict::completed, 4));
  expect_wrong("two requests heard the outcome as new");
}

TEST_F(AcknowledgedOnceTest, SeesThatPostingsInAnotherOrderAreTaken) {
  const Action other = transaction({two_postings[1], two_postings[0]});
  workload_.actions = {transaction(two_postings), other};
  hear(ask(transaction(two_postings)), answer(Verdict::completed, 4));
  hear(ask(other), answer(Verdict::completed, 4, 0, true));
  expect_wrong("two contents of one id were taken");
}

TEST_F(AcknowledgedOnceTest, SeesThatATransferIsTakenUnderTheIdOfATransaction) {
  const Action one = transaction({{0, 1, 30}, {0, 1, 20}});
  workload_.actions = {one, transfer(30)};
  hear(ask(one), answer(Verdict::completed, 4));
  hear(ask(transfer(30)), answer(Verdict::completed, 4, 0, true));
  expect_wrong("two contents of one id were taken");
}

TEST_F(AcknowledgedOnceTest, IsSilentWhenOtherPostingsAreRefused) {
  const Action other = transaction({two_postings[0], {0, 1, 31}});
  workload_.actions = {transaction(two_postings), other};
  hear(ask(transaction(two_postings)), answer(Verdict::completed, 4));
  hear(ask(other), answer(Verdict::rejected, 5, reused));
  expect_fine();
}

}  // namespace
}  // namespace florin::sim
