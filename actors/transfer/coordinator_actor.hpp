// CoordinatorActor: the entity actor of one transfer. Takes the client's instruction, answers repeats from
// the record, runs the local protocol at once and Try-Confirm/Cancel for two partitions and for transactions
// (docs/ARCHITECTURE.md, Transfers). Lives in the partition of the transfer's owner: the payer, or the payee of a deposit; of a
// transaction that of its first posting.
// What a repeat gets is decided first: the refusal as soon as that is decided, also while legs are still to be cancelled.
//
// Crash: what it owes is next_steps() of its logged state; on_due() sends that again for ever, with
// backoff, until each leg has answered.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>

#include "actors/entity/entity_context.hpp"
#include "actors/entity/uses.hpp"
#include "actors/messages/subject.hpp"
#include "actors/transfer/transfer_desk.hpp"
#include "actors/transfer/transfer_entity.hpp"
#include "actors/transfer/transfer_rules.hpp"
#include "cluster/partition_map.hpp"
#include "domain/transfer/transfer_decide.hpp"
#include "domain/transfer/transfer_evolve.hpp"

namespace florin {

// What the handlers do beyond reading their own transfer.
struct CoordinatorUses {
  using Ends =
      Uses<Emits<TransferCompleted, TransferCancelled>, Asks<IsReserved, NotesOf>, Replies, Alarms>;

  // An instruction: of a transfer that is open, that has ended, or that it begins.
  using Start =
      Uses<ReadsTime, JudgesDeadlines, Asks<EndedAs, OpenTransferCount, WouldPost, NotesOf>,
           Emits<TransferPosted, TransferRefused, SidedRefusal, TransferNoted, TransferStarted>,
           Replies>;
  // It has begun: of a saga, too. One whose deadline has passed is cancelled at once.
  using Begin =
      Uses<ReadsTime, JudgesDeadlines, Asks<MayBeDebited>,
           Emits<ClientDeadlineGiven, TransferDecided, CancelDecided>,
           Tells<TryLeg, TryNotedLeg, CancelLeg, ApplyStep, ApplyNotedStep, CompensateStep>, Ends>;
  using Answer =
      Uses<JudgesDeadlines, Emits<TryAnswered, TransferDecided, CancelDecided, SecondPhaseAnswered>,
           Tells<ConfirmLeg, CancelLeg>, Ends>;
  using Due = Uses<JudgesDeadlines, Emits<TransferDecided, CancelDecided>,
                   Tells<TryLeg, TryNotedLeg, ConfirmLeg, CancelLeg>, Ends>;
};

// Refusals of the request itself: the edge answers them; here they only keep the books safe.
std::optional<Rejection> request_refusal(const StartTransfer& message);
std::optional<Rejection> request_refusal(const StartTransaction& message);

template <class Answers>
class CoordinatorActor {
 public:
  CoordinatorActor(EntityContext<Answers> context, const PartitionMap& map,
                   const TransferRules& rules)
      : context_(context), desk_(context, rules), map_(map), rules_(rules) {}

  // `own`: the transfer that this instruction began before, while it is open. Returns the id when one is started
  // now: begin() goes on. With too many under way a new one is `overloaded`: nothing is recorded, the same id may
  // come again.
  std::optional<TransferId> on(std::optional<OpenTransfer> own, const StartTransfer& message) {
    return take(own, message, nullptr);
  }
  // With what it is for, which is recorded in the entry of its beginning. While a node of the cluster could not read that,
  // none is begun with it, and the same request may come again; a repeat is answered, as it records nothing.
  std::optional<TransferId> on(std::optional<OpenTransfer> own, const StartNotedTransfer& message) {
    return take(own, message, &*message.notes);
  }
  // All of its postings or none, wherever their accounts live: each leg reserves before any is posted, so that none of them
  // is paid by what another one brings. While a node of the cluster could not read one, none is begun.
  std::optional<TransferId> on(std::optional<OpenTransfer> own, const StartTransaction& message) {
    return take(own, message, message.notes->empty() ? nullptr : &*message.notes);
  }

