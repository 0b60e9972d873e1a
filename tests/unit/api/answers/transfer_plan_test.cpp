// What a look at a transfer says to a client whose patience is over: a refusal that is decided, and nothing else.
#include "api/answers/transfer_plan.hpp"

#include <gtest/gtest.h>

#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

const Position decision{7, 2, 0};

TransferRequest request(Minor amount = 400) {
  TransferRequest request;
  request.transfer.from = words::alice;
  request.transfer.to = words::bob;
  request.transfer.amount = amount;
  request.transfer.currency = words::usd;
  request.transfer.transaction_id = words::uuid(1);
  return request;
}

TransferState open_transfer() {
  TransferState open;
  open.currency = words::usd;
  open.legs.emplace_back().spec = {words::alice, 0, LegRole::debit, 400};
  open.legs.emplace_back().spec = {words::bob, 1, LegRole::credit, 400};
  return open;
}
TransferState refused_transfer() {
  TransferState open = open_transfer();
  open.decision = Decision::cancel;
  open.code = Rejection::account_frozen;
  open.refused_at = decision;
  return open;
}
TransferRecord record(TransferStatus status) {
  TransferRecord record;
  record.owner = words::alice;
  record.other = words::bob;
  record.amount = 400;
  record.currency = words::usd;
  record.status = status;
  record.finished = decision;
  if (status != TransferStatus::completed) record.code = Rejection::account_frozen;
  return record;
}

TransferViews of_open(TransferState open) {
  TransferViews views;
  views.open.push_back(std::move(open));
  return views;
}
TransferViews of_ended(TransferStatus status) {
  TransferViews views;
  views.ended.push_back(record(status));
  return views;
}

TEST(TransferPlanTest, SeesARefusalWhoseLegsAreStillToBeCancelledAndOneThatIsOver) {
  for (const TransferViews& views :
       {of_open(refused_transfer()), of_ended(TransferStatus::cancelled),
        of_ended(TransferStatus::refused)}) {
    const auto refusal = refusal_seen(views, request());
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->kind, TransferAnswer::Kind::failed);
    EXPECT_EQ(refusal->problem->code, "account_frozen");
    EXPECT_EQ(refusal->position, decision);
    EXPECT_TRUE(refusal->replayed) << "somebody may have heard it as new";
  }
}

TEST(TransferPlanTest, SeesNoRefusalInWhatIsNotRefusedOrNotKnown) {
  EXPECT_EQ(refusal_seen({}, request()), std::nullopt);
  EXPECT_EQ(refusal_seen(of_open(open_transfer()), request()), std::nullopt);
  EXPECT_EQ(refusal_seen(of_ended(TransferStatus::completed), request()), std::nullopt);
}

// Its position is that of its end, which is still to come.
TEST(TransferPlanTest, SeesNoRefusalYetInWhatAnOlderVersionDecidedToCancel) {
  TransferState open = refused_transfer();
  open.refused_at.reset();
  EXPECT_EQ(refusal_seen(of_open(std::move(open)), request()), std::nullopt);
}

TEST(TransferPlanTest, SeesNoRefusalOfAnotherContent) {
  EXPECT_EQ(refusal_seen(of_open(refused_transfer()), request(401)), std::nullopt);
  EXPECT_EQ(refusal_seen(of_ended(TransferStatus::cancelled), request(401)), std::nullopt);
}

}  // namespace
}  // namespace florin
