// Transfers from end to end over several partitions: outcome, balances, answers, and what is left behind.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "domain/transfer/transfer_steps.hpp"
#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

using Lines = std::vector<std::string>;

struct Pair {
  AccountId payer;
  AccountId payee;
};

// A payer in the first partition and a payee in the last one, with 1,000 and 0.
Pair open_pair(PartitionKit& kit) {
  const Pair pair{kit.account(0, "payer"),
                  kit.account(static_cast<PartitionId>(kit.partitions() - 1), "payee")};
  kit.open(pair.payer, 1'000);
  kit.open(pair.payee);
  return pair;
}

// Of what is on its way, the first whose text begins so: fences travel among the rest.
void deliver_first(PartitionKit& kit, std::string_view text) {
  const auto& network = kit.network();
  for (std::size_t at = 0; at < network.size(); ++at)
    if (words::text(network[at].message).starts_with(text)) return kit.deliver(at);
  ADD_FAILURE() << "nothing is under way that begins with " << text;
}

void expect_balances(PartitionKit& kit, const Pair& pair, Minor payer, Minor payee) {
  EXPECT_EQ(kit.account_state(pair.payer).available, payer);
  EXPECT_EQ(kit.account_state(pair.payee).available, payee);
}

// The events of all entries of one partition behind the first `skipped`; fences are about earlier ones.
Lines logged(const PartitionKit& kit, PartitionId at, std::size_t skipped) {
  Lines lines;
  for (std::size_t i = skipped; i < kit.log(at).size(); ++i) {
    const auto entry = decode_entry(kit.log(at)[i]);
    for (const Event& event : entry->events)
      if (!holds_alternative<FenceAdvanced>(event)) lines.push_back(words::text(event));
  }
  return lines;
}

// Five syncs and seven events: nothing is said twice (docs/FOLLOW_A_TRANSFER.md).
TEST(TransferEvents, AreSevenForATransferBetweenTwoPartitions) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  const std::size_t before0 = kit.log_size(0), before1 = kit.log_size(1);
  kit.send(kit.transfer(pair.payer, pair.payee, 400));
  kit.deliver_all();
  EXPECT_EQ(logged(kit, 0, before0),
            (Lines{"transfer_started", "leg_tried 0", "transfer_decided confirm by 1 ok",
                   "leg_confirmed 0", "transfer_completed"}));
  EXPECT_EQ(logged(kit, 1, before1), (Lines{"leg_tried 1", "leg_confirmed 1"}));
}