  // The first thing that it does, as what on() has started.
  void begin(OpenTransfer own, const auto& message) {
    own.memory.waiters.push_back(message.request);
    if (!message.deadline.is_none()) {
      context_.emit(ClientDeadlineGiven{own.state.id, message.deadline});
      const auto by = own.state.protocol == Protocol::saga ? DebitBy::step : DebitBy::hold;
      // Of a transaction, too, the first payer alone: it is here wherever the others live.
      const LegSpec& payer = own.state.debit();
      const auto against = context_.ask(
          payer.account, MayBeDebited{payer.amount, message.currency, context_.now(), by});
      if (!desk_.record(own, decide_start(own.state, context_.clocks(), against))) return;
    }
    desk_.send_owed(own.state);
  }

  // The answer to Try, Confirm or Cancel of one leg. Repeats and late answers change nothing.
  void on(OpenTransfer own, const LegAnswered& message) {
    const TransferState& transfer = own.state;
    if (!is_answer_of(transfer, message.answered))
      return context_.alarm("an answer to what was never asked", message.leg);
    const bool second_phase = message.answered != LegMessage::try_;
    if (second_phase && is_alarm(message.answer))
      context_.alarm("second phase contradicted", message.leg);
    const TransferEvents events =
        second_phase
            ? decide_second_answer(transfer, message.leg.leg, message.answer)
            : decide_try_answer(transfer, message.leg.leg, message.answer, context_.clocks());
    // transfer path 10/13: all have said yes, or one no: the decision is logged before it is sent.
    const Decision before = transfer.decision;
    if (!desk_.record(own, events)) return;
    if (transfer.decision != before) desk_.send_owed(transfer);
  }

  // Its time has come.
  void on_due(OpenTransfer own) { desk_.on_due(own); }

 private:
  // `notes`: null: it says nothing of what it is for. They are no content: a repeat may have others, or none.
  template <class M>
  std::optional<TransferId> take(std::optional<OpenTransfer> own, const M& message,
                                 const TransferNotes* notes) {
    if (const auto refusal = request_refusal(message)) {
      refuse(message, *refusal);
    } else if (own) {
      wait_for(*own, message);
    } else if (const auto record =
                   context_.ask(EndedAs{message.transaction_id, owner_of(message)})) {
      answer_from(*record, message);
    } else if (!may_record(message, notes)) {
      context_.reply({message.request, {}, NotAccepted{NotAccepted::Why::level_too_low}});
    } else if (!can_judge(message.deadline, context_.clocks())) {
      context_.reply({message.request, {}, NotAccepted{NotAccepted::Why::clock_unsure}});
    } else {
      return run(message, notes);
    }
    return std::nullopt;
  }
  bool may_record(const StartTransfer&, const TransferNotes* notes) const {
    return notes == nullptr || rules_.records_notes();
  }
  bool may_record(const StartTransaction&, const TransferNotes* notes) const {
    return rules_.records_transactions() && (notes == nullptr || rules_.records_notes());
  }

  // Between accounts of one partition it is over with this.
  std::optional<TransferId> run(const StartTransfer& message, const TransferNotes* notes) {
    const PartitionId other = other_partition(message);
    if (other != context_.partition())
      return start(message, message.protocol == Protocol::saga ? Protocol::saga : Protocol::tcc,
                   {{message.from, context_.partition(), LegRole::debit, message.amount},
                    {message.to, other, LegRole::credit, message.amount}},
                   notes);
    run_local(message, notes);
    return std::nullopt;
  }
  // Also between accounts of one partition: its legs are told in this turn, and so answered in this entry.
  std::optional<TransferId> run(const StartTransaction& message, const TransferNotes* notes) {
    ByLeg<LegSpec> legs;
    for (const TransferPosting& p : message.postings)
      legs.push_back({p.from, home_of(message, p.from, p.to), LegRole::debit, p.amount});
    for (const TransferPosting& p : message.postings)
      legs.push_back({p.to, home_of(message, p.to, p.from), LegRole::credit, p.amount});
    return start(message, Protocol::tcc, std::move(legs), notes);
  }

  // System accounts are kept per partition: money enters and leaves where the client's account lives.
  [[nodiscard]] PartitionId other_partition(const StartTransfer& message) const {
    const AccountId& other = message.from.is_system() ? message.from : message.to;
    return other.is_system() ? context_.partition() : map_.partition_of(other);
  }
  // Of an account of a posting whose other side is `other`. Its owner is here, or nowhere: a peer may have sent it to the
  // wrong place.
  [[nodiscard]] PartitionId home_of(const StartTransaction& message, const AccountId& account,
                                    const AccountId& other) const {
    const AccountId& client = account.is_system() ? other : account;
    return client == owner_of(message) ? context_.partition() : map_.partition_of(client);
  }

