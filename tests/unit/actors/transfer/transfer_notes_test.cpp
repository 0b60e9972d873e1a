// What a transfer is for: recorded with its beginning, once; shown by repeats and the status; logged with each posting of its
// legs. From the coordinator and the account alone to partitions that crash.
#include <gtest/gtest.h>

#include <algorithm>

#include "actors/messages/message_size.hpp"
#include "base/limits.hpp"
#include "tests/support/actor_kit.hpp"
#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

using namespace words;
using Lines = std::vector<std::string>;

const AccountId notes_payer = account_in(0, 2, "payer");
const AccountId notes_near = account_in(0, 2, "near");
const AccountId notes_far = account_in(1, 2, "far");

StartTransfer unnoted(const AccountId& to, Minor amount = 400, Protocol protocol = Protocol::tcc) {
  StartTransfer message;
  message.request = 1;
  message.from = notes_payer;
  message.to = to;
  message.transaction_id = uuid(1);
  message.amount = amount;
  message.currency = usd;
  message.protocol = protocol;
  return message;
}
TransferNotes notes_called(const std::string& reference) {
  return {reference, "for " + reference, {{"cost", "17"}}, ""};
}
StartNotedTransfer noted(StartTransfer message, const std::string& reference = "invoice") {
  return {std::move(message), notes_called(reference)};
}

// --- the coordinator alone -------------------------------------------------------------------------------------