TEST(TransferEvents, OfARefusalSayEveryAnswerOnce) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  const std::size_t before0 = kit.log_size(0), before1 = kit.log_size(1);
  kit.send(kit.transfer(pair.payer, pair.payee, 1'001));
  kit.deliver_all();
  EXPECT_EQ(logged(kit, 0, before0),
            (Lines{"transfer_started", "leg_refused 0 insufficient_available",
                   "cancel_decided insufficient_available", "second_phase_answered 0",
                   "transfer_cancelled insufficient_available"}));
  EXPECT_EQ(logged(kit, 1, before1), (Lines{"leg_tried 1", "leg_cancelled 1"}));
}

// The payer's account, which is beside the coordinator, has said no: nobody else is waited for.
TEST(PromptRefusal, IsHeardWhenItsOwnEntryIsDurableAndNotBefore) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  kit.hold_syncs();
  const StartTransfer message = kit.transfer(pair.payer, pair.payee, 1'001);
  kit.send(message);
  EXPECT_EQ(kit.replies(message.request), Lines{}) << "the decision may still be lost";
  kit.network().clear();
  kit.sync(0);
  EXPECT_EQ(kit.replies(message.request), Lines{"cancelled insufficient_available"});
  EXPECT_EQ(kit.state(0).open_transfer_count(), 1U) << "the payee's leg is still to be cancelled";
  kit.run_until_quiet();
  kit.expect_quiet_books();
  EXPECT_EQ(kit.replies(message.request).size(), 1U);
}

// With it the payer's money is available again, in the same entry; the phase says what is still to be done.
TEST(PromptRefusal, OfThePayeeGivesThePayersMoneyBackWithTheDecision) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  kit.send(1, ChangeAccount{.account = pair.payee, .change = AccountChange::freeze, .reason = ""});
  const StartTransfer message = kit.transfer(pair.payer, pair.payee, 400);
  kit.send(message);
  EXPECT_EQ(kit.account_state(pair.payer).held, 400);
  deliver_first(kit, "try 1");
  const std::size_t before = kit.log_size(0);
  deliver_first(kit, "answer");
  EXPECT_EQ(
      logged(kit, 0, before),
      (Lines{"cancel_decided account_frozen by 1 refused account_frozen", "leg_cancelled 0"}));
  EXPECT_EQ(kit.replies(message.request), Lines{"cancelled account_frozen"});
  expect_balances(kit, pair, 1'000, 0);
  const TransferState& open = kit.state(0).transfer(kit.state(0).open_transfers().front())->state;
  EXPECT_EQ(status_of(open), TransferStatus::cancelling);
  kit.run_until_quiet();
  kit.expect_quiet_books();
}

// The Cancel for the payee leaves with the Try: whichever comes first, or twice, or late, nothing stays reserved.
TEST(PromptRefusal, LeavesNothingReservedHoweverTryAndCancelCome) {
  for (const Lines& order :
       {Lines{"try 1", "cancel 1"}, Lines{"cancel 1", "try 1"}, Lines{"cancel 1", "try 1", "try 1"},
        Lines{"try 1", "cancel 1", "try 1"}, Lines{"try 1", "try 1", "cancel 1", "cancel 1"},
        Lines{"try 1"}, Lines{}}) {
    PartitionKit kit(2);
    const Pair pair = open_pair(kit);
    kit.send(kit.transfer(pair.payer, pair.payee, 1'001));
    const std::deque<InFlight> sent = std::exchange(kit.network(), {});
    for (const std::string& next : order) {
      const auto found = std::ranges::find_if(
          sent, [&](const InFlight& message) { return words::text(message.message) == next; });
      ASSERT_TRUE(found != sent.end()) << next;
      kit.turn(1, {found->message});
    }
    kit.run_until_quiet();
    expect_balances(kit, pair, 1'000, 0);
    kit.expect_quiet_books();
    EXPECT_EQ(kit.state(1).leg_count(), 0U);
    EXPECT_EQ(kit.alarms(), 0U);
  }
}

TEST(PromptRefusal, KeepsTheFenceBackUntilItsLastLegIsCancelled) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  kit.send(kit.transfer(pair.payer, pair.payee, 1'001));
  const TransferId id = kit.state(0).open_transfers().front();
  kit.deliver(0);  // Try: it is reserved
  kit.network().clear();
  for (int i = 0; i < 3; ++i) {
    kit.advance(words::second / 10);
    kit.turn(0, {});
    kit.network().clear();
  }
  EXPECT_LT(kit.state(0).finished_up_to(1), id.index);
  EXPECT_EQ(kit.state(1).leg_count(), 1U);
  kit.run_until_quiet();
  EXPECT_GE(kit.state(0).finished_up_to(1), id.index);
  EXPECT_EQ(kit.state(1).leg_count(), 0U);
  kit.expect_quiet_books();
}

// From the log, from a checkpoint while it is cancelling, and from the record: always the refusal, and never its end.
TEST(PromptRefusal, IsTheSameForRepeatsAfterACrash) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  StartTransfer message = kit.transfer(pair.payer, pair.payee, 1'001);
  kit.send(message);
  const TransferId id = kit.state(0).open_transfers().front();
  const Position decision = *kit.state(0).transfer(id)->state.refused_at;
  message.request = 70;
  const auto repeat = [&] {
    ++message.request;
    kit.send(message);
    EXPECT_EQ(kit.replies(message.request), Lines{"cancelled insufficient_available replayed"});
  };
  kit.network().clear();
  kit.crash(0);
  repeat();
  kit.network().clear();
  kit.checkpoint(0);
  kit.crash(0);
  repeat();
  EXPECT_EQ(kit.state(0).transfer(id)->state.refused_at, decision);
  kit.run_until_quiet();
  repeat();
  kit.checkpoint(0);
  kit.crash(0);
  repeat();
  EXPECT_EQ(kit.state(0).ended_record(message.transaction_id, pair.payer)->finished, decision);
  EXPECT_EQ(kit.state_text(0), kit.replayed_text(0));
}

// The level rises while one is cancelling: what was decided before is heard at its end, also by repeats and after a crash.
TEST(PromptRefusal, BeginsWithTheFormatLevelAndLeavesWhatWasDecidedBefore) {
  FormatLevels levels;
  levels.raise(FormatLevel{CancelDecided::wire.level - 1});
  PartitionOptions options;
  options.levels = &levels;
  PartitionKit kit(2, options);
  const Pair pair = open_pair(kit);
  StartTransfer before = kit.transfer(pair.payer, pair.payee, 1'001);
  kit.send(before);
  EXPECT_EQ(kit.replies(before.request), Lines{});
  kit.network().clear();
  levels.raise(CancelDecided::wire.level);
  kit.crash(0);
  const StartTransfer after = kit.transfer(pair.payer, pair.payee, 1'001);
  kit.send(after);
  EXPECT_EQ(kit.replies(after.request), Lines{"cancelled insufficient_available"});
  before.request = 80;
  kit.send(before);
  EXPECT_EQ(kit.replies(80), Lines{}) << "its position is that of its end";
  kit.run_until_quiet();
  EXPECT_EQ(kit.replies(80), Lines{"cancelled insufficient_available"});
  const auto old = kit.state(0).ended_record(before.transaction_id, pair.payer);
  const auto prompt = kit.state(0).ended_record(after.transaction_id, pair.payer);
  ASSERT_TRUE(old && prompt);
  EXPECT_EQ(old->ended, std::nullopt);
  EXPECT_NE(prompt->ended, std::nullopt);
  EXPECT_EQ(kit.state_text(0), kit.replayed_text(0));
}

class TransferOverPartitions
    : public ::testing::TestWithParam<std::tuple<std::uint32_t, Protocol>> {
 protected:
  PartitionKit kit_{std::get<0>(GetParam())};
  Protocol protocol_ = std::get<1>(GetParam());
};

TEST_P(TransferOverPartitions, MovesTheMoneyOnceAndLeavesNothingOpen) {
  const Pair pair = open_pair(kit_);
  const StartTransfer message = kit_.transfer(pair.payer, pair.payee, 400, protocol_);
  kit_.send(message);
  kit_.run_until_quiet();
  EXPECT_EQ(kit_.replies(message.request), Lines{"completed"});
  expect_balances(kit_, pair, 600, 400);
  kit_.expect_quiet_books();
}

TEST_P(TransferOverPartitions, IsRefusedWithoutTraceWhenMoneyIsMissing) {
  const Pair pair = open_pair(kit_);
  const StartTransfer message = kit_.transfer(pair.payer, pair.payee, 1'001, protocol_);
  kit_.send(message);
  kit_.run_until_quiet();
  const std::string status = kit_.partitions() == 1 ? "refused" : "cancelled";
  EXPECT_EQ(kit_.replies(message.request), Lines{status + " insufficient_available"});
  expect_balances(kit_, pair, 1'000, 0);
  kit_.expect_quiet_books();
}

TEST_P(TransferOverPartitions, GivesTheMoneyBackWhenThePayeeIsFrozen) {
  const Pair pair = open_pair(kit_);
  const auto home = static_cast<PartitionId>(kit_.partitions() - 1);
  kit_.send(home,
            ChangeAccount{.account = pair.payee, .change = AccountChange::freeze, .reason = ""});
  const StartTransfer message = kit_.transfer(pair.payer, pair.payee, 400, protocol_);
  kit_.send(message);
  kit_.run_until_quiet();
  ASSERT_EQ(kit_.replies(message.request).size(), 1U);
  EXPECT_TRUE(kit_.replies(message.request)[0].ends_with("account_frozen"));
  expect_balances(kit_, pair, 1'000, 0);
  kit_.expect_quiet_books();
}

TEST_P(TransferOverPartitions, AnswersEveryRepeatButOneAsReplayed) {
  const Pair pair = open_pair(kit_);
  const StartTransfer message = kit_.transfer(pair.payer, pair.payee, 400, protocol_);
  kit_.send(message);
  kit_.send(message);
  kit_.run_until_quiet();
  kit_.send(message);
  EXPECT_EQ(kit_.replies(message.request),
            (Lines{"completed", "completed replayed", "completed replayed"}));
  expect_balances(kit_, pair, 600, 400);
}

TEST_P(TransferOverPartitions, ForgetsItsLegsWhenItIsOver) {
  const Pair pair = open_pair(kit_);
  kit_.send(kit_.transfer(pair.payer, pair.payee, 400, protocol_));
  kit_.run_until_quiet();
  for (std::uint32_t p = 0; p < kit_.partitions(); ++p)
    EXPECT_EQ(kit_.state(static_cast<PartitionId>(p)).leg_count(), 0U) << "p" << p;
}

TEST_P(TransferOverPartitions, IsQuietAfterwards) {
  const Pair pair = open_pair(kit_);
  kit_.send(kit_.transfer(pair.payer, pair.payee, 400, protocol_));
  kit_.run_until_quiet();
  std::vector<std::size_t> entries;
  for (std::uint32_t p = 0; p < kit_.partitions(); ++p) {
    EXPECT_EQ(kit_.next_due(static_cast<PartitionId>(p)), std::nullopt) << "p" << p;
    entries.push_back(kit_.log_size(static_cast<PartitionId>(p)));
  }
  for (int hour = 0; hour < 5; ++hour) {
    kit_.advance(3'600 * words::second);
    for (std::uint32_t p = 0; p < kit_.partitions(); ++p)
      kit_.turn(static_cast<PartitionId>(p), {});
    kit_.deliver_all();
  }
  for (std::uint32_t p = 0; p < kit_.partitions(); ++p)
    EXPECT_EQ(kit_.log_size(static_cast<PartitionId>(p)), entries[p]) << "p" << p;
}

TEST_P(TransferOverPartitions, AnswersOnlyWhatIsDurable) {
  const Pair pair = open_pair(kit_);
  kit_.hold_syncs();
  const StartTransfer message = kit_.transfer(pair.payer, pair.payee, 400, protocol_);
  kit_.send(message);
  kit_.send(0, GetAccount{.request = 99, .account = pair.payer});
  EXPECT_EQ(kit_.network().size(), 0U);
  EXPECT_EQ(kit_.replies(message.request), Lines{});
  EXPECT_EQ(kit_.replies(99), Lines{}) << "a read shows nothing that may still be lost";
  kit_.run_until_quiet();
  EXPECT_EQ(kit_.replies(99).size(), 1U);
  EXPECT_EQ(kit_.replies(message.request), Lines{"completed"});
}

// Nobody had confirmed the clock: the partition's time stood where its last entry was, hours ago, and jumps.
TEST(UnconfirmedClock, DoesNotMakeATransferLateThatBeganUnderIt) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  kit.confirm_clocks(false);
  kit.send(kit.transfer(pair.payer, pair.payee, 400));
  std::deque<InFlight> kept = std::exchange(kit.network(), {});
  kit.confirm_clocks(true);
  kit.advance(words::day);
  kit.turn(0, {});
  kit.crash(0);  // the next leader knows no better
  kit.turn(0, {});
  EXPECT_EQ(kit.state(0).open_transfer_count(), 1U);
  kit.network() = std::move(kept);
  kit.run_until_quiet();
  expect_balances(kit, pair, 600, 400);
}

// A transfer that began while nobody confirmed the clock; the payee's partition does not answer.
struct Unanswered {
  Unanswered() {
    kit.confirm_clocks(false);
    kit.send(kit.transfer(pair.payer, pair.payee, 400));
  }
  void pass(std::int64_t time) {
    for (; time > 0; time -= words::second) {
      kit.network().clear();
      kit.advance(words::second);
      kit.turn(0, {});
    }
  }
  // The clock is confirmed, and time jumps to what it says.
  void jump() {
    kit.confirm_clocks(true);
    kit.advance(words::day);
    kit.turn(0, {});
  }
  [[nodiscard]] bool goes_on() {
    return next_steps(kit.state(0).transfer(kit.state(0).open_transfers().front())->state)
               .front()
               .message == LegMessage::try_;
  }

  PartitionKit kit{2};
  Pair pair = open_pair(kit);
};

TEST(UnconfirmedClock, CountsHowLongATransferGoesOnAllTheSame) {
  Unanswered asked;
  asked.pass(limits::try_timeout_us / 2);
  EXPECT_TRUE(asked.goes_on());
  asked.pass(limits::try_timeout_us);
  EXPECT_FALSE(asked.goes_on()) << "what it holds would stay held until clocks agree";
  asked.kit.run_until_quiet();
  expect_balances(asked.kit, asked.pair, 1'000, 0);
}

TEST(UnconfirmedClock, IsFollowedByOneThatDoesNotCountItsJump) {
  Unanswered asked;
  asked.pass(limits::try_timeout_us / 2);
  asked.jump();
  asked.pass(limits::try_timeout_us / 4);
  EXPECT_TRUE(asked.goes_on());
  asked.pass(limits::try_timeout_us);
  EXPECT_FALSE(asked.goes_on());
  asked.kit.run_until_quiet();
  expect_balances(asked.kit, asked.pair, 1'000, 0);
}

// Reads between the turns, and a clock that is confirmed for a moment again and again.
TEST(UnconfirmedClock, IsCountedThroughReadsAndChangesOfMind) {
  Unanswered asked;
  PartitionKit& kit = asked.kit;
  for (std::int64_t round = 0; round < 3; ++round) {
    kit.confirm_clocks(false);
    asked.pass(limits::try_timeout_us / 4);
    std::vector<Message> reads{GetAccount{.request = 5, .account = asked.pair.payer}};
    kit.partition(0).answer(reads);
    asked.jump();
    EXPECT_TRUE(asked.goes_on()) << round;
  }
  asked.pass(limits::try_timeout_us / 2);
  EXPECT_FALSE(asked.goes_on());
}

// Everything crashes after k steps, for every k; the network keeps or loses what was under way.
TEST_P(TransferOverPartitions, EndsAfterACrashAtAnyPoint) {
  for (const bool keep_network : {true, false}) {
    bool ended = false;
    for (int cut = 0; !ended; ++cut) {
      SCOPED_TRACE("crash after step " + std::to_string(cut));
      PartitionKit kit(std::get<0>(GetParam()));
      const Pair pair = open_pair(kit);
      kit.hold_syncs();
      const StartTransfer message = kit.transfer(pair.payer, pair.payee, 400, protocol_);
      kit.send(message);
      for (int i = 0; i < cut && !ended; ++i) ended = !kit.step();
      if (!keep_network) kit.network().clear();
      for (std::uint32_t p = 0; p < kit.partitions(); ++p) kit.crash(static_cast<PartitionId>(p));
      kit.run_until_quiet();
      kit.expect_quiet_books();
      const bool moved = kit.account_state(pair.payee).available == 400;
      expect_balances(kit, pair, moved ? 600 : 1'000, moved ? 400 : 0);
      StartTransfer again = message;
      again.request = 77;
      kit.send(again);
      kit.run_until_quiet();
      ASSERT_EQ(kit.replies(77).size(), 1U);
      const bool completed = kit.replies(77)[0].starts_with("completed");
      expect_balances(kit, pair, completed ? 600 : 1'000, completed ? 400 : 0);
      EXPECT_TRUE(completed || !moved) << "done is never taken back";
      ASSERT_LT(cut, 200);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Partitions, TransferOverPartitions,
                         ::testing::Combine(::testing::Values(1U, 2U, 3U, 4U),
                                            ::testing::Values(Protocol::tcc, Protocol::saga)));

// --- fences ------------------------------------------------------------------------------------------------

// Every message of a finished transfer comes again, long after: fenced, and nothing changes.
TEST(Fence, RefusesEveryLateDuplicateOfAFinishedTransfer) {
  for (const Protocol protocol : {Protocol::tcc, Protocol::saga}) {
    PartitionKit kit(2);
    const Pair pair = open_pair(kit);
    kit.send(kit.transfer(pair.payer, pair.payee, 400, protocol));
    std::vector<InFlight> seen;
    while (!kit.network().empty()) {
      seen.push_back(kit.network().front());
      kit.deliver(0);
    }
    kit.run_until_quiet();
    const std::size_t entries = kit.log_size(0) + kit.log_size(1);
    std::vector<std::string> answers;
    for (const InFlight& old : seen) {
      kit.turn(old.to, {old.message});
      while (!kit.network().empty()) {
        if (!holds_alternative<FenceHeard>(kit.network().front().message))
          answers.push_back(words::text(kit.network().front().message));
        kit.deliver(0);
      }
    }
    kit.run_until_quiet();
    EXPECT_EQ(answers, protocol == Protocol::tcc
                           ? (Lines{"answer 1 try fenced", "answer 1 confirm fenced"})
                           : (Lines{"answer 1 apply fenced"}));
    EXPECT_EQ(kit.log_size(0) + kit.log_size(1), entries);
    expect_balances(kit, pair, 600, 400);
    kit.expect_quiet_books();
  }
}

TEST(Fence, KeepsTheLegsOfATransferThatIsStillOpen) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  kit.send(kit.transfer(pair.payer, pair.payee, 100));
  kit.deliver(0);  // Try; its answer stays under way
  InFlight answer = kit.network().front();
  kit.drop(0);
  for (int i = 0; i < 3; ++i) {
    kit.send(kit.transfer(pair.payer, pair.payee, 10));
    kit.deliver_all();
  }
  kit.advance(words::second);  // fences are told and heard, up to before the open one
  for (int i = 0; i < 3; ++i) {
    kit.turn(0, {});
    kit.deliver_all();
    kit.turn(1, {});
  }
  kit.network().push_back(answer);
  kit.run_until_quiet();
  expect_balances(kit, pair, 870, 130);
  kit.expect_quiet_books();
}

// Everybody but one partition works for some seconds; what is under way to that one is lost.
void work_without(PartitionKit& kit, PartitionId silent) {
  for (int i = 0; i < 5; ++i) {
    kit.advance(words::second);
    for (PartitionId p = 0; p < kit.partitions(); ++p)
      if (p != silent) kit.turn(p, {});
    while (!kit.network().empty()) {
      if (kit.network().front().to == silent)
        kit.drop(0);
      else
        kit.deliver(0);
    }
  }
}

TEST(Fence, OfASilentPartitionHoldsBackOnlyTheLegsThatAreThere) {
  for (const Protocol protocol : {Protocol::tcc, Protocol::saga}) {
    PartitionKit kit(3);
    const AccountId payer = kit.account(0, "payer");
    const AccountId payee = kit.account(1, "payee");
    const AccountId silent = kit.account(2, "silent");
    kit.open(payer, 1'000);
    kit.open(payee);
    kit.open(silent);
    kit.send(kit.transfer(payer, silent, 50, protocol));
    kit.drop(0);  // and all that is sent again
    const auto pay = [&](int count) {
      for (int i = 0; i < count; ++i) kit.send(kit.transfer(payer, payee, 10, protocol));
      work_without(kit, 2);
      EXPECT_EQ(kit.state(0).open_transfer_count(), 1U);
      EXPECT_EQ(kit.state(1).leg_count(), 0U);
    };
    pay(20);
    kit.crash(0);  // all of it from the log
    pay(10);
    kit.checkpoint(0);
    kit.crash(0);  // from the store
    pay(10);
    kit.run_until_quiet();
    expect_balances(kit, {payer, payee}, protocol == Protocol::tcc ? 600 : 550, 400);
    kit.expect_quiet_books();
  }
}

// Drops what is under way of this kind; how many there were.
template <class M>
int lose(PartitionKit& kit) {
  int lost = 0;
  for (std::size_t i = kit.network().size(); i-- > 0;) {
    if (!holds_alternative<M>(kit.network()[i].message)) continue;
    kit.drop(i);
    ++lost;
  }
  return lost;
}

// A finished transfer between two partitions, of which the second one still keeps its leg.
Pair finished_transfer(PartitionKit& kit) {
  const Pair pair = open_pair(kit);
  kit.send(kit.transfer(pair.payer, pair.payee, 100));
  while (kit.state(0).open_transfer_count() != 0) {
    kit.deliver_all();
    lose<AdvanceFence>(kit);
  }
  EXPECT_EQ(kit.state(1).leg_count(), 1U);
  return pair;
}

// A leader that was deposed without hearing of it: the fence is about what later leaders have logged.
TEST(Fence, IsNotTakenWhereMoneyIsStillReserved) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  kit.send(kit.transfer(pair.payer, pair.payee, 100));
  kit.deliver(0);  // Try; its answer is lost
  kit.network().clear();
  kit.turn(1, {AdvanceFence{1, 0, kit.state(0).last_index()}});
  for (int i = 0; i < 3; ++i) {
    kit.advance(words::second);
    kit.turn(1, {});
  }
  EXPECT_EQ(kit.state(1).leg_count(), 1U);
  EXPECT_EQ(kit.state(1).fence_of(0), 0U);
}

TEST(Fence, IsToldAgainLessAndLessOftenUntilItIsHeard) {
  PartitionKit kit(2);
  finished_transfer(kit);
  std::vector<std::int64_t> waits;
  Timestamp before = kit.now();
  while (waits.size() < 5) {
    ASSERT_TRUE(kit.next_due(0));
    kit.advance(std::max<std::int64_t>(0, kit.next_due(0)->us - kit.now().us));
    kit.turn(0, {});
    if (lose<AdvanceFence>(kit) == 0) continue;
    waits.push_back(kit.now().us - before.us);
    before = kit.now();
  }
  for (std::size_t i = 2; i < waits.size(); ++i) EXPECT_GT(waits[i], waits[i - 1]);
  kit.run_until_quiet();
  EXPECT_EQ(kit.state(1).leg_count(), 0U);
  EXPECT_FALSE(kit.next_due(0)) << "an idle partition is silent";
}

TEST(Fence, IsToldAgainWhenItsAnswerWasLostAndThenNeverMore) {
  PartitionKit kit(2);
  finished_transfer(kit);
  for (int lost = 0; lost < 3;) {
    for (PartitionId p : {PartitionId{0}, PartitionId{1}}) {
      const auto due = kit.next_due(p);
      if (due) kit.advance(std::max<std::int64_t>(0, due->us - kit.now().us));
      kit.turn(p, {});
    }
    const int answers = lose<FenceHeard>(kit);
    lost += answers;
    if (answers == 0) kit.step();
    lost += lose<FenceHeard>(kit);
  }
  EXPECT_EQ(kit.state(1).leg_count(), 0U);
  EXPECT_TRUE(kit.next_due(0)) << "nobody has answered";
  const std::size_t entries = kit.log_size(1);
  kit.run_until_quiet();
  EXPECT_FALSE(kit.next_due(0));
  EXPECT_EQ(kit.log_size(1), entries) << "a fence that is known is not logged again";
}

// --- several partitions and many transfers -------------------------------------------------------------------

TEST(Partition, NeverGoesBackInTime) {
  PartitionKit kit(1);
  const Pair pair = open_pair(kit);
  kit.advance(-words::day);
  kit.send(kit.transfer(pair.payer, pair.payee, 1));
  EXPECT_EQ(kit.state(0).last_time(), words::noon);
}

TEST(Partition, RefusesToReplayWhatDoesNotContinueItsLog) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  kit.send(0,
           ChangeAccount{.account = pair.payer, .change = AccountChange::freeze, .reason = "why"});
  kit.send(0,
           ChangeAccount{.account = pair.payer, .change = AccountChange::unfreeze, .reason = ""});
  const std::vector<std::string> log = kit.log(0);
  ASSERT_EQ(log.size(), 4U);
  const PartitionMap map(2);
  MemoryStateStore store;
  Partition partition(0, map, store, {});
  EXPECT_FALSE(partition.replay(log[1])) << "a gap";
  EXPECT_FALSE(partition.replay(kit.log(1)[0])) << "another partition's";
  ASSERT_TRUE(partition.replay(log[0]));
  EXPECT_FALSE(partition.replay(log[0])) << "twice";
  ASSERT_TRUE(partition.replay(log[1]));
  std::string changed = log[2];
  changed[changed.find("why")] = 'W';
  EXPECT_TRUE(partition.replay(changed)) << "the entry after it tells";
  EXPECT_FALSE(partition.replay(log[3])) << "the chain is broken";
}

// How long until a lost message is sent again, time after time.
TEST(Partition, SendsAgainSoonAtFirstThenLessOftenButForEver) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  kit.send(kit.transfer(pair.payer, pair.payee, 400));
  const auto confirm_is_sent = [&] {
    while (!kit.network().empty() && words::text(kit.network().front().message) != "confirm 1")
      kit.deliver(0);
    return !kit.network().empty();
  };
  ASSERT_TRUE(confirm_is_sent());
  std::vector<std::int64_t> waits;
  for (Timestamp sent = kit.now(); waits.size() < 10; sent = kit.now()) {
    kit.drop(0);
    for (int ticks = 0; !confirm_is_sent(); ++ticks) {
      ASSERT_LT(ticks, 1'000) << "nothing is sent any more";
      kit.advance(words::second / 10);
      kit.turn(0, {});
    }
    waits.push_back(kit.now().us - sent.us);
  }
  EXPECT_LE(waits.front(), 2 * words::second);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_GT(waits[i], waits[i - 1]);
  for (const std::int64_t wait : waits) EXPECT_LE(wait, 40 * words::second);
  kit.run_until_quiet();
  expect_balances(kit, pair, 600, 400);
}

TEST(Partition, SendsAgainAtOnceWhatAPartitionThatReturnsHasNotAnswered) {
  PartitionKit kit(3);
  const Pair pair = open_pair(kit);
  kit.send(kit.transfer(pair.payer, pair.payee, 400));
  const auto lose_all = [&] {
    std::size_t tries = 0;
    for (; !kit.network().empty(); kit.drop(0))
      if (words::text(kit.network().front().message) == "try 1") ++tries;
    return tries;
  };
  ASSERT_EQ(lose_all(), 1U);
  kit.advance(words::second / 100);
  kit.resend_to(0, 1);
  kit.turn(0, {});
  EXPECT_EQ(lose_all(), 0U) << "the transfer has no leg there";
  for (int times = 0; times < 5; ++times) kit.resend_to(0, 2);
  kit.turn(0, {});
  EXPECT_EQ(lose_all(), 1U) << "once, however often it was called for";
  std::size_t later = 0;
  for (int tenth = 0; tenth < 39; ++tenth) {
    kit.advance(words::second / 10);
    kit.turn(0, {});
    later += lose_all();
  }
  EXPECT_EQ(later, 1U) << "as after any resend: the timer that was overtaken is gone";
  kit.resend_to(0, 2);
  kit.turn(0, {});
  kit.run_until_quiet();
  expect_balances(kit, pair, 600, 400);
  kit.resend_to(0, 2);
  EXPECT_FALSE(kit.next_due(0)) << "nothing is open";
}

TEST(Partition, ListsItsClientsAccountsInPagesFromStoreAndMemory) {
  PartitionKit kit(1);
  for (const char* name : {"A", "b", "c", "d", "1"}) kit.open(AccountId::from_trusted(name), 1);
  kit.checkpoint(0);
  kit.crash(0);
  kit.open(AccountId::from_trusted("bb"), 1);
  std::string after;
  Lines pages;
  for (RequestId request = 100; request < 110; ++request) {
    kit.send(0, ListAccounts{.request = request, .partition = 0, .after = after, .limit = 2});
    ASSERT_EQ(kit.replies(request).size(), 1U);
    pages.push_back(kit.replies(request)[0]);
    if (pages.back() == "page") break;
    after = pages.back().substr(pages.back().rfind(' ') + 1);
  }
  EXPECT_EQ(pages, (Lines{"page 1 A", "page b bb", "page c d", "page"}));
}

TEST(Partition, ShowsOpenAndEndedTransfersOfOneTransactionIdByOwner) {
  PartitionKit kit(2);
  const Pair pair = open_pair(kit);
  const AccountId other = kit.account(0, "other");
  kit.open(other, 50);
  StartTransfer first = kit.transfer(pair.payer, pair.payee, 10);
  StartTransfer second = kit.transfer(other, pair.payer, 5);
  second.transaction_id = first.transaction_id;
  kit.send(first);
  kit.send(second);
  const auto ask = [&](RequestId request, const AccountId& owner) {
    kit.send(0, GetTransfer{.request = request,
                            .partition = 0,
                            .transaction_id = first.transaction_id,
                            .owner = owner});
    return kit.replies(request).at(0);
  };
  EXPECT_EQ(ask(50, {}), "transfers open:" + pair.payer.str() + " completed:" + other.str());
  kit.run_until_quiet();
  kit.checkpoint(0);
  EXPECT_EQ(ask(51, pair.payer), "transfers completed:" + pair.payer.str());
  EXPECT_EQ(ask(52, other), "transfers completed:" + other.str());
  kit.crash(0);
  EXPECT_EQ(ask(53, other), "transfers completed:" + other.str());
}

}  // namespace
}  // namespace florin