  void refuse(const auto& message, Rejection why) { context_.reply_to(message, Refused{why}); }
  void wait_for(OpenTransfer own, const auto& message) {
    if (!is_of_content(own.state, postings_of(message), message.currency))
      refuse(message, Rejection::transaction_id_reused);
    else if (own.state.refused_at)
      desk_.reply_refused(message.request, own.state);
    else
      own.memory.waiters.push_back(message.request);
  }
  void answer_from(const TransferRecord& record, const auto& message) {
    if (is_of_content(record, postings_of(message), message.currency))
      desk_.reply_ended(message.request, record, true);
    else
      refuse(message, Rejection::transaction_id_reused);
  }

  // Both accounts live here: one event, both postings, nothing to undo.
  void run_local(const StartTransfer& message, const TransferNotes* notes) {
    const Timestamp now = context_.now();
    const auto side = [&](const AccountId& account, LegRole role) {
      return context_.ask(account, WouldPost{role, message.amount, message.currency, now});
    };
    const WouldPost::Answer from = side(message.from, LegRole::debit);
    const WouldPost::Answer to = side(message.to, LegRole::credit);
    auto refusal = first_of(from.refusal, to.refusal);
    if (!message.deadline.is_none()) context_.note_clock();
    if (is_past(message.deadline, context_.clocks()))
      refusal = first_of(refusal, Rejection::deadline_passed);
    if (refusal)
      return refuse_local(message, *refusal, refused_side(*refusal, from.refusal, to.refusal),
                          notes);
    const Position at =
        context_.emit(TransferPosted{message.transaction_id, message.from, message.to,
                                     message.amount, message.currency, from.trail, to.trail});
    TransferOutcome outcome{TransferStatus::completed, std::nullopt, false};
    if (notes != nullptr) outcome.notes = notes_in_answer(*notes);
    note(at, notes);
    context_.reply({message.request, at, std::move(outcome), subject_of(message)});
  }

  // Its code says whose account it is about, once every node can read that.
  void refuse_local(const StartTransfer& message, Rejection why, RefusedSide side,
                    const TransferNotes* notes) {
    if (!rules_.records_sides()) side = RefusedSide::none;
    TransferRefused refused{message.transaction_id, message.from,     message.to,
                            message.amount,         message.currency, why};
    const Position at = side == RefusedSide::none
                            ? context_.emit(std::move(refused))
                            : context_.emit(SidedRefusal{std::move(refused), side});
    note(at, notes);
    context_.reply({message.request, at, TransferOutcome{TransferStatus::refused, why, false, side},
                    subject_of(message)});
  }

  // transfer path 4/13: accepted. The coordinator's state is logged, and it owes a Try to all legs.
  std::optional<TransferId> start(const auto& message, Protocol protocol, ByLeg<LegSpec> legs,
                                  const TransferNotes* notes) {
    const bool leaves = std::ranges::any_of(
        legs, [&](const LegSpec& leg) { return leg.partition != context_.partition(); });
    if (leaves && context_.ask(OpenTransferCount{}) >= rules_.open_transfers_max) {
      context_.reply({message.request, {}, NotAccepted{NotAccepted::Why::overloaded}});
      return std::nullopt;
    }
    TransferStarted started;
    started.transaction_id = message.transaction_id;
    started.owner = owner_of(message);
    started.protocol = protocol;
    started.currency = message.currency;
    if (context_.time_is_confirmed()) started.deadline = context_.now() + rules_.try_timeout_us;
    started.legs = std::move(legs);
    const TransferId began = context_.emit(std::move(started));
    note(began, notes);
    return began;
  }

  // Right behind what began it: the log has both or neither.
  void note(const TransferId& began, const TransferNotes* notes) {
    if (notes != nullptr) context_.emit(TransferNoted{began, *notes});
  }

  EntityContext<Answers> context_;
  TransferDesk<Answers> desk_;
  const PartitionMap& map_;
  const TransferRules& rules_;
};

}  // namespace florin
