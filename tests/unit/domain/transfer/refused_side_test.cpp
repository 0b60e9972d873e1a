// Which side a refusal is about, and what is kept of it.
#include "domain/transfer/refused_side.hpp"

#include <gtest/gtest.h>

#include "domain/transfer/transfer_evolve.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using namespace words;

constexpr auto frozen = Rejection::account_frozen;
constexpr auto closed = Rejection::account_closed;

TEST(RefusedSide, IsTheOneThatTheCodeIsAbout) {
  EXPECT_EQ(refused_side(frozen, frozen, std::nullopt), RefusedSide::from);
  EXPECT_EQ(refused_side(frozen, std::nullopt, frozen), RefusedSide::to);
  EXPECT_EQ(refused_side(frozen, frozen, frozen), RefusedSide::from);
  EXPECT_EQ(refused_side(frozen, closed, frozen), RefusedSide::to);
  EXPECT_EQ(refused_side(closed, closed, frozen), RefusedSide::from);
}

TEST(RefusedSide, IsThereForWhatIsAboutAnAccountOnly) {
  for (const Rejection code : all_rejections) {
    const bool has_one = code == Rejection::account_not_found || code == frozen || code == closed;
    EXPECT_EQ(refused_side(code, code, std::nullopt) != RefusedSide::none, has_one)
        << to_string(code);
  }
}

TEST(RefusedSide, IsKeptInTheRecordOfALocalRefusal) {
  const TransferRefused refused{uuid(1), alice, bob, 5, usd, frozen};
  const Position at{7, 3, 0};
  const TransferRecord sided = record_of(SidedRefusal{refused, RefusedSide::to}, at);
  EXPECT_EQ(sided.side, RefusedSide::to);
  EXPECT_EQ(sided.code, frozen);
  EXPECT_EQ(sided.finished, at);
  EXPECT_EQ(sided.end(), at);
  EXPECT_EQ(record_of(refused, at).side, RefusedSide::none) << "recorded before there were sides";
}

struct Cancelled {
  TransferState state;
  Cancelled() {
    state.id = {1, 0, 0};
    state.code = frozen;
    state.legs.resize(2);
    state.legs[1].spec.role = LegRole::credit;
  }
  Cancelled& says_no(std::size_t leg, Rejection why) {
    state.legs[leg].try_status = TryStatus::answered;
    state.legs[leg].try_answer = {AnswerCode::refused, why};
    return *this;
  }
};

TEST(RefusedSide, OfADecisionFollowsFromTheLegThatSaidNo) {
  Cancelled of_payee;
  of_payee.says_no(0, closed).says_no(1, frozen);
  EXPECT_EQ(refused_side(of_payee.state), RefusedSide::none)
      << "by an older version: nobody was told";
  of_payee.state.refused_at = Position{2, 0, 0};
  EXPECT_EQ(refused_side(of_payee.state), RefusedSide::to);
  EXPECT_EQ(record_of(of_payee.state, TransferStatus::cancelled, frozen, {3, 0, 0}).side,
            RefusedSide::to);
  Cancelled at_once;  // its deadline had passed, and its payer was frozen: nobody was tried
  at_once.state.refused_at = Position{1, 1, 0};
  EXPECT_EQ(refused_side(at_once.state), RefusedSide::from);
}

}  // namespace
}  // namespace florin
