// Neighbours: finds whom an actor asks something (entity/neighbour_questions.hpp) in the tables of its partition, and has it
// answered by that one's own const function. What belongs to the partition answers for itself. Nothing is changed by it but
// who is awake.
#pragma once

#include "actors/account/account_answers.hpp"
#include "actors/entity/neighbour_questions.hpp"
#include "actors/partition/partition_state.hpp"
#include "actors/transfer/transfer_answers.hpp"
#include "base/assert.hpp"
#include "base/limits.hpp"

namespace florin {

class Neighbours {
 public:
  explicit Neighbours(PartitionState& state) : state_(state) {}

  [[nodiscard]] PartitionId partition() const { return state_.id(); }

  template <class Question>
  auto ask(const AccountId& id, const Question& question) const {
    return answer(state_.account(id), question);
  }
  auto ask(const AccountId& id, const MayKeep& question) const {
    return answer(state_.account_before_event(id), question);
  }

  template <class Question>
  auto ask(const LegKey& key, const Question& question) const {
    return answer(state_.leg(key), question);
  }

  // Whoever began elsewhere is known by its fence.
  LegSender ask(const TransferId& began, const MaySay& question) const {
    if (began.partition >= state_.map().partitions()) return LegSender::nobody;
    if (question.leg >= limits::legs_max) return LegSender::denies;
    if (began.partition != state_.id())
      return state_.kept_legs().is_fenced(began) ? LegSender::ended : LegSender::open;
    if (const TransferRow* row = state_.transfer(began)) return answer(row->state, question);
    return state_.can_have_ended(began) ? LegSender::ended : LegSender::denies;
  }

  // Asked by the sides of its own end only: it is open.
  LegsToKeep::Answer ask(const TransferId& id, const LegsToKeep& question) const {
    const TransferRow* row = state_.transfer(id);
    FLORIN_ASSERT(row != nullptr, "an event's transfer is open");
    return answer(row->state, question);
  }

  const TransferNotes* ask(const TransferId& id, const NotesOf&) const {
    return state_.notes_of(id);
  }

  const AccountState* ask(const AccountId& id, const KnownAccount&) const {
    return id.empty() ? nullptr : state_.account(id);
  }
  const MoneyStep* ask(const StepName& name, const KnownStep&) const {
    return state_.money_step(name);
  }
  LedgerBalance ask(const LedgerKey& key, const KnownBalance&) const {
    return state_.ledger_balance(key);
  }

  // Of no partition that there is: it is nobody's, and answered by the check of who asks.
  bool ask(OwnPartition, const IsFenced& question) const {
    return question.asked.partition < state_.map().partitions() &&
           state_.kept_legs().is_fenced(question.asked);
  }
  auto ask(OwnPartition, const EndedAs& question) const {
    return state_.ended_record(question.transaction_id, question.owner);
  }
  auto ask(OwnPartition, const OpenTransferCount&) const { return state_.open_posting_count(); }

 private:
  PartitionState& state_;
};

}  // namespace florin
