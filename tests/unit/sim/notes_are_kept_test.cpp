// The checker of what transfers are for, against histories in which it was lost, changed or shown of another one.
#include "sim/sim_clients.hpp"
#include "tests/unit/sim/doctored_history.hpp"

namespace florin::sim {
namespace {

class NotesAreKeptTest : public DoctoredHistory {
 protected:
  std::unique_ptr<Checker> make() override { return make_notes_are_kept(run_); }

  // Under an id whose requests say something, as each attempt does it; with its first that has a reference and a description.
  static Action noted_transfer() {
    Action action = transfer(30);
    action.transaction = 8;
    return action;
  }
  static Uuid id_eight() { return transaction_id_of(noted_transfer()); }
  std::uint32_t ask_noted() {
    const std::uint32_t number = ask(noted_transfer());
    while (sent(number).reference.empty() || sent(number).description.empty()) ask_again(number);
    return number;
  }
  NotesSeen sent(std::uint32_t number) { return notes_sent(operations_[number]); }

  static TransferNotes notes_of(const NotesSeen& seen) {
    TransferNotes notes{seen.reference, seen.description, {}, {}};
    if (!seen.metadata.empty()) {  // "asked=N.N;kind=N;"
      const std::size_t end = seen.metadata.find(';');
      const std::size_t kind = seen.metadata.find("kind=");
      notes.metadata = {{"asked", seen.metadata.substr(6, end - 6)},
                        {"kind", seen.metadata.substr(kind + 5, 1)}};
    }
    return notes;
  }
  static TransferStarted started_eight() {
    TransferStarted event = started();
    event.transaction_id = id_eight();
    return event;
  }
  Event noted(const NotesSeen& seen) { return TransferNoted{the_transfer, notes_of(seen)}; }
  static Event leg_noted(std::uint8_t number, const NotesSeen& seen) {
    return LegNoted{leg(number), LegNotes{seen.reference, seen.description}};
  }
  static Answer shown(const NotesSeen& notes) {
    Answer heard = answer(Verdict::completed, 3);
    heard.notes = {notes.reference, notes.description, {}};
    return heard;
  }
};

TEST_F(NotesAreKeptTest, IsContentWithWhatWasSaidFirst) {
  const std::uint32_t number = ask_noted();
  const NotesSeen first = sent(number);
  ask_again(number);
  log(0, {started_eight(), noted(first), LegTried{leg(0), content(0)}, leg_noted(0, first)});
  log(1, {LegTried{leg(1), content(1)}, leg_noted(1, first)});
  log(1, {LegConfirmed{leg(1), content(1), {}}, leg_noted(1, first)});
  hear(number, shown(first));
  expect_fine();
}

TEST_F(NotesAreKeptTest, IsContentWithATransferThatSaysNothing) {
  const std::uint32_t number = ask(transfer(30));  // id 7
  log(0, {started(), LegTried{leg(0), content(0)}});
  hear(number, shown({}));
  expect_fine();
}

TEST_F(NotesAreKeptTest, NoticesNotesThatNobodyHasSaid) {
  ask_noted();
  log(0, {started_eight(), noted({"made up", "", ""})});
  expect_wrong("which no request has said");
}

TEST_F(NotesAreKeptTest, NoticesAnAnswerWithTheNotesOfARepeat) {
  const std::uint32_t number = ask_noted();
  const NotesSeen first = sent(number);
  log(0, {started_eight(), noted(first)});
  NotesSeen other = first;
  other.reference = "of the repeat";
  hear(number, shown(other));
  expect_wrong("was shown");
}

TEST_F(NotesAreKeptTest, NoticesAnAnswerThatShowsNone) {
  const std::uint32_t number = ask_noted();
  hear(number, shown({}));  // before the entry is seen: held against it then
  log(0, {started_eight(), noted(sent(number))});
  expect_wrong("was shown");
}

// Which makes the answers to a batch as large as a partition's memory.
TEST_F(NotesAreKeptTest, NoticesAnAnswerWithMetadata) {
  const std::uint32_t number = ask_noted();
  while (sent(number).metadata.empty()) ask_again(number);
  log(0, {started_eight(), noted(sent(number))});
  Answer whole = shown(sent(number));
  whole.notes.metadata = sent(number).metadata;
  hear(number, whole);
  expect_wrong("was shown");
}

TEST_F(NotesAreKeptTest, NoticesAPostingWithoutThem) {
  const std::uint32_t number = ask_noted();
  const NotesSeen first = sent(number);
  log(0, {started_eight(), noted(first)});
  log(1, {LegTried{leg(1), content(1)}, leg_noted(1, first)});
  log(1, {LegConfirmed{leg(1), content(1), {}}});
  expect_wrong("is noted as");
}

TEST_F(NotesAreKeptTest, NoticesAPostingWithThoseOfAnother) {
  ask(transfer(30));
  log(0, {started()});
  log(1, {LegTried{leg(1), content(1)}, leg_noted(1, {"of another", "", ""})});
  expect_wrong("is noted as");
}

TEST_F(NotesAreKeptTest, NoticesNotesBehindAnotherEvent) {
  const std::uint32_t number = ask_noted();
  log(0, {started_eight(), TransferNoted{{1, 7, 0}, notes_of(sent(number))}});
  expect_wrong("is noted behind");
}

TEST_F(NotesAreKeptTest, LooksAtTheStatusToo) {
  const std::uint32_t number = ask_noted();
  log(0, {started_eight(), noted(sent(number))});
  Action look = noted_transfer();
  look.kind = ActionKind::read_transfer;
  Answer seen = answer(Verdict::transfer, 2);
  seen.transfer.phase = TransferPhase::open;
  seen.transfer.results = 1;
  seen.transfer.notes = {"another", "", ""};
  hear(ask(look), seen);
  expect_wrong("was shown");
}

}  // namespace
}  // namespace florin::sim
