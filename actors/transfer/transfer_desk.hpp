// TransferDesk: what the coordinator (TC/C) and the saga have in common: record events, send what is owed
// now, and answer everybody who waits: of a refusal with the decision, of success when the transfer ends.
//
// Crash: what is owed is next_steps() of the logged state, and is sent again.
#pragma once

#include <algorithm>
#include <span>
#include <utility>

#include "actors/entity/entity_context.hpp"
#include "actors/messages/subject.hpp"
#include "actors/transfer/transfer_end_check.hpp"
#include "actors/transfer/transfer_entity.hpp"
#include "actors/transfer/transfer_rules.hpp"
#include "domain/transfer/transfer_decide.hpp"
#include "domain/transfer/transfer_end.hpp"
#include "domain/transfer/transfer_steps.hpp"

namespace florin {

// What a leg of it is told that it is about.
LegContent content_of(const TransferState& transfer, std::uint8_t leg);

// What an answer to its request says that it is for: without the metadata, which is kept, and is for who asks for the transfer.
inline MaybeBoxed<LegNotes> notes_in_answer(const TransferNotes& notes) {
  LegNotes shown = notes_of_legs(notes);
  return shown.empty() ? MaybeBoxed<LegNotes>() : MaybeBoxed<LegNotes>(std::move(shown));
}

template <class Answers>
class TransferDesk {
 public:
  TransferDesk(EntityContext<Answers> context, const TransferRules& rules)
      : context_(context), rules_(rules) {}

  // Emits in order. When one of them decides to cancel, or ends the transfer, answers the waiters; `own` is gone with the end.
  // Returns true while the transfer is open.
  bool record(OpenTransfer own, std::span<const Event> events) {
    const TransferId id = own.state.id;
    note_clock(own.state, events);
    for (const Event& event : events) {
      const auto ended = ending_of(event);
      if (!ended) {
        if (const auto* cancel = get_if<CancelDecided>(&event))
          refuse(own, *cancel);
        else
          context_.emit(event);
        continue;
      }
      // Of a leg here somebody has said what it never did. The transfer stays open, and visible.
      if (against_end(own.state, ended->status, context_)) {
        context_.alarm("a transfer cannot end as its legs are", {id, 0});
        return true;
      }
      end(own, event, *ended);
      return false;
    }
    return true;
  }

  // Sends every message that next_steps() owes now.
  void send_owed(const TransferState& transfer) {
    for (const TransferStep& step : next_steps(transfer)) send(transfer, step.leg, step.message);
  }

  // Time: unanswered Tries count as no after the deadline, and what is owed is sent again.
  void on_due(OpenTransfer own) {
    if (!record(own, decide_timeout(own.state, context_.clocks(), own.memory.try_ends))) return;
    ++own.memory.resends;
    send_owed(own.state);
  }

  // A repeat, while legs in other partitions are still to be cancelled.
  void reply_refused(RequestId request, const TransferState& transfer) {
    const TransferOutcome outcome = refusal_of(transfer, true);
    context_.reply({request, *transfer.refused_at, outcome,
                    subject_of_transfer(transfer.owner, transfer.transaction_id)});
  }
  void reply_ended(RequestId request, const TransferRecord& record, bool replayed) {
    TransferOutcome outcome{record.status, record.code, replayed, record.side,
                            record.refused_posting()};
    if (record.has_notes) show_notes(outcome, record.started);
    context_.reply({request, record.finished, std::move(outcome),
                    subject_of_transfer(record.owner, record.transaction_id)});
  }

 private:
  // Once it is decided (refused_at).
  static TransferOutcome refusal_of(const TransferState& transfer, bool replayed) {
    return {TransferStatus::cancelled, transfer.code, replayed, refused_side(transfer),
            refused_posting(transfer)};
  }
  // A client's deadline is judged for the decision, and for each step that a saga takes before it.
  void note_clock(const TransferState& transfer, std::span<const Event> events) {
    if (transfer.client_deadline.is_none() || transfer.decision != Decision::none || events.empty())
      return;
    const bool decides = std::ranges::any_of(events, [](const Event& event) {
      return holds_alternative<TransferDecided>(event) || holds_alternative<CancelDecided>(event);
    });
    if (decides || transfer.protocol == Protocol::saga) context_.note_clock();
  }

