// The saga of one transfer alone: step by step forward, and back.
#include "actors/transfer/saga_actor.hpp"

#include <gtest/gtest.h>

#include "tests/support/actor_kit.hpp"
#include "tests/unit/domain/transfer/transfer_story.hpp"

namespace florin {
namespace {

using namespace words;

const AccountId payer = account_in(0, 2, "payer");
const AccountId far = account_in(1, 2, "far");

LegAnswered applied(const TransferId& id, std::uint8_t leg, const LegAnswer& answer) {
  return {{id, leg}, LegMessage::apply, answer};
}
LegAnswered compensated(const TransferId& id, std::uint8_t leg, const LegAnswer& answer) {
  return {{id, leg}, LegMessage::compensate, answer};
}
StartTransfer transfer() {
  StartTransfer message;
  message.request = 1;
  message.from = payer;
  message.to = far;
  message.transaction_id = uuid(1);
  message.amount = 400;
  message.currency = usd;
  message.protocol = Protocol::saga;
  return message;
}

class SagaActorTest : public ::testing::TestWithParam<bool> {
 protected:
  SagaActorTest() {
    kit_.given_account(payer, 1'000);
    id_ = kit_.next();
    StartTransfer nobody_waits = transfer();
    nobody_waits.request = 0;
    kit_.when(nobody_waits);
  }
  // The debit is applied to the payer's account, as the account actor would have it.
  void debit_applied() { kit_.when(get<ApplyStep>(debit_step())).when(applied(id_, 0, yes)); }
  [[nodiscard]] Message debit_step() const {
    return ApplyStep{{id_, 0}, {payer, far, uuid(1), 400, usd, LegRole::debit}};
  }
  ActorKit kit_{{.self = 0, .partitions = 2, .passivating = GetParam()}};
  TransferId id_;
};
INSTANTIATE_TEST_SUITE_P(AwakeAndPassivated, SagaActorTest, ::testing::Bool());

TEST_P(SagaActorTest, StartsWithTheDebitAlone) {
  EXPECT_EQ(kit_.told().size(), 1U);
  kit_.then({"transfer_started", "p0 < apply 0"});
}

TEST_P(SagaActorTest, SendsTheCreditOnceTheDebitIsDone) {
  kit_.when(debit_step())
      .then({"step_applied 0", "p0 < answer 0 apply ok"})
      .when(applied(id_, 0, yes))
      .then({"try_answered 0 ok", "p1 < apply 1"})
      .when(applied(id_, 0, yes))
      .then({})
      .when(applied(id_, 1, yes));
  EXPECT_EQ(text(kit_.events().back()), "transfer_completed");
  kit_.when(applied(id_, 1, yes)).then({}).then_account(payer, 600, 0, 0);
}

TEST_P(SagaActorTest, EndsAtOnceWhenTheDebitIsRefused) {
  kit_.when(applied(id_, 0, no(Rejection::insufficient_available)));
  EXPECT_EQ(text(kit_.events().back()), "transfer_cancelled insufficient_available");
  EXPECT_TRUE(kit_.told().empty());
}

TEST_P(SagaActorTest, CompensatesTheDebitWhenTheCreditIsRefused) {
  debit_applied();
  kit_.when(applied(id_, 1, no(Rejection::account_closed)))
      .then({"cancel_decided account_closed by 1 refused account_closed", "p0 < compensate 0"})
      .when(applied(id_, 1, no(Rejection::account_closed)))
      .then({})
      .when(CompensateStep{{id_, 0}, payer})
      .then({"step_compensated 0", "p0 < answer 0 compensate ok"})
      .when(compensated(id_, 0, yes));
  EXPECT_EQ(text(kit_.events().back()), "transfer_cancelled account_closed");
  kit_.then_account(payer, 1'000, 0, 0);
}

// Its debit is given back in the very entry of the decision; there is nothing else to wait for.
TEST_P(SagaActorTest, AnswersARepeatWithTheRefusalWhileItTurnsBack) {
  debit_applied();
  kit_.when(applied(id_, 1, no(Rejection::account_closed)));
  const Position refused_at = *kit_.state().transfer(id_)->state.refused_at;
  kit_.when(transfer()).then({"reply 1 cancelled account_closed replayed"});
  EXPECT_EQ(kit_.replies()[0].position, refused_at);
  kit_.when(CompensateStep{{id_, 0}, payer}).when(compensated(id_, 0, yes));
  EXPECT_EQ(text(kit_.events().back()), "transfer_cancelled account_closed");
  kit_.when(transfer()).then({"reply 1 cancelled account_closed replayed"});
  EXPECT_EQ(kit_.replies()[0].position, refused_at);
}

TEST_P(SagaActorTest, SendsAgainTheOneStepThatIsOwed) {
  kit_.at(noon + second).when_due(id_).then({"p0 < apply 0"});
  debit_applied();
  kit_.when_due(id_)
      .then({"p1 < apply 1"})
      .at(TransferStory::deadline + day)
      .when_due(id_)
      .then({"p1 < apply 1"})
      .when(applied(id_, 1, no(Rejection::deadline_passed)))
      .when_due(id_)
      .then({"p0 < compensate 0"});
}

TEST_P(SagaActorTest, TurnsBackWhenNothingIsHeardOfTheDebit) {
  kit_.at(TransferStory::deadline + 1)
      .when_due(id_)
      .then({"cancel_decided deadline_passed", "p0 < compensate 0"})
      .when(CompensateStep{{id_, 0}, payer})
      .then({"leg_cancelled_early 0", "p0 < answer 0 compensate ok_empty"})
      .when(debit_step())
      .then({"p0 < answer 0 apply cancelled_before_try"})
      .when(applied(id_, 0, says(AnswerCode::cancelled_before_try)))
      .then({})
      .when(compensated(id_, 0, empty));
  EXPECT_EQ(text(kit_.events().back()), "transfer_cancelled deadline_passed");
  kit_.then_account(payer, 1'000, 0, 0);
}

TEST_P(SagaActorTest, TurnsBackWhenTheDebitIsDoneAfterTheDeadline) {
  kit_.when(debit_step())
      .at(TransferStory::deadline + 1)
      .when(applied(id_, 0, yes))
      .then({"cancel_decided deadline_passed", "try_answered 0 ok", "p0 < compensate 0"});
}

TEST_P(SagaActorTest, RaisesTheAlarmWhenACompensationIsContradicted) {
  debit_applied();
  kit_.when(applied(id_, 1, no(Rejection::account_closed)))
      .when(compensated(id_, 0, says(AnswerCode::already_confirmed)))
      .then({"alarm"})
      .when_due(id_)
      .then({"p0 < compensate 0"});
}

// A debit that may be given back reserves the room for it, and keeps the account open: otherwise the
// compensation could find an account that is full or closed.
TEST_P(SagaActorTest, ReservesTheReturnOfTheDebitUntilItsEnd) {
  debit_applied();
  kit_.then_account(payer, 600, 0, 400).when(applied(id_, 1, yes)).then_account(payer, 600, 0, 0);
}

TEST_P(SagaActorTest, AlwaysFindsRoomToGiveTheDebitBack) {
  debit_applied();
  const auto deposit = [](Minor amount, std::uint64_t id) {
    StartTransfer message = transfer();
    message.from = outside_usd;
    message.to = payer;
    message.amount = amount;
    message.transaction_id = uuid(id);
    return message;
  };
  constexpr Minor room = INT64_MAX - 1'000;
  kit_.when(deposit(room + 1, 2))
      .then({"transfer_refused balance_overflow", "reply 1 refused balance_overflow"})
      .when(deposit(room, 3))
      .then({"transfer_posted", "reply 1 completed"})
      .when(applied(id_, 1, no(Rejection::account_closed)))
      .when(CompensateStep{{id_, 0}, payer})
      .then({"step_compensated 0", "p0 < answer 0 compensate ok"})
      .then_account(payer, INT64_MAX, 0, 0);
}

TEST_P(SagaActorTest, KeepsTheAccountOpenWhileTheDebitMayBeGivenBack) {
  debit_applied();
  StartTransfer rest = transfer();
  rest.to = outside_usd;
  rest.amount = 600;
  rest.transaction_id = uuid(2);
  const ChangeAccount close{1, payer, AccountChange::close, ""};
  const std::string view = "reply 1 account " + payer.str();
  kit_.when(rest)
      .when(close)
      .then({"reply 1 no account_not_empty"})
      .when(applied(id_, 1, yes))
      .when(close)
      .then({"account_closed_v2", view.c_str()});
}

}  // namespace
}  // namespace florin
