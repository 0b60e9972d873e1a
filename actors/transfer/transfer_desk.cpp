// What coordinator and saga owe becomes messages; the end of a transfer becomes replies.
#include "actors/transfer/transfer_desk.hpp"

#include <algorithm>

#include "actors/messages/subject.hpp"
#include "domain/transfer/transfer_decide.hpp"
#include "domain/transfer/transfer_steps.hpp"

namespace florin {
namespace {

LegContent content_of(const TransferState& transfer, std::uint8_t leg) {
  const LegSpec& spec = transfer.legs.at(leg).spec;
  LegContent content;
  content.account = spec.account;
  content.counterparty =
      spec.role == LegRole::debit ? transfer.credit().account : transfer.debit().account;
  content.transaction_id = transfer.transaction_id;
  content.amount = spec.amount;
  content.currency = transfer.currency;
  content.role = spec.role;
  return content;
}

}  // namespace

bool TransferDesk::record(const TransferState& transfer, std::span<const Event> events) {
  const TransferId id = transfer.id;
  note_clock(transfer, events);
  for (const Event& event : events) {
    const auto ended = ending_of(event);
    if (!ended) {
      context_.emit(event);
      continue;
    }
    // Of a leg here somebody has said what it never did. The transfer stays open, and visible.
    if (state_.contradiction(event, context_.next_position())) {
      context_.alarm("a transfer cannot end as its legs are", {id, 0});
      return true;
    }
    end(id, event, *ended);
    return false;
  }
  return true;
}

// A client's deadline is judged for the decision, and for each step that a saga takes before it.
void TransferDesk::note_clock(const TransferState& transfer, std::span<const Event> events) {
  if (transfer.client_deadline.is_none() || transfer.decision != Decision::none || events.empty())
    return;
  const bool decides = std::ranges::any_of(
      events, [](const Event& event) { return std::holds_alternative<TransferDecided>(event); });
  if (decides || transfer.protocol == Protocol::saga) context_.note_clock();
}

// transfer path 12/13: all legs have answered: the end is logged, and whoever waits is answered.
void TransferDesk::end(const TransferId& id, const Event& event, const TransferEnding& how) {
  TransferRow* row = state_.transfer(id);
  const Subject subject = subject_of_transfer(row->state.owner, row->state.transaction_id);
  const auto waiters = std::move(row->waiters);
  const Position at = context_.emit(event);
  bool replayed = false;  // of all who wait, exactly one gets the unmarked answer
  for (const Waiter& waiter : waiters) {
    if (waiter.is_nobody()) continue;
    context_.answer(waiter, {0, at, TransferOutcome{how.status, how.code, replayed}, subject});
    replayed = true;
  }
}

void TransferDesk::on_due(const TransferId& id) {
  TransferRow* row = state_.transfer(id);
  if (row == nullptr) return;
  if (!record(row->state, decide_timeout(row->state, context_.clocks(), row->try_ends))) return;
  ++row->resends;
  send_owed(row->state);
}

void TransferDesk::reply_ended(RequestId request, const TransferRecord& record, bool replayed) {
  context_.reply({request, record.finished, TransferOutcome{record.status, record.code, replayed},
                  subject_of_transfer(record.owner, record.transaction_id)});
}

void TransferDesk::send_owed(const TransferState& transfer) {
  for (const TransferStep& step : next_steps(transfer)) send(transfer, step.leg, step.message);
}

void TransferDesk::send(const TransferState& transfer, std::uint8_t leg, LegMessage message) {
  const LegKey key{transfer.id, leg};
  const LegSpec& spec = transfer.legs.at(leg).spec;
  switch (message) {
    case LegMessage::try_:
      context_.tell(spec.partition, TryLeg{key, content_of(transfer, leg)});
      return;
    case LegMessage::apply:
      context_.tell(spec.partition, ApplyStep{key, content_of(transfer, leg)});
      return;
    case LegMessage::confirm: context_.tell(spec.partition, ConfirmLeg{key, spec.account}); return;
    case LegMessage::cancel: context_.tell(spec.partition, CancelLeg{key, spec.account}); return;
    case LegMessage::compensate:
      context_.tell(spec.partition, CompensateStep{key, spec.account});
      return;
  }
}

}  // namespace florin