class TransferNotesTest : public ::testing::TestWithParam<bool> {
 protected:
  TransferNotesTest() { kit_.given_account(notes_payer, 1'000).given_account(notes_near, 0); }
  ActorKit kit_{{.self = 0, .partitions = 2, .passivating = GetParam()}};

  // Of the only reply; "": it shows none.
  std::string shown() {
    const auto& outcome = get<TransferOutcome>(kit_.replies().at(0).body);
    return outcome.notes ? outcome.notes->reference : "";
  }
};
INSTANTIATE_TEST_SUITE_P(AwakeAndPassivated, TransferNotesTest, ::testing::Bool());

TEST_P(TransferNotesTest, AreBehindTheEventThatPostsAndWithTheFirstAnswer) {
  kit_.when(noted(unnoted(notes_near)))
      .then({"transfer_posted", "transfer_noted", "reply 1 completed"});
  EXPECT_EQ(shown(), "invoice");
  const auto& event = get<TransferNoted>(kit_.events().at(1));
  EXPECT_EQ(event.transfer, kit_.replies().at(0).position);
  EXPECT_EQ(*event.notes, notes_called("invoice"));
  EXPECT_EQ(*kit_.state().notes_of(event.transfer), notes_called("invoice"));
}

TEST_P(TransferNotesTest, OfTheFirstRequestAreShownToEveryRepeat) {
  kit_.when(noted(unnoted(notes_near)));
  kit_.when(noted(unnoted(notes_near), "another")).then({"reply 1 completed replayed"});
  EXPECT_EQ(shown(), "invoice");
  kit_.when(unnoted(notes_near)).then({"reply 1 completed replayed"});
  EXPECT_EQ(shown(), "invoice");
}

TEST_P(TransferNotesTest, OfARepeatAreNotAddedToATransferWithoutAny) {
  kit_.when(unnoted(notes_near)).then({"transfer_posted", "reply 1 completed"});
  kit_.when(noted(unnoted(notes_near))).then({"reply 1 completed replayed"});
  EXPECT_EQ(shown(), "");
  EXPECT_EQ(kit_.state().ended_record(uuid(1), notes_payer)->has_notes, false);
}

// A batch has thousands of answers, and the client knows what it has said: the metadata is for who asks for the transfer.
TEST_P(TransferNotesTest, AreAnsweredWithoutTheMetadata) {
  TransferNotes notes = notes_called("invoice");
  notes.metadata = {{"cost", std::string(limits::metadata_value_chars_max, 'x')}};
  const StartNotedTransfer message{unnoted(notes_near), notes};
  for (const bool replayed : {false, true}) {
    kit_.when(message);
    EXPECT_EQ(get<TransferOutcome>(kit_.replies().at(0).body).replayed, replayed);
    EXPECT_EQ(shown(), "invoice");
    EXPECT_LT(bytes_of(kit_.replies().at(0)), limits::metadata_value_chars_max);
  }
  const auto record = kit_.state().ended_record(uuid(1), notes_payer);
  ASSERT_TRUE(record);
  EXPECT_EQ(*kit_.state().notes_of(record->started), notes);
}

TEST_P(TransferNotesTest, OfMetadataOnlyAreNotInTheAnswer) {
  kit_.when(StartNotedTransfer{unnoted(notes_near), TransferNotes{"", "", {{"cost", "17"}}, ""}});
  const auto& outcome = get<TransferOutcome>(kit_.replies().at(0).body);
  EXPECT_FALSE(outcome.notes);
}

TEST_P(TransferNotesTest, DoNotMakeOtherContentTheSame) {
  kit_.when(noted(unnoted(notes_near)));
  kit_.when(noted(unnoted(notes_near, 401))).then({"reply 1 no transaction_id_reused"});
}

TEST_P(TransferNotesTest, AreRecordedWithARefusal) {
  kit_.when(noted(unnoted(notes_near, 1'001)))
      .then({"transfer_refused insufficient_available", "transfer_noted",
             "reply 1 refused insufficient_available"});
  const auto record = kit_.state().ended_record(uuid(1), notes_payer);
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->has_notes);
  EXPECT_EQ(kit_.state().notes_of(record->started)->reference, "invoice");
}

// The Try that is sent once more says the same, also when the store had to be asked.
TEST_P(TransferNotesTest, GoWithEachTryOfBothLegs) {
  const TransferId id = kit_.next();
  kit_.when(noted(unnoted(notes_far)))
      .then({"transfer_started", "transfer_noted", "p0 < try 0", "p1 < try 1"});
  kit_.at(noon + 5 * second).when_due(id);
  ASSERT_EQ(kit_.told().size(), 2U);
  for (const Message& told : kit_.told()) {
    const auto* attempt = get_if<TryNotedLeg>(&told);
    ASSERT_NE(attempt, nullptr);
    EXPECT_EQ(*attempt->notes, (LegNotes{"invoice", "for invoice"}));
  }
}

TEST_P(TransferNotesTest, ThatStatementsDoNotShowLeaveTheTryAsItIs) {
  StartNotedTransfer message{unnoted(notes_far), TransferNotes{"", "", {{"cost", "17"}}, ""}};
  kit_.when(message);
  EXPECT_TRUE(std::ranges::all_of(
      kit_.told(), [](const Message& told) { return holds_alternative<TryLeg>(told); }));
}

TEST_P(TransferNotesTest, GoWithEachStepOfASaga) {
  const TransferId id = kit_.next();
  kit_.when(noted(unnoted(notes_far, 400, Protocol::saga)));
  ASSERT_EQ(kit_.told().size(), 1U);
  EXPECT_TRUE(holds_alternative<ApplyNotedStep>(kit_.told().at(0)));
  kit_.when(LegAnswered{{id, 0}, LegMessage::apply, {}});
  ASSERT_EQ(kit_.told().size(), 1U);
  EXPECT_TRUE(holds_alternative<ApplyNotedStep>(kit_.told().at(0)));
}

// A node of the version before is still there: it could not read the event, and nothing is recorded.
TEST(TransferNotes, AreNotTakenWhileANodeDoesNotReadThem) {
  FormatLevels levels;
  levels.raise(FormatLevel{notes_level - 1});
  ActorKit kit({.levels = &levels});
  kit.given_account(notes_payer, 1'000).given_account(notes_near, 0);
  kit.when(noted(unnoted(notes_near))).then({"reply 1 not_accepted"});
  EXPECT_EQ(get<NotAccepted>(kit.replies().at(0).body).why, NotAccepted::Why::level_too_low);
  levels.raise(notes_level);
  kit.when(noted(unnoted(notes_near)))
      .then({"transfer_posted", "transfer_noted", "reply 1 completed"});
}

// What was executed without notes is not told to have not been: only what would record some is refused.
TEST(TransferNotes, OfARepeatAreNoReasonToRefuseItWhileANodeDoesNotReadThem) {
  FormatLevels levels;
  levels.raise(FormatLevel{notes_level - 1});
  ActorKit kit({.self = 0, .partitions = 2, .levels = &levels});
  kit.given_account(notes_payer, 1'000).given_account(notes_near, 0);
  kit.when(unnoted(notes_near)).then({"transfer_posted", "reply 1 completed"});
  kit.when(noted(unnoted(notes_near))).then({"reply 1 completed replayed"});
  kit.when(noted(unnoted(notes_near, 401))).then({"reply 1 no transaction_id_reused"});

  StartTransfer open = unnoted(notes_far);
  open.transaction_id = uuid(2);
  const TransferId id = kit.next();
  kit.when(open).then({"transfer_started", "p0 < try 0", "p1 < try 1"});
  kit.when(noted(open)).then({});
  for (const LegMessage phase : {LegMessage::try_, LegMessage::confirm})
    for (const std::uint8_t leg : {std::uint8_t{0}, std::uint8_t{1}})
      kit.when(LegAnswered{{id, leg}, phase, {}});
  EXPECT_EQ(kit.replies().size(), 2U) << "it has waited with the first";
}

// --- the account alone -----------------------------------------------------------------------------------------

const LegKey notes_leg{{7, 0, 1}, 0};
LegContent notes_debit(Minor amount = 400) {
  return {notes_payer, notes_far, uuid(1), amount, usd, LegRole::debit};
}

class LegNotesTest : public ::testing::TestWithParam<bool> {
 protected:
  LegNotesTest() { kit_.given_account(notes_payer, 1'000); }
  ActorKit kit_{{.self = 0, .partitions = 2, .passivating = GetParam()}};
};
INSTANTIATE_TEST_SUITE_P(AwakeAndPassivated, LegNotesTest, ::testing::Bool());

TEST_P(LegNotesTest, AreLoggedBehindTheTryAndAgainBehindTheConfirm) {
  const TryNotedLeg attempt{{notes_leg, notes_debit()}, LegNotes{"invoice", "bread"}};
  kit_.when(attempt).then({"leg_tried 0", "leg_noted 0", "p1 < answer 0 try ok"});
  kit_.when(attempt).then({"p1 < answer 0 try ok"});
  kit_.when(ConfirmLeg{notes_leg, notes_payer})
      .then({"leg_confirmed 0", "leg_noted 0", "p1 < answer 0 confirm ok"});
  EXPECT_EQ(*get<LegNoted>(kit_.events().at(1)).notes, (LegNotes{"invoice", "bread"}));
  kit_.when(ConfirmLeg{notes_leg, notes_payer}).then({"p1 < answer 0 confirm ok"});
}

TEST_P(LegNotesTest, OfALateRepeatChangeNothing) {
  kit_.when(TryLeg{notes_leg, notes_debit()});
  kit_.when(TryNotedLeg{{notes_leg, notes_debit()}, LegNotes{"late", ""}})
      .then({"p1 < answer 0 try ok"});
  kit_.when(ConfirmLeg{notes_leg, notes_payer})
      .then({"leg_confirmed 0", "p1 < answer 0 confirm ok"});
}

TEST_P(LegNotesTest, OfARefusedOrCancelledLegAreNotLogged) {
  kit_.when(TryNotedLeg{{notes_leg, notes_debit(1'001)}, LegNotes{"invoice", ""}})
      .then({"leg_refused 0 insufficient_available",
             "p1 < answer 0 try refused insufficient_available"});
  const LegKey other{{8, 0, 1}, 0};
  kit_.when(TryNotedLeg{{other, notes_debit()}, LegNotes{"invoice", ""}})
      .when(CancelLeg{other, notes_payer})
      .then({"leg_cancelled 0", "p1 < answer 0 cancel ok"});
}

TEST_P(LegNotesTest, AreBehindAStepAndItsCompensation) {
  kit_.when(ApplyNotedStep{{notes_leg, notes_debit()}, LegNotes{"invoice", ""}})
      .then({"step_applied 0", "leg_noted 0", "p1 < answer 0 apply ok"})
      .when(CompensateStep{notes_leg, notes_payer})
      .then({"step_compensated 0", "leg_noted 0", "p1 < answer 0 compensate ok"});
}

// A checkpoint is due by the bytes that it will write: those of notes are among them, as an account's metadata is.
TEST(LegNotes, AreCountedForTheNextCheckpoint) {
  const LegNotes longest{std::string(limits::reference_chars_max, 'r'),
                         std::string(limits::description_chars_max, 'd')};
  const auto grown_by = [](const Message& attempt) {
    ActorKit kit({.self = 0, .partitions = 2});
    kit.given_account(notes_payer, 1'000);
    const std::size_t before = kit.state().dirty_bytes();
    kit.when(attempt);
    return kit.state().dirty_bytes() - before;
  };
  EXPECT_EQ(grown_by(TryNotedLeg{{notes_leg, notes_debit()}, longest}),
            grown_by(TryLeg{notes_leg, notes_debit()}) + limits::reference_chars_max +
                limits::description_chars_max);
}

// Its node has not heard yet that all nodes read them; the sender's has. The Try comes again.
TEST(LegNotes, WaitUntilTheirNodeKnowsThatAllReadThem) {
  FormatLevels levels;
  levels.raise(FormatLevel{notes_level - 1});
  ActorKit kit({.levels = &levels});
  kit.given_account(notes_payer, 1'000);
  const TryNotedLeg attempt{{notes_leg, notes_debit()}, LegNotes{"invoice", ""}};
  kit.when(attempt).then({});
  levels.raise(notes_level);
  kit.when(attempt).then({"leg_tried 0", "leg_noted 0", "p1 < answer 0 try ok"});
}

// --- partitions ------------------------------------------------------------------------------------------------

Lines logged_in(const PartitionKit& kit, PartitionId at, std::size_t skipped) {
  Lines lines;
  for (std::size_t i = skipped; i < kit.log(at).size(); ++i) {
    const auto entry = decode_entry(kit.log(at)[i]);
    for (const Event& event : entry->events)
      if (!holds_alternative<FenceAdvanced>(event)) lines.push_back(words::text(event));
  }
  return lines;
}

struct NotedPair {
  explicit NotedPair(PartitionKit& kit)
      : payer(kit.account(0, "payer")), payee(kit.account(1, "payee")) {
    kit.open(payer, 1'000);
    kit.open(payee);
  }
  AccountId payer, payee;
};

TEST(TransferNotes, AreInTheEntryOfEachPosting) {
  PartitionKit kit(2);
  const NotedPair pair(kit);
  const std::size_t before0 = kit.log_size(0), before1 = kit.log_size(1);
  kit.send(0, noted(kit.transfer(pair.payer, pair.payee, 400)));
  kit.deliver_all();
  EXPECT_EQ(logged_in(kit, 0, before0),
            (Lines{"transfer_started", "transfer_noted", "leg_tried 0", "leg_noted 0",
                   "transfer_decided confirm by 1 ok", "leg_confirmed 0", "leg_noted 0",
                   "transfer_completed"}));
  EXPECT_EQ(logged_in(kit, 1, before1),
            (Lines{"leg_tried 1", "leg_noted 1", "leg_confirmed 1", "leg_noted 1"}));
}

TEST(TransferNotes, OfASagaThatIsTakenBackAreInTheEntryOfWhatComesBack) {
  PartitionKit kit(2);
  const NotedPair pair(kit);
  kit.send(1, ChangeAccount{.account = pair.payee, .change = AccountChange::freeze, .reason = ""});
  const std::size_t before = kit.log_size(0);
  kit.send(0, noted(kit.transfer(pair.payer, pair.payee, 400, Protocol::saga)));
  kit.run_until_quiet();
  const Lines lines = logged_in(kit, 0, before);
  const auto back = std::ranges::find(lines, "step_compensated 0");
  ASSERT_NE(back, lines.end());
  EXPECT_EQ(*(back + 1), "leg_noted 0");
}

// A crash anywhere, a checkpoint anywhere, everything twice: what is said stays what was said first.
TEST(TransferNotes, StayWhatTheyWereThroughCrashesCheckpointsAndRepeats) {
  for (const Protocol protocol : {Protocol::tcc, Protocol::saga}) {
    for (int stop = 0; stop < 12; ++stop) {
      PartitionKit kit(2);
      const NotedPair pair(kit);
      if (stop % 2 == 1) kit.doubled();
      const StartTransfer message = kit.transfer(pair.payer, pair.payee, 400, protocol);
      kit.send(0, noted(message));
      for (int i = 0; i < stop; ++i) kit.step();
      for (const PartitionId at : {PartitionId{0}, PartitionId{1}}) {
        if (stop % 3 != 0) kit.checkpoint(at);
        kit.crash(at);
      }
      kit.send(0, noted(message, "another"));
      kit.run_until_quiet();
      kit.expect_quiet_books();
      const auto record = kit.state(0).ended_record(message.transaction_id, pair.payer);
      ASSERT_TRUE(record) << stop;
      EXPECT_EQ(kit.state(0).notes_of(record->started)->reference, "invoice") << stop;
      const Lines payee = logged_in(kit, 1, 0);
      EXPECT_EQ(payee.back(), "leg_noted 1") << stop;
      for (const PartitionId at : {PartitionId{0}, PartitionId{1}})
        EXPECT_EQ(kit.state_text(at), kit.replayed_text(at)) << stop;
    }
  }
}

// The memory of a leg that is forgotten serves another one, which says nothing of what it is for.
TEST(TransferNotes, OfAForgottenLegAreNotThoseOfTheNext) {
  PartitionKit kit(2);
  const NotedPair pair(kit);
  kit.send(0, noted(kit.transfer(pair.payer, pair.payee, 100)));
  kit.run_until_quiet();
  EXPECT_EQ(kit.state(1).leg_count(), 0U);
  const std::size_t before = kit.log_size(1);
  kit.send(kit.transfer(pair.payer, pair.payee, 100));
  kit.deliver_all();
  EXPECT_EQ(logged_in(kit, 1, before), (Lines{"leg_tried 1", "leg_confirmed 1"}));
}

// Whoever reads a log holds each event against what is there: notes are those of what begins right before them, and are given once.
TEST(TransferNotes, CannotBeGivenTwiceOrToAnother) {
  MemoryStateStore store;
  const PartitionMap map(2);
  PartitionState state(0, map, store, 16);
  ASSERT_TRUE(state.load());
  const TransferId id{1, 0, 0};
  state.apply(
      TransferRefused{uuid(1), notes_payer, notes_near, 1, usd, Rejection::account_not_found}, id,
      noon);
  state.apply(TransferNoted{id, notes_called("invoice")}, {1, 1, 0}, noon);
  EXPECT_EQ(state.notes_of(id)->reference, "invoice");
  EXPECT_TRUE(state.ended_record(uuid(1), notes_payer)->has_notes);
  EXPECT_TRUE(state.contradiction(TransferNoted{id, notes_called("more")}, {1, 2, 0}));
  const TransferId next{2, 0, 0};
  EXPECT_TRUE(state.contradiction(TransferNoted{next, notes_called("more")}, {2, 0, 0}));
  state.apply(
      TransferRefused{uuid(2), notes_payer, notes_near, 1, usd, Rejection::account_not_found}, next,
      noon);
  EXPECT_TRUE(state.contradiction(TransferNoted{id, notes_called("more")}, {2, 1, 0}));
  EXPECT_TRUE(state.contradiction(TransferNoted{next, notes_called("more")}, {3, 0, 0}))
      << "in another entry";
  EXPECT_FALSE(state.contradiction(TransferNoted{next, notes_called("more")}, {2, 1, 0}));
}

}  // namespace
}  // namespace florin
