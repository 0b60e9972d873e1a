// NotesAreKept: what a client said that its transfer is for is what is kept and shown of it. Of all requests with an id, exactly
// one is recorded with it, and right behind the event that begins it; every success (without metadata, which would make answers
// large) and the status show that one's, from whoever asks and whatever a repeat says. Each side's statement shows reference and description: they are logged right behind the event
// that posts, and behind no other transfer's.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/checkers/checkers.hpp"
#include "sim/checkers/log_history.hpp"
#include "sim/sim_clients.hpp"

namespace florin::sim {
namespace {

class NotesAreKept final : public Checker {
 public:
  explicit NotesAreKept(const RunView& run) : run_(run) {}
  [[nodiscard]] std::string_view name() const override { return "notes_are_kept"; }

  void on_request(const Operation& operation, SimTime) override {
    if (!moves_money(operation.action.kind)) return;
    known_[owned_id_of(run_.workload, operation.action)].sent.insert(text(notes_sent(operation)));
  }

  void on_answer(const Operation& operation, const Answer& answer) override {
    const Action& action = operation.action;
    const bool is_outcome = moves_money(action.kind) && answer.verdict == Verdict::completed;
    const bool is_status = answer.verdict == Verdict::transfer && answer.transfer.results == 1 &&
                           action.kind != ActionKind::find_transfer;
    if (!is_outcome && !is_status) return;
    Known& known = known_[owned_id_of(run_.workload, action)];
    Shown shown{"", is_outcome, text(is_outcome ? answer.notes : answer.transfer.notes)};
    shown.who = "#" + std::to_string(operation.number) + " " + to_string(run_.workload, action);
    if (known.recorded)
      compare(shown, *known.recorded);
    else
      known.shown.push_back(std::move(shown));
  }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    const std::vector<Event>& events = entry.events;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const Position at{entry.header.index, static_cast<Ordinal>(i), entry.header.partition};
      const Event* behind = i + 1 < events.size() ? &events[i + 1] : nullptr;
      if (const auto id = begun_by(events[i])) begun(*id, at, behind);
      if (const auto leg = tried_or_posted(events[i])) noted(*leg, at, behind);
    }
  }

 private:
  struct Shown {
    std::string who;         // was shown it
    bool in_answer = false;  // to the request: without metadata
    std::string notes;
  };
  struct Known {
    std::set<std::string> sent;         // by all requests with its id
    std::optional<NotesSeen> recorded;  // with its beginning
    std::vector<Shown> shown;           // before that was seen
  };

  static std::string text(const NotesSeen& notes) {
    return "'" + notes.reference + "', '" + notes.description + "', " + notes.metadata;
  }
  static NotesSeen seen_in(const TransferNotes& notes) {
    NotesSeen seen{notes.reference, notes.description, {}};
    for (const auto& [key, value] : notes.metadata) seen.metadata += key + "=" + value + ";";
    return seen;
  }

  static std::optional<OwnedId> begun_by(const Event& event) {
    const auto client = [](const auto& e) {
      return owned_id(e.from.view().starts_with('@') ? e.to : e.from, e.transaction_id);
    };
    if (const auto* e = get_if<TransferPosted>(&event)) return client(*e);
    if (const auto* e = get_if<TransferRefused>(&event)) return client(*e);
    if (const auto* e = get_if<SidedRefusal>(&event)) return client(e->refused);
    if (const auto* e = get_if<TransferStarted>(&event))
      return owned_id(e->owner, e->transaction_id);
    return std::nullopt;
  }
  static std::optional<LegKey> tried_or_posted(const Event& event) {
    if (const auto* e = get_if<LegTried>(&event)) return e->leg;
    if (const auto* e = get_if<LegConfirmed>(&event)) return e->leg;
    if (const auto* e = get_if<StepApplied>(&event)) return e->leg;
    if (const auto* e = get_if<StepCompensated>(&event)) return e->leg;
    return std::nullopt;
  }

  void begun(const OwnedId& id, Position at, const Event* behind) {
    Known& known = known_[id];
    NotesSeen notes;
    if (const auto* e = behind == nullptr ? nullptr : get_if<TransferNoted>(behind)) {
      notes = seen_in(*e->notes);
      if (e->transfer != at) fail(e->transfer.to_string() + " is noted behind " + at.to_string());
    }
    if (!known.sent.contains(text(notes)))
      fail(at.to_string() + " is recorded with " + text(notes) + ", which no request has said");
    if (known.recorded) return;  // taken twice: for others to judge
    known.recorded = notes;
    of_legs_[at] = {notes.reference, notes.description};
    for (const Shown& shown : known.shown) compare(shown, notes);
    known.shown.clear();
  }

  // A leg's entry comes behind that of its transfer's beginning, in whatever partition.
  void noted(const LegKey& leg, Position at, const Event* behind) {
    std::pair<std::string, std::string> found;
    if (const auto* e = behind == nullptr ? nullptr : get_if<LegNoted>(behind)) {
      found = {e->notes->reference, e->notes->description};
      if (e->leg != leg) fail("another leg is noted behind " + at.to_string());
    }
    const auto wanted = of_legs_.find(leg.transfer);
    if (wanted == of_legs_.end() || wanted->second == found) return;
    fail(at.to_string() + " of " + leg.transfer.to_string() + " is noted as '" + found.first +
         "', '" + found.second + "', and its transfer is for '" + wanted->second.first + "', '" +
         wanted->second.second + "'");
  }

  void compare(const Shown& shown, NotesSeen recorded) {
    if (shown.in_answer) recorded.metadata.clear();
    if (shown.notes != text(recorded))
      fail(shown.who + " was shown " + shown.notes + ", and recorded is " + text(recorded));
  }

  const RunView& run_;
  std::map<OwnedId, Known> known_;
  std::map<TransferId, std::pair<std::string, std::string>> of_legs_;
};

}  // namespace

std::unique_ptr<Checker> make_notes_are_kept(const RunView& run) {
  return std::make_unique<NotesAreKept>(run);
}

}  // namespace florin::sim
