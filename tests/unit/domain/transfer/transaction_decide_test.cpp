// Transactions as their coordinator decides them: 2n legs, all or none, and which posting a refusal is about.
#include <gtest/gtest.h>

#include "tests/unit/domain/transfer/transfer_story.hpp"

namespace florin {
namespace {

using namespace words;

AccountId party(std::size_t n) { return AccountId::from_trusted("party" + std::to_string(n)); }

// Each from one of its own to one of its own.
TransferPostings postings_apart(std::size_t count) {
  TransferPostings postings;
  for (std::size_t i = 0; i < count; ++i)
    postings.push_back({party(2 * i), party(2 * i + 1), static_cast<Minor>(100 + i)});
  return postings;
}
TransferStory transaction(std::size_t postings) { return TransferStory(postings_apart(postings)); }

std::vector<std::string> all_of(const std::string& message, std::size_t legs) {
  std::vector<std::string> steps;
  for (std::size_t i = 0; i < legs; ++i) steps.push_back(message + " " + std::to_string(i));
  return steps;
}

// Two, and as many as there may be: 4 and 16 legs.
class TransactionDecide : public ::testing::TestWithParam<std::size_t> {
 protected:
  std::size_t postings_ = GetParam();
  std::size_t legs_ = 2 * postings_;
};
INSTANTIATE_TEST_SUITE_P(TwoAndEightPostings, TransactionDecide,
                         ::testing::Values(2, limits::postings_max));

TEST_P(TransactionDecide, TriesAllLegsAtOnceAndConfirmsOnceAllHaveSaidYes) {
  auto story = transaction(postings_);
  story.owes(all_of("try", legs_));
  for (std::uint8_t leg = 0; leg + 1U < legs_; ++leg)
    story.try_answered(leg, yes).then({"try_answered " + std::to_string(leg) + " ok"});
  const auto last = static_cast<std::uint8_t>(legs_ - 1);
  story.try_answered(last, yes)
      .then({"transfer_decided confirm by " + std::to_string(last) + " ok"})
      .owes(all_of("confirm", legs_));
  for (std::uint8_t leg = 0; leg < last; ++leg) story.second_answered(leg, yes);
  story.owes({"confirm " + std::to_string(last)})
      .second_answered(last, yes)
      .then({"transfer_completed"});
}

TEST_P(TransactionDecide, IsCancelledAtTheNoOfAnyLegWhichNamesItsPosting) {
  for (std::uint8_t leg = 0; leg < legs_; ++leg) {
    auto story = transaction(postings_);
    story.try_answered(leg, no(Rejection::account_closed)).owes(all_of("cancel", legs_));
    EXPECT_EQ(refused_posting(story.state()), leg % postings_);
    EXPECT_EQ(refused_side(story.state()), leg < postings_ ? RefusedSide::from : RefusedSide::to);
    for (std::uint8_t other = 0; other < legs_; ++other)
      story.second_answered(other, other == leg ? yes : empty);
    story.then({"transfer_cancelled account_closed"});
    const TransferRecord record =
        record_of(story.state(), TransferStatus::cancelled, Rejection::account_closed, {9, 1, 0});
    EXPECT_EQ(record.refused_posting(), leg % postings_) << "the same for repeats";
    EXPECT_EQ(record.postings(), postings_);
    EXPECT_EQ(record.finished, TransferStory::decided_at);
  }
}

TEST_P(TransactionDecide, KeepsItsFirstPostingAndAHashOfAllOfThem) {
  auto story = transaction(postings_);
  for (std::uint8_t leg = 0; leg < legs_; ++leg) story.try_answered(leg, yes);
  const TransferRecord record =
      record_of(story.state(), TransferStatus::completed, std::nullopt, {9, 1, 0});
  EXPECT_EQ(record.other, party(1));
  EXPECT_EQ(record.amount, 100);
  ASSERT_TRUE(record.transaction);
  EXPECT_EQ(record.transaction->content, content_hash(postings_apart(postings_), usd));
  EXPECT_EQ(record.refused_posting(), no_posting);
  EXPECT_EQ(postings_of(story.state()), postings_apart(postings_));
}

// Whichever was answered first: what is known when the decision falls is ordered as the client has ordered it.
TEST(TransactionRefusal, IsOfTheFirstPostingInOrderOfThoseThatAreKnown) {
  const auto known = [](std::uint8_t leg, Rejection code) {
    return TryAnswered{{{5, 0, 0}, leg}, no(code)};
  };
  auto story = transaction(3);
  story
      .given(known(2, Rejection::account_not_found))  // the payer of posting 2
      .given(known(4, Rejection::balance_overflow))   // the payee of posting 1
      .try_answered(0, yes)
      .then({"cancel_decided balance_overflow by 0 ok"});
  EXPECT_EQ(refused_posting(story.state()), 1);
  auto other = transaction(3);
  other.given(known(5, Rejection::account_not_found))
      .try_answered(3, no(Rejection::daily_limit_exceeded))
      .then({"cancel_decided daily_limit_exceeded by 3 refused daily_limit_exceeded"});
  EXPECT_EQ(refused_posting(other.state()), 0);
}

// As of a transfer, which is one posting.
TEST(TransactionRefusal, OfTheTwoSidesOfAPostingIsTheFirstReasonInOrderOfPrecedence) {
  auto story = transaction(2);
  story.given(TryAnswered{{{5, 0, 0}, 1}, no(Rejection::account_closed)})
      .try_answered(3, no(Rejection::account_not_found))
      .then({"cancel_decided account_not_found by 3 refused account_not_found"});
  EXPECT_EQ(refused_posting(story.state()), 1);
  EXPECT_EQ(refused_side(story.state()), RefusedSide::to);
}

TEST(TransactionRefusal, ForTimeIsAboutNoPosting) {
  auto story = transaction(2);
  story.try_answered(0, yes)
      .at(TransferStory::deadline + 1)
      .time_passes()
      .then({"cancel_decided deadline_passed"});
  EXPECT_EQ(refused_posting(story.state()), no_posting);
  auto late = transaction(2);  // its Try was cancelled before: its time was over
  late.try_answered(1, says(AnswerCode::cancelled));
  EXPECT_EQ(late.state().code, Rejection::deadline_passed);
  EXPECT_EQ(refused_posting(late.state()), no_posting);
}

TEST(TransactionRefusal, OfATransferIsOfNoPosting) {
  TransferStory transfer(Protocol::tcc);
  transfer.try_answered(1, no(Rejection::account_closed));
  EXPECT_EQ(refused_posting(transfer.state()), no_posting);
  EXPECT_FALSE(
      record_of(transfer.state(), TransferStatus::cancelled, Rejection::account_closed, {9, 1, 0})
          .transaction);
}

TEST(TransactionContent, IsTheOrderedListAndItsCurrency) {
  const TransferPostings list{{alice, bob, 5}, {bob, alice, 7}};
  const Sha256 hash = content_hash(list, usd);
  EXPECT_EQ(hash, content_hash(list, usd));
  EXPECT_NE(hash, content_hash(list, eur));
  EXPECT_NE(hash, content_hash(TransferPostings{list[1], list[0]}, usd)) << "the order counts";
  EXPECT_NE(hash, content_hash(TransferPostings{{alice, bob, 6}, list[1]}, usd));
  EXPECT_NE(hash, content_hash(TransferPostings{{bob, alice, 5}, list[1]}, usd));
  EXPECT_NE(hash, content_hash(TransferPostings{list[0], list[1], list[1]}, usd));
  // Nothing of one field is taken for the next one's.
  const AccountId a = AccountId::from_trusted("a"), ab = AccountId::from_trusted("ab"),
                  bc = AccountId::from_trusted("bc"), c = AccountId::from_trusted("c");
  EXPECT_NE(content_hash(TransferPostings{{a, bc, 1}}, usd),
            content_hash(TransferPostings{{ab, c, 1}}, usd));
}

// Records keep it for ever: it is the same in every version.
TEST(TransactionContent, HasTheHashThatItAlwaysHad) {
  EXPECT_EQ(hex_of(content_hash(TransferPostings{{alice, bob, 5}, {bob, outside_usd, 7}}, usd)),
            "d43de4f5b853cfd69dbe8b9fe7e677ccce4325dfe96ea9c279270ea885f9ec07");
}

}  // namespace
}  // namespace florin
