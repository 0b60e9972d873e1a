// How each fact changes the phase status of a transfer, and what record is left when it has ended.
#include "domain/transfer/transfer_evolve.hpp"

#include <algorithm>

namespace florin {
namespace {

template <class Event>
TransferRecord record_of_local(const Event& event, Position at, TransferStatus status) {
  TransferRecord record;
  record.transaction_id = event.transaction_id;
  record.owner_is_payer = !event.from.is_system();
  record.owner = owner_of(event.from, event.to);
  record.other = record.owner_is_payer ? event.to : event.from;
  record.amount = event.amount;
  record.currency = event.currency;
  record.protocol = Protocol::local;
  record.status = status;
  record.started = at;
  record.finished = at;
  return record;
}

// That the refusal is about: of the first posting that has one for this reason, the payer's before the payee's. None: no leg has
// said it.
std::optional<std::size_t> refusing_leg(const TransferState& transfer) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < transfer.legs.size(); ++i) {
    const LegPhase& leg = transfer.legs[i];
    const bool says_it =
        leg.try_status == TryStatus::answered && leg.try_answer.rejection == transfer.code;
    if (says_it && (!first || transfer.posting_of(i) < transfer.posting_of(*first))) first = i;
  }
  return first;
}

}  // namespace

TransferState evolve_started(const TransferStarted& event, TransferId id, Timestamp time) {
  TransferState transfer;
  evolve_started(transfer, event, id, time);
  return transfer;
}

void evolve_started(TransferState& transfer, const TransferStarted& event, TransferId id,
                    Timestamp time) {
  transfer.id = id;
  transfer.transaction_id = event.transaction_id;
  transfer.owner = event.owner;
  transfer.protocol = event.protocol;
  transfer.currency = event.currency;
  transfer.started_at = time;
  transfer.deadline = event.deadline;
  transfer.client_deadline = {};
  transfer.decision = Decision::none;
  transfer.has_notes = false;
  transfer.code.reset();
  transfer.refused_at.reset();
  transfer.legs.clear();
  for (const LegSpec& spec : event.legs) {
    const bool sent = event.protocol != Protocol::saga || transfer.legs.empty();
    LegPhase& leg = transfer.legs.emplace_back();
    leg.spec = spec;
    if (sent) leg.try_status = TryStatus::sent;
  }
}

void evolve(TransferState& transfer, const TransferNoted&) { transfer.has_notes = true; }

void evolve(TransferState& transfer, const ClientDeadlineGiven& event) {
  transfer.client_deadline = event.deadline;
}

void evolve(TransferState& transfer, const TryAnswered& event) {
  LegPhase& leg = transfer.legs.at(event.leg.leg);
  leg.try_status = TryStatus::answered;
  leg.try_answer = event.answer;
  const std::size_t next = event.leg.leg + 1U;
  if (transfer.protocol == Protocol::saga && transfer.decision == Decision::none &&
      event.answer.is_ok() && next < transfer.legs.size())
    transfer.legs[next].try_status = TryStatus::sent;
}

void evolve(TransferState& transfer, const TransferDecided& event) {
  if (event.answered_leg != TransferDecided::no_leg)
    evolve(transfer, TryAnswered{{transfer.id, event.answered_leg}, event.answer});
  transfer.decision = event.decision;
  transfer.code = event.code;
  if (transfer.protocol == Protocol::saga) return;  // compensations leave one by one
  for (LegPhase& leg : transfer.legs) leg.second_phase = SecondPhaseStatus::sent;
}

void evolve(TransferState& transfer, const CancelDecided& event, Position at) {
  evolve(transfer, as_transfer_decided(event));
  transfer.refused_at = at;
}

void evolve(TransferState& transfer, const SecondPhaseAnswered& event) {
  LegPhase& leg = transfer.legs.at(event.leg.leg);
  leg.second_phase = SecondPhaseStatus::answered;
  leg.out_of_order = event.out_of_order;
}

TransferRecord record_of(const TransferState& transfer, TransferStatus status,
                         std::optional<Rejection> code, Position end) {
  TransferRecord record;
  record.transaction_id = transfer.transaction_id;
  record.owner = transfer.owner;
  record.owner_is_payer = transfer.debit().account == transfer.owner;
  record.other = record.owner_is_payer ? transfer.credit().account : transfer.debit().account;
  record.amount = transfer.debit().amount;
  record.currency = transfer.currency;
  record.protocol = transfer.protocol;
  record.status = status;
  record.code = code;
  record.started = transfer.id;
  record.finished = transfer.refused_at.value_or(end);
  if (transfer.refused_at) record.ended = end;
  record.side = refused_side(transfer);
  record.has_notes = transfer.has_notes;
  if (transfer.is_transaction())
    record.transaction = TransactionRecord{static_cast<std::uint8_t>(transfer.postings()),
                                           content_hash(postings_of(transfer), transfer.currency),
                                           refused_posting(transfer)};
  return record;
}

TransferRecord record_of(const TransferPosted& event, Position at) {
  return record_of_local(event, at, TransferStatus::completed);
}

TransferRecord record_of(const TransferRefused& event, Position at) {
  TransferRecord record = record_of_local(event, at, TransferStatus::refused);
  record.code = event.code;
  return record;
}

TransferRecord record_of(const SidedRefusal& event, Position at) {
  TransferRecord record = record_of(event.refused, at);
  record.ended = at;
  record.side = event.side;
  return record;
}

TransferPostings postings_of(const TransferState& transfer) {
  TransferPostings postings;
  for (std::size_t i = 0; i < transfer.postings(); ++i)
    postings.push_back(
        {transfer.debit(i).account, transfer.credit(i).account, transfer.debit(i).amount});
  return postings;
}

bool is_of_content(const TransferState& transfer, std::span<const TransferPosting> postings,
                   Currency currency) {
  return transfer.currency == currency && std::ranges::equal(postings_of(transfer), postings);
}
bool is_of_content(const TransferRecord& record, std::span<const TransferPosting> postings,
                   Currency currency) {
  if (record.transaction) return record.transaction->content == content_hash(postings, currency);
  return record.currency == currency && postings.size() == 1 &&
         postings.front() == TransferPosting{record.payer(), record.payee(), record.amount};
}

RefusedSide refused_side(const TransferState& transfer) {
  if (!transfer.refused_at || !transfer.code || !is_about_an_account(*transfer.code))
    return RefusedSide::none;
  const auto leg = refusing_leg(transfer);
  if (!leg) return RefusedSide::from;
  return transfer.legs[*leg].spec.role == LegRole::debit ? RefusedSide::from : RefusedSide::to;
}

std::uint8_t refused_posting(const TransferState& transfer) {
  if (!transfer.is_transaction() || !transfer.refused_at || !transfer.code) return no_posting;
  if (const auto leg = refusing_leg(transfer))
    return static_cast<std::uint8_t>(transfer.posting_of(*leg));
  return is_about_a_posting(*transfer.code) ? 0 : no_posting;
}

}  // namespace florin
