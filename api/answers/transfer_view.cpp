// An ended transfer is put together from its record, its start and its end in the log.
#include "api/answers/transfer_view.hpp"

#include "domain/transfer/transfer_evolve.hpp"
#include "domain/transfer/transfer_steps.hpp"
#include "persistence/codec/entry_codec.hpp"

namespace florin {
namespace {

struct TimedEvent {
  Event event;
  Timestamp time;
};

Result<TimedEvent, Error> read_event(EventLogReader& log, Position at) {
  FLORIN_TRY(bytes, log.read(at.partition, at.index));
  FLORIN_TRY(header, decode_entry_header(bytes));
  FLORIN_TRY_VOID(expect_entry(header, at.partition, at.index));
  FLORIN_TRY(event, decode_event_at(bytes, at.ordinal));
  return TimedEvent{std::move(event), header.time};
}

Error unexpected(Position at) {
  return {Errc::corrupt, at.to_string() + " is not the event that a transfer's record says"};
}

// Inside one partition everything happened in one event: both sides posted, or neither.
TransferView view_of_local(const PartitionMap& map, const TransferRecord& record, Timestamp time) {
  const bool completed = record.status == TransferStatus::completed;
  const PartitionId partition = map.partition_of(record.owner);
  LegPhase leg;
  if (completed) {
    leg.try_status = TryStatus::answered;
    leg.second_phase = SecondPhaseStatus::answered;
  }
  TransferView view;
  leg.spec = {record.payer(), partition, LegRole::debit, record.amount};
  view.transfer.legs.push_back(leg);
  leg.spec = {record.payee(), partition, LegRole::credit, record.amount};
  view.transfer.legs.push_back(leg);
  view.transfer.started_at = time;
  view.transfer.decision = completed ? Decision::confirm : Decision::cancel;
  return view;
}

void end_completed(TransferState& transfer) {
  const bool saga = transfer.protocol == Protocol::saga;  // has no second phase when all goes well
  for (LegPhase& leg : transfer.legs) {
    leg.try_status = TryStatus::answered;
    leg.second_phase = saga ? SecondPhaseStatus::none : SecondPhaseStatus::answered;
  }
  transfer.decision = Decision::confirm;
}

// A saga's step that is not the first was only sent if it was answered: its last step, once sent, is never
// given up. Steps that were never sent, or surely refused, needed no compensation.
void end_cancelled(TransferState& transfer, const TransferCancelled& event) {
  const bool saga = transfer.protocol == Protocol::saga;
  for (std::size_t i = 0; i < transfer.legs.size(); ++i) {
    LegPhase& leg = transfer.legs[i];
    if (event.answered.at(i)) {
      leg.try_status = TryStatus::answered;
      leg.try_answer = event.try_answers.at(i);
    } else {
      leg.try_status = saga && i > 0 ? TryStatus::not_sent : TryStatus::sent;
    }
    const bool refused = event.answered[i] && !leg.try_answer.is_ok();
    const bool none = saga && (refused || leg.try_status == TryStatus::not_sent);
    leg.second_phase = none ? SecondPhaseStatus::none : SecondPhaseStatus::answered;
    leg.out_of_order = event.out_of_order.at(i);
  }
  transfer.decision = Decision::cancel;
}

Result<TransferView, Error> view_of_distributed(EventLogReader& log, const TransferRecord& record,
                                                const Event& finish) {
  FLORIN_TRY(start, read_event(log, record.started));
  const auto* started = get_if<TransferStarted>(&start.event);
  if (started == nullptr) return Err{unexpected(record.started)};
  TransferView view;
  view.transfer = evolve_started(*started, record.started, start.time);
  const auto* cancelled = get_if<TransferCancelled>(&finish);
  if (cancelled == nullptr && !holds_alternative<TransferCompleted>(finish))
    return Err{unexpected(record.end())};
  if (cancelled != nullptr)
    end_cancelled(view.transfer, *cancelled);
  else
    end_completed(view.transfer);
  return view;
}

}  // namespace

TransferView view_of_open(const TransferState& transfer) {
  return {transfer,
          status_of(transfer),
          std::nullopt,
          {},
          {refused_posting(transfer), refused_side(transfer)}};
}

Result<TransferView, Error> view_of_ended(EventLogReader& log, const PartitionMap& map,
                                          const TransferRecord& record) {
  FLORIN_TRY(finish, read_event(log, record.end()));
  TransferView view;
  if (record.protocol == Protocol::local) {
    view = view_of_local(map, record, finish.time);
  } else {
    FLORIN_TRY(distributed, view_of_distributed(log, record, finish.event));
    view = std::move(distributed);
  }
  view.transfer.transaction_id = record.transaction_id;
  view.transfer.owner = record.owner;
  view.transfer.protocol = record.protocol;
  view.transfer.currency = record.currency;
  view.transfer.code = record.code;
  view.refused = {record.refused_posting(), record.side};
  view.status = record.status;
  view.finished_at = finish.time;
  return view;
}

}  // namespace florin
