// A webhook is a hint (PAYMENTS.md, rule 3): only a read, or the answer of our own call, changes an order. And what answers say beside
// their class (section 3).
#include <gtest/gtest.h>

#include "tests/unit/domain/payment/order_story.hpp"

namespace florin {
namespace {

using Phase = OrderPhase;
using Failure = OrderFailure;
using Attention = OrderAttention;

// --- rule 3: a webhook is a hint ----------------------------------------

TEST(OrderRule3, ATrueHintOfSuccessOnlyMakesItRead) {
  OrderHint hint;
  hint.hint = "evt_1";
  hint.object = "cs_1";
  hint.report = OrderStory::report(PspStatus::succeeded);
  OrderStory().awaiting().when(hint).sends({"read 1"}).is(Phase::awaiting_payer);
}

TEST(OrderRule3, HasOneReadInFlightAndAHintMeanwhileCausesOneMore) {
  OrderStory story;
  story.awaiting().hinted("evt_1").sends({"read 1"});
  story.hinted("evt_2").then({"order_hinted", "order_read_wanted"}).sends({});
  story.hinted("evt_3").then({"order_hinted"}).sends({});
  story.read(PspStatus::open).sends({"read 2"});
  story.read(PspStatus::open).sends({});
}

TEST(OrderRule3, ForgetsARepeatedHint) {
  OrderStory().awaiting().hinted("evt_1").read(PspStatus::open).hinted("evt_1").then({}).sends({});
}

TEST(OrderRule3, OrdersReadsByTheirNumbers) {
  OrderStory story;
  story.awaiting().hinted("evt_1").in_time();  // the first one is lost, and read 2 leaves later
  while (!story.state().read.in_flight) story.in_time();
  const std::uint32_t newest = story.state().read.begun;
  ASSERT_GT(newest, 1U);
  story.read(PspStatus::processing).is(Phase::psp_pending);
  story.when(OrderReadAnswered{1, OrderStory::ok(PspStatus::open)}).is(Phase::psp_pending).then({});
}

TEST(OrderRule3, ASuccessCountsFromWhateverReadItComes) {
  OrderStory story;
  story.awaiting().hinted("evt_1").in_time();
  while (!story.state().read.in_flight) story.in_time();
  story.read(PspStatus::processing)
      .when(OrderReadAnswered{1, OrderStory::ok(PspStatus::succeeded)})
      .is(Phase::crediting);
}

TEST(OrderRule3, ASecondObjectIsNeverASecondCredit) {
  PspReport second = OrderStory::report(PspStatus::succeeded);
  second.object = "cs_2";
  OrderStory story;
  story.awaiting().hinted().read(OrderStory::ok(second)).is(Phase::awaiting_payer);
  story.has_attention(Attention::psp_two_objects);
  EXPECT_EQ(story.state().object, "cs_1");
  OrderStory paid = OrderStory().crediting().when(OrderCreditAnswered{});
  paid.hinted("evt_9").read(OrderStory::ok(second)).is(Phase::posting).sends({});
  paid.has_attention(Attention::psp_two_objects);
}

TEST(OrderRule3, AListWithTwoObjectsOfOneOrderIsRaised) {
  PspAnswerSeen two = OrderStory::ok(PspStatus::open);
  two.found_several = true;
  OrderStory().awaiting().hinted().read(two).has_attention(Attention::psp_two_objects);
}

TEST(OrderRule3, AHintOfAnotherObjectIsNotFollowed) {
  OrderHint hint;
  hint.hint = "evt_1";
  hint.object = "cs_2";
  OrderStory story;
  story.awaiting().when(hint).has_attention(Attention::psp_two_objects);
  EXPECT_EQ(story.state().object, "cs_1");
}

TEST(OrderRule3, WithoutReadsASignedEndIsTaken) {
  PspTerms blind;
  blind.has_reads = false;
  OrderHint hint;
  hint.hint = "evt_1";
  hint.object = "cs_1";
  hint.report = OrderStory::report(PspStatus::processing);
  OrderStory story;
  story.with_psp(blind).awaiting().when(hint).is(Phase::awaiting_payer).sends({});
  hint.hint = "evt_2";
  hint.report = OrderStory::report(PspStatus::succeeded);
  story.when(hint).is(Phase::crediting).sends({"credit"});
}

TEST(OrderRule3, AHintBeforeTheRegistrationsAnswerIsReadAndTheOlderAnswerDoesNotOverwriteIt) {
  OrderStory()
      .registering()
      .hint_and_read(PspStatus::succeeded)
      .is(Phase::crediting)
      .answered(OrderStory::ok(PspStatus::open))
      .is(Phase::crediting)
      .sends({});
}

TEST(OrderRule3, ALateDeclineOfTheFirstAttemptChangesNothingOfASuccess) {
  OrderStory()
      .crediting()
      .hint_and_read(PspStatus::failed_attempt)
      .is(Phase::crediting)
      .has_attention(Attention::psp_contradicts);
}

// --- section 3: signs ----------------------------------------

TEST(OrderSigns, ARequestThatLeftTwiceIsTakenAsAnsweredAndRaised) {
  PspAnswerSeen answer = OrderStory::ok(PspStatus::open);
  answer.was_sent_twice = true;
  OrderStory()
      .registering()
      .answered(answer)
      .is(Phase::awaiting_payer)
      .has_attention(Attention::psp_sent_twice);
}

// One half was held back; what came of the other nobody knows.
TEST(OrderSigns, OfARequestThatLeftTwiceNoAnswerSaysThatItWasNotExecuted) {
  for (const PspOutcome outcome : {PspOutcome::throttled, PspOutcome::auth}) {
    PspAnswerSeen answer = OrderStory::came_to(outcome);
    answer.was_sent_twice = true;
    OrderStory()
        .registering()
        .answered(answer)
        .is(Phase::registering)
        .has_attention(Attention::psp_sent_twice)
        .cancelled()
        .replies(OrderReply::cancelling)
        .is(Phase::cancelling);
  }
}

TEST(OrderSigns, ADeclineStandsInTheHistoryOnce) {
  OrderStory story;
  story.awaiting();
  const std::size_t lines = story.state().history.size();
  for (int i = 0; i < 3; ++i)
    story.hint_and_read(PspStatus::failed_attempt).is(Phase::awaiting_payer);
  EXPECT_EQ(story.state().history.size(), lines + 1);
  EXPECT_EQ(story.state().history.back().note, "insufficient_funds");
}

TEST(OrderSigns, AnAnswerToASendThatIsOverChangesNothing) {
  OrderStory story;
  story.awaiting();
  for (const PspOutcome outcome : {PspOutcome::not_sent, PspOutcome::unknown, PspOutcome::refused,
                                   PspOutcome::key_conflict, PspOutcome::throttled})
    story.answered(outcome).then({}).is(Phase::awaiting_payer);
}

}  // namespace
}  // namespace florin