  // No is no from here on: whoever waits hears it with this entry, in which the legs beside the transfer are released, too.
  // Crash before it is durable: nobody has heard anything. Behind it: the others are cancelled for ever, repeats get the same.
  void refuse(OpenTransfer own, const CancelDecided& event) {
    if (!rules_.refuses_at_the_decision()) {
      context_.emit(as_transfer_decided(event));
      return;
    }
    const auto waiters = std::exchange(own.memory.waiters, {});
    const Position at = context_.emit(event);  // it stays open, and knows its side now
    answer_all(waiters, subject_of(own.state), at, refusal_of(own.state, false));
  }

  // transfer path 12/13: all legs have answered: the end is logged, and whoever waits is answered.
  void end(OpenTransfer own, const Event& event, const TransferEnding& how) {
    const Subject subject = subject_of(own.state);
    TransferOutcome outcome{how.status, how.code, false};
    if (own.state.has_notes) show_notes(outcome, own.state.id);
    const auto waiters = std::exchange(own.memory.waiters, {});
    const Position at = context_.emit(event);  // `own` is gone
    answer_all(waiters, subject, at, std::move(outcome));
  }

  static Subject subject_of(const TransferState& transfer) {
    return subject_of_transfer(transfer.owner, transfer.transaction_id);
  }

  // `at`: of the event that decided it.
  void answer_all(const auto& waiters, Subject subject, Position at, TransferOutcome outcome) {
    for (const Waiter& waiter : waiters) {
      if (waiter.is_nobody()) continue;
      context_.answer(waiter, {0, at, outcome, subject});
      outcome.replayed = true;  // of all who wait, exactly one gets the unmarked answer
    }
  }

  // Who hears that it completed hears what it is for; a refusal has its code, and the status has both.
  void show_notes(TransferOutcome& outcome, const TransferId& transfer) {
    if (outcome.status != TransferStatus::completed) return;
    if (const TransferNotes* notes = context_.ask(transfer, NotesOf{}))
      outcome.notes = notes_in_answer(*notes);
  }
  // Of the legs; empty: there are none, or the store has failed to say them, and nothing of this turn is heard.
  LegNotes leg_notes(const TransferState& transfer) const {
    const TransferNotes* notes =
        transfer.has_notes ? context_.ask(transfer.id, NotesOf{}) : nullptr;
    return notes == nullptr ? LegNotes{} : notes_of_legs(*notes);
  }

  // A Try or an Apply, with what the transfer is for if it says so.
  template <class Plain, class Noted>
  void send_first(const TransferState& transfer, std::uint8_t leg) {
    Plain message{{transfer.id, leg}, content_of(transfer, leg)};
    const PartitionId to = transfer.legs.at(leg).spec.partition;
    LegNotes notes = leg_notes(transfer);
    if (notes.empty())
      context_.tell(to, std::move(message));
    else
      context_.tell(to, Noted{std::move(message), std::move(notes)});
  }

  void send(const TransferState& transfer, std::uint8_t leg, LegMessage message) {
    const LegKey key{transfer.id, leg};
    const LegSpec& spec = transfer.legs.at(leg).spec;
    switch (message) {
      case LegMessage::try_: send_first<TryLeg, TryNotedLeg>(transfer, leg); return;
      case LegMessage::apply: send_first<ApplyStep, ApplyNotedStep>(transfer, leg); return;
      case LegMessage::confirm:
        context_.tell(spec.partition, ConfirmLeg{key, spec.account});
        return;
      case LegMessage::cancel: context_.tell(spec.partition, CancelLeg{key, spec.account}); return;
      case LegMessage::compensate:
        context_.tell(spec.partition, CompensateStep{key, spec.account});
        return;
    }
  }

  EntityContext<Answers> context_;
  const TransferRules& rules_;
};

}  // namespace florin
