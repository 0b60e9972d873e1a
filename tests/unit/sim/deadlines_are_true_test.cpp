// The checker deadlines_are_true on histories that were written by hand: right ones pass, each wrong one is found.
#include <gtest/gtest.h>

#include "actors/partition/partition.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "sim/checkers/checkers.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin::sim {
namespace {

using namespace florin::words;

constexpr std::int64_t slack = 3 * limits::clock_offset_max_us;

// A log of partition 0, one event in each entry, at true times since the beginning. Transfers 1 and 2 are asked for:
// 1 with a deadline of a minute, 2 with none.
class DeadlinesAreTrueCheck : public ::testing::Test {
 protected:
  DeadlinesAreTrueCheck() {
    options_.replication = 3;
    options_.partition.try_timeout_us = 60 * second;
    workload_.actions.push_back(
        {.kind = ActionKind::transfer, .transaction = 1, .deadline = minute});
    workload_.actions.push_back({.kind = ActionKind::transfer, .transaction = 2});
  }
  void log(const Event& event, std::int64_t at, std::int64_t clock_ahead = 0) {
    EntryBuilder builder;
    builder.begin();
    builder.add(event);
    EntryHeader header;
    header.index = ++index_;
    header.time = {options_.begins_us + at + clock_ahead};
    const std::string bytes = builder.finish(header);
    checker().on_decided({0, index_, bytes, options_.begins_us + at,
                          options_.begins_us + at + clock_ahead, most_are_right_});
    checker().on_durable(0, index_, bytes, follower_.state());
  }
  TransferId start(std::uint8_t transaction, std::int64_t at, Protocol protocol = Protocol::tcc) {
    TransferStarted started;
    started.transaction_id = uuid(transaction);
    started.owner = alice;
    started.protocol = protocol;
    started.currency = usd;
    started.legs = {{alice, 0, LegRole::debit, 60}, {bob, 1, LegRole::credit, 60}};
    log(started, at);
    return {index_, 0, 0};
  }
  static Event decided(const TransferId& id, Decision decision) {
    const auto code = decision == Decision::cancel
                          ? std::optional<Rejection>(Rejection::deadline_passed)
                          : std::nullopt;
    return TransferDecided{id, decision, code, TransferDecided::no_leg, {}};
  }
  Checker& checker() {
    if (!checker_) checker_ = make_deadlines_are_true(run_);
    return *checker_;
  }
  [[nodiscard]] std::string found() { return checker().violation().value_or(""); }
  [[nodiscard]] bool finds(const std::string& part) {
    return found().find(part) != std::string::npos;
  }

  static constexpr std::int64_t minute = 60 * second;
  SimOptions options_;
  Workload workload_;
  RunView run_{options_, workload_};
  PartitionMap map_{2};
  MemoryStateStore store_;
  Partition follower_{0, map_, store_, {}};
  LogIndex index_ = 0;
  bool most_are_right_ = true;
  std::unique_ptr<Checker> checker_;
};

TEST_F(DeadlinesAreTrueCheck, PassesWhatIsDecidedAboutTheDeadline) {
  log(decided(start(1, 0), Decision::confirm), minute + slack);
  log(decided(start(1, 0), Decision::cancel), minute - slack + 1);
  log(decided(start(2, 0), Decision::cancel), minute - slack + 1);  // unanswered
  log(TransferPosted{uuid(2), alice, bob, 1, usd, {}, {}}, 9 * minute);
  EXPECT_EQ(found(), "");
}

TEST_F(DeadlinesAreTrueCheck, FindsAParticipantThatJudges) {
  log(LegRefused{{{9, 0, 1}, 0}, {}, Rejection::deadline_passed}, 9 * minute);
  EXPECT_TRUE(finds("a participant judges")) << found();
}

TEST_F(DeadlinesAreTrueCheck, FindsARefusalBeforeTheDeadline) {
  log(TransferRefused{uuid(1), alice, bob, 1, usd, Rejection::deadline_passed}, minute - slack - 1,
      365 * day);
  EXPECT_TRUE(finds("before the deadline")) << found();
}

TEST_F(DeadlinesAreTrueCheck, FindsACancellationBeforeTheTryIsOver) {
  log(decided(start(2, 0), Decision::cancel), second, 365 * day);
  EXPECT_TRUE(finds("before the deadline")) << found();
}

TEST_F(DeadlinesAreTrueCheck, FindsWhatHappensAfterTheDeadline) {
  log(TransferPosted{uuid(1), alice, bob, 1, usd, {}, {}}, minute + slack + 1);
  EXPECT_TRUE(finds("is posted after the deadline")) << found();
}

TEST_F(DeadlinesAreTrueCheck, FindsAConfirmationAfterTheDeadline) {
  log(decided(start(1, 0), Decision::confirm), minute + slack + 1, -day);
  EXPECT_TRUE(finds("is decided to confirm after the deadline")) << found();
}

TEST_F(DeadlinesAreTrueCheck, FindsALastStepThatIsSentAfterTheDeadline) {
  const TransferId id = start(1, 0, Protocol::saga);
  log(TryAnswered{{id, 0}, {AnswerCode::ok, std::nullopt}}, minute + slack + 1);
  EXPECT_TRUE(finds("sends its last step after the deadline")) << found();
}

TEST_F(DeadlinesAreTrueCheck, DoesNotJudgeWhomMostClocksMisled) {
  most_are_right_ = false;
  log(decided(start(2, 0), Decision::cancel), second, 365 * day);
  EXPECT_EQ(found(), "");
}

TEST_F(DeadlinesAreTrueCheck, HoldsALoneNodeToItsOwnClock) {
  options_.replication = 0;
  log(TransferPosted{uuid(1), alice, bob, 1, usd, {}, {}}, 2 * minute, -minute);
  EXPECT_EQ(found(), "");
  log(TransferPosted{uuid(1), alice, bob, 1, usd, {}, {}}, 1, minute);
  EXPECT_TRUE(finds("is posted after the deadline")) << found();
}

}  // namespace
}  // namespace florin::sim
