// One transfer from the client's instruction to its last answer; what a repeat gets is decided first.
#include "actors/transfer/coordinator_actor.hpp"

#include <algorithm>

#include "actors/messages/subject.hpp"
#include "domain/account/account_decide.hpp"
#include "domain/account/account_evolve.hpp"
#include "domain/transfer/transfer_decide.hpp"
#include "domain/transfer/transfer_evolve.hpp"

namespace florin {
namespace {

bool same_content(const StartTransfer& message, const TransferRecord& record) {
  return message.from == record.payer() && message.to == record.payee() &&
         message.amount == record.amount && message.currency == record.currency;
}

// Refusals of the request itself: the edge answers them; here they only keep the books safe.
std::optional<Rejection> request_refusal(const StartTransfer& message) {
  if (message.from == message.to) return Rejection::same_account;
  if (message.amount <= 0) return Rejection::amount_not_positive;
  return std::nullopt;
}

}  // namespace

std::optional<TransferId> CoordinatorActor::on(const StartTransfer& message) {
  if (const auto refusal = request_refusal(message)) {
    context_.reply(
        {message.request, context_.current_position(), Refused{*refusal}, subject_of(message)});
    return std::nullopt;
  }
  const AccountId& owner = owner_of(message.from, message.to);
  if (const auto known = state_.known_transfer(message.transaction_id, owner)) {
    repeat(message, *known);
    return std::nullopt;
  }
  if (!can_judge(message.deadline, context_.clocks())) {
    context_.reply({message.request, {}, NotAccepted{NotAccepted::Why::clock_unsure}});
    return std::nullopt;
  }
  const AccountId& other = owner == message.from ? message.to : message.from;
  // System accounts are kept per partition: money enters and leaves where the client's account lives.
  const PartitionId other_partition =
      other.is_system() ? state_.id() : state_.map().partition_of(other);
  if (other_partition == state_.id()) {
    run_local(message);
    return std::nullopt;
  }
  if (state_.open_transfer_count() >= open_transfers_max_) {
    context_.reply({message.request, {}, NotAccepted{NotAccepted::Why::overloaded}});
    return std::nullopt;
  }
  return start(message, other_partition);
}

void CoordinatorActor::repeat(const StartTransfer& message, const KnownTransfer& known) {
  if (!same_content(message, known.record)) {
    context_.reply({message.request, context_.current_position(),
                    Refused{Rejection::transaction_id_reused}, subject_of(message)});
  } else if (known.open) {
    state_.transfer(known.record.started)->waiters.push_back(message.request);
  } else {
    desk_.reply_ended(message.request, known.record, true);
  }
}

// Both accounts live here: one event, both postings, nothing to undo.
void CoordinatorActor::run_local(const StartTransfer& message) {
  const AccountState* from = state_.account(message.from);
  const AccountState* to = state_.account(message.to);
  auto refusal = first_of(
      check_debit(from, message.amount, message.currency, context_.now(), DebitBy::posting),
      check_credit(to, message.amount, message.currency, CreditBy::posting));
  if (!message.deadline.is_none()) context_.note_clock();
  if (is_past(message.deadline, context_.clocks()))
    refusal = first_of(refusal, Rejection::deadline_passed);
  if (refusal) {
    const Position at =
        context_.emit(TransferRefused{message.transaction_id, message.from, message.to,
                                      message.amount, message.currency, *refusal});
    context_.reply({message.request, at, TransferOutcome{TransferStatus::refused, refusal, false},
                    subject_of(message)});
    return;
  }
  const Position at = context_.emit(TransferPosted{
      message.transaction_id, message.from, message.to, message.amount, message.currency,
      trail_after_debit(*from, message.amount), trail_after_credit(*to, message.amount)});
  context_.reply({message.request, at,
                  TransferOutcome{TransferStatus::completed, std::nullopt, false},
                  subject_of(message)});
}

// transfer path 4/13: accepted. The coordinator's state is logged, and it owes a Try to both legs.
TransferId CoordinatorActor::start(const StartTransfer& message, PartitionId other) {
  TransferStarted started;
  started.transaction_id = message.transaction_id;
  started.owner = message.from;
  started.protocol = message.protocol == Protocol::saga ? Protocol::saga : Protocol::tcc;
  started.currency = message.currency;
  if (context_.time_is_confirmed()) started.deadline = context_.now() + try_timeout_us_;
  started.legs = {{message.from, state_.id(), LegRole::debit, message.amount},
                  {message.to, other, LegRole::credit, message.amount}};
  const TransferId id = context_.emit(std::move(started));
  TransferRow* row = state_.transfer(id);
  row->waiters.push_back(message.request);
  if (!message.deadline.is_none()) {
    context_.emit(ClientDeadlineGiven{id, message.deadline});
    const auto against =
        check_debit(state_.account(message.from), message.amount, message.currency, context_.now(),
                    row->state.protocol == Protocol::saga ? DebitBy::step : DebitBy::hold);
    desk_.record(row->state, decide_start(row->state, context_.clocks(), against));
  }
  desk_.send_owed(row->state);
  return id;
}

void CoordinatorActor::on(const LegAnswered& message) {
  const TransferId id = message.leg.transfer;
  TransferRow* row = state_.transfer(id);
  if (row == nullptr) return;  // ended: a late or repeated answer
  if (!is_answer_of(row->state, message.answered))
    return context_.alarm("an answer to what was never asked", message.leg);
  const bool second_phase = message.answered != LegMessage::try_;
  if (second_phase && is_alarm(message.answer))
    context_.alarm("second phase contradicted", message.leg);
  const TransferEvents events =
      second_phase
          ? decide_second_answer(row->state, message.leg.leg, message.answer)
          : decide_try_answer(row->state, message.leg.leg, message.answer, context_.clocks());
  // transfer path 10/13: all tries answered: the decision is logged before it is sent.
  const Decision before = row->state.decision;
  if (!desk_.record(row->state, events)) return;
  if (row->state.decision != before) desk_.send_owed(row->state);
}

}  // namespace florin
