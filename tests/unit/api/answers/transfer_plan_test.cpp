// What a look at a transfer says to a client whose patience is over: a refusal that is decided, and nothing else.
#include "api/answers/transfer_plan.hpp"

#include <gtest/gtest.h>

#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

const Position decision{7, 2, 0};
const AccountId carol = AccountId::from_trusted("carol");

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

// Alice pays bob 400 and carol 100; carol's account is frozen.
TransferRequest transaction_request() {
  TransferRequest transaction = request();
  transaction.is_transaction = true;
  transaction.postings = {{words::alice, words::bob, 400}, {words::alice, carol, 100}};
  return transaction;
}
TransferState refused_transaction() {
  TransferState open = refused_transfer();
  open.legs.clear();
  open.legs.emplace_back().spec = {words::alice, 0, LegRole::debit, 400};
  open.legs.emplace_back().spec = {words::alice, 0, LegRole::debit, 100};
  open.legs.emplace_back().spec = {words::bob, 1, LegRole::credit, 400};
  open.legs.emplace_back().spec = {carol, 2, LegRole::credit, 100};
  open.legs.back().try_status = TryStatus::answered;
  open.legs.back().try_answer = {AnswerCode::refused, Rejection::account_frozen};
  return open;
}
TransferViews of_ended_transaction(const TransferRequest& sent) {
  TransferRecord ended = record(TransferStatus::cancelled);
  ended.side = RefusedSide::to;
  ended.transaction = TransactionRecord{static_cast<std::uint8_t>(sent.postings.size()),
                                        content_hash(sent.postings, sent.transfer.currency), 1};
  TransferViews views;
  views.ended.push_back(std::move(ended));
  return views;
}

TEST(TransferPlanTest, SeesWhichPostingOfATransactionWasRefused) {
  const TransferRequest sent = transaction_request();
  for (const TransferViews& views : {of_open(refused_transaction()), of_ended_transaction(sent)}) {
    const auto refusal = refusal_seen(views, sent);
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->problem->code, "account_frozen");
    EXPECT_EQ(refusal->param, "/postings/1/to_account");
    EXPECT_EQ(refusal->position, decision);
  }
}

TEST(TransferPlanTest, SeesNoRefusalOfOtherPostings) {
  TransferRequest other = transaction_request();
  std::swap(other.postings[0], other.postings[1]);
  TransferRequest longer = transaction_request();
  longer.postings.push_back({words::alice, words::bob, 1});
  TransferRequest dearer = transaction_request();
  dearer.postings[1].amount = 101;
  for (const TransferRequest& asked : {other, longer, dearer, request()}) {
    EXPECT_EQ(refusal_seen(of_open(refused_transaction()), asked), std::nullopt);
    EXPECT_EQ(refusal_seen(of_ended_transaction(transaction_request()), asked), std::nullopt);
  }
  EXPECT_EQ(refusal_seen(of_open(refused_transfer()), transaction_request()), std::nullopt);
  EXPECT_EQ(refusal_seen(of_ended(TransferStatus::cancelled), transaction_request()), std::nullopt);
}

// Told and recorded as a transfer, and named as it was sent.
TEST(TransferPlanTest, NamesTheOnePostingOfATransfer) {
  TransferRequest one = request();
  one.is_transaction = true;
  one.postings = {{words::alice, words::bob, 400}};
  const auto refusal = refusal_seen(of_open(refused_transfer()), one);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->param, "/postings/0/from_account");
  EXPECT_EQ(refusal_seen(of_open(refused_transfer()), request())->param, "/from_account");
}

TEST(RefusedPlace, IsAPostingAndItsSideOrNothing) {
  constexpr auto frozen = Rejection::account_frozen;
  constexpr auto too_little = Rejection::insufficient_available;
  EXPECT_EQ(refused_place(SentAs::postings, frozen, {7, RefusedSide::from}),
            "/postings/7/from_account");
  EXPECT_EQ(refused_place(SentAs::postings, too_little, {0, RefusedSide::none}), "/postings/0");
  EXPECT_EQ(refused_place(SentAs::postings, frozen, {}), "") << "decided by an older build";
  EXPECT_EQ(refused_place(SentAs::one_posting, too_little, {}), "/postings/0");
  EXPECT_EQ(refused_place(SentAs::transfer, too_little, {}), "");
  EXPECT_EQ(refused_place(SentAs::transfer, frozen, {no_posting, RefusedSide::to}), "/to_account");
  for (const SentAs form : {SentAs::transfer, SentAs::one_posting, SentAs::postings})
    for (const Rejection whole : {Rejection::deadline_passed, Rejection::transaction_id_reused})
      EXPECT_EQ(refused_place(form, whole, {}), "") << "of no posting";
}

TEST(TransferPlanTest, SeesNoRefusalOfAnotherContent) {
  EXPECT_EQ(refusal_seen(of_open(refused_transfer()), request(401)), std::nullopt);
  EXPECT_EQ(refusal_seen(of_ended(TransferStatus::cancelled), request(401)), std::nullopt);
}

}  // namespace
}  // namespace florin
