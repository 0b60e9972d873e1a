// Applies events to the tables of a partition. Never decides: what an event says has happened. The same on
// the leader, on replay and on followers, so nothing here may depend on time, chance or memory pressure.
#include <algorithm>

#include "actors/partition/partition_state.hpp"
#include "base/overloaded.hpp"
#include "domain/account/account_evolve.hpp"
#include "domain/transfer/transfer_evolve.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

void PartitionState::apply(const Event& event, Position at, Timestamp time) {
  std::visit([&](const auto& e) { on(e, at, time); }, event);
  last_index_ = at.index;
  last_ordinal_ = at.ordinal;
  last_time_ = time;
}

void PartitionState::end_entry(LogIndex index, Timestamp time, const Hash& hash) {
  last_index_ = index;
  last_time_ = time;
  last_hash_ = hash;
}

// --- accounts --------------------------------------------------------------------------------------

void PartitionState::on(const AccountOpened& event, Position at, Timestamp) {
  AccountRow row;
  row.state = evolve_opened(event);
  accounts_.insert(std::move(row));
  ++accounts_count_;
  touched_account(event.account, at.index);
}

void PartitionState::on(const AccountFrozen& event, Position at, Timestamp) {
  evolve(touched_account(event.account, at.index), event);
}

void PartitionState::on(const AccountUnfrozen& event, Position at, Timestamp) {
  evolve(touched_account(event.account, at.index), event);
}

void PartitionState::on(const AccountClosed& event, Position at, Timestamp) {
  evolve(touched_account(event.account, at.index), event);
}

// --- transfers inside the partition ------------------------------------------------------------------

void PartitionState::on(const TransferPosted& event, Position at, Timestamp time) {
  evolve_debited(touched_account(event.from, at.index), event.amount, time.utc_day(), at);
  evolve_credited(touched_account(event.to, at.index), event.amount, at);
  sums_of(event.currency);  // unchanged: both sides are accounts of this partition
  add_ended_record(record_of(event, at), at.index);
}

void PartitionState::on(const TransferRefused& event, Position at, Timestamp) {
  add_ended_record(record_of(event, at), at.index);
}

// --- coordinator and saga ------------------------------------------------------------------------------

void PartitionState::on(const TransferStarted& event, Position at, Timestamp time) {
  TransferRow row;
  row.state = evolve_started(event, at, time);
  add_open_record(row.state);
  transfers_.insert(std::move(row));
  touched_transfer(at);
  if (started_.empty() || started_.back().index != at.index) started_.push_back({at.index, 0});
  ++started_.back().open;
}

void PartitionState::on(const TryAnswered& event, Position, Timestamp) {
  evolve(touched_transfer(event.leg.transfer).state, event);
}

void PartitionState::on(const TransferDecided& event, Position, Timestamp) {
  evolve(touched_transfer(event.transfer).state, event);
}

void PartitionState::on(const SecondPhaseAnswered& event, Position, Timestamp) {
  evolve(touched_transfer(event.leg.transfer).state, event);
}

void PartitionState::on(const TransferCompleted& event, Position at, Timestamp) {
  const TransferState& transfer = touched_transfer(event.transfer).state;
  if (transfer.protocol == Protocol::saga) {  // it lives where its debits are (REQUIREMENTS D11)
    for (const LegPhase& leg : transfer.legs)
      if (leg.spec.role == LegRole::debit)
        evolve_debit_kept(touched_account(leg.spec.account, at.index), leg.spec.amount);
  }
  end_transfer(event.transfer, TransferStatus::completed, std::nullopt, at);
}

void PartitionState::on(const TransferCancelled& event, Position at, Timestamp) {
  end_transfer(event.transfer, TransferStatus::cancelled, event.code, at);
}

void PartitionState::end_transfer(const TransferId& id, TransferStatus status,
                                  std::optional<Rejection> code, Position at) {
  TransferRow* row = transfers_.find(id);
  FLORIN_ASSERT(row != nullptr, "an ended transfer was open");
  RecordRow* record = resident_record(row->state.transaction_id, row->state.owner);
  FLORIN_ASSERT(record != nullptr && record->open, "an open transfer has its record");
  record->record.status = status;
  record->record.code = code;
  record->record.finished = at;
  count_record(*record, at.index);
  forget_own_legs(row->state);
  if (row->stored) deletions_.push_back({Table::transfers, transfer_key(id), std::nullopt});
  transfers_.erase(id);

  const auto start = std::ranges::lower_bound(started_, id.index, {}, &StartedAt::index);
  FLORIN_ASSERT(start != started_.end() && start->index == id.index && start->open > 0);
  --start->open;
  while (!started_.empty() && started_.front().open == 0) started_.pop_front();
}

// --- legs ------------------------------------------------------------------------------------------------

void PartitionState::on(const LegTried& event, Position at, Timestamp time) {
  Leg& leg = new_leg(event.leg, LegState::tried, event.content);
  leg.debit_day = time.utc_day();
  evolve_tried(touched_account(event.content.account, at.index), event.content, leg.debit_day);
}

void PartitionState::on(const LegRefused& event, Position, Timestamp) {
  new_leg(event.leg, LegState::refused, event.content).rejection = event.code;
}

void PartitionState::on(const LegCancelledEarly& event, Position, Timestamp) {
  LegContent content;
  content.account = event.account;
  new_leg(event.leg, LegState::cancelled_early, content);
}

// transfer path 9/11: confirmed: the posting against this partition's clearing account.
void PartitionState::on(const LegConfirmed& event, Position at, Timestamp) {
  touched_leg(event.leg).state = LegState::confirmed;
  evolve_confirmed(touched_account(event.content.account, at.index), event.content, at);
  const bool debit = event.content.role == LegRole::debit;
  move_to_clearing(event.content.currency, debit ? event.content.amount : -event.content.amount);
}

void PartitionState::on(const LegCancelled& event, Position at, Timestamp) {
  Leg& leg = touched_leg(event.leg);
  leg.state = LegState::cancelled;
  evolve_released(touched_account(leg.content.account, at.index), leg.content, leg.debit_day);
}

void PartitionState::on(const StepApplied& event, Position at, Timestamp time) {
  Leg& leg = new_leg(event.leg, LegState::confirmed, event.content);
  leg.debit_day = time.utc_day();
  AccountState& account = touched_account(event.content.account, at.index);
  const bool debit = event.content.role == LegRole::debit;
  if (debit)
    evolve_step_debited(account, event.content.amount, leg.debit_day, at);
  else
    evolve_credited(account, event.content.amount, at);
  move_to_clearing(event.content.currency, debit ? event.content.amount : -event.content.amount);
}

void PartitionState::on(const StepCompensated& event, Position at, Timestamp) {
  Leg& leg = touched_leg(event.leg);
  leg.state = LegState::cancelled;
  AccountState& account = touched_account(event.content.account, at.index);
  evolve_debit_returned(account, event.content.amount, leg.debit_day, at);
  move_to_clearing(event.content.currency, -event.content.amount);
}

void PartitionState::on(const FenceAdvanced& event, Position, Timestamp) {
  fences_.at(event.coordinator) = event.index;
  forget_legs(event.coordinator, event.index);
}

// Forgets by content, not by order of arrival: a state from a snapshot and a replayed one stay equal.
void PartitionState::forget_legs(PartitionId coordinator, LogIndex fence) {
  std::vector<LegKey>& keys = legs_of_.at(coordinator);
  const auto gone = std::ranges::remove_if(keys, [&](const LegKey& key) {
    if (key.transfer.index > fence) return false;
    LegRow* row = legs_.find(key);
    FLORIN_ASSERT(row != nullptr && row->leg.state != LegState::tried,
                  "a coordinator that has finished left no reservation behind");
    if (row->stored) deletions_.push_back({Table::legs, leg_key(key), std::nullopt});
    legs_.erase(key);
    return true;
  });
  keys.erase(gone.begin(), gone.end());
}

// Legs that live beside their coordinator need no fence: messages to them never leave the turn that told
// them, so none can still be under way when the transfer ends.
void PartitionState::forget_own_legs(const TransferState& transfer) {
  for (std::size_t i = 0; i < transfer.legs.size(); ++i) {
    if (transfer.legs[i].spec.partition != id_) continue;
    const LegKey key{transfer.id, static_cast<std::uint8_t>(i)};
    LegRow* row = legs_.find(key);
    if (row == nullptr) continue;
    FLORIN_ASSERT(row->leg.state != LegState::tried, "an ended transfer left no reservation behind");
    if (row->stored) deletions_.push_back({Table::legs, leg_key(key), std::nullopt});
    legs_.erase(key);
  }
}

// --- rows ------------------------------------------------------------------------------------------------

AccountState& PartitionState::touched_account(const AccountId& id, LogIndex index) {
  AccountRow* row = activate(id);
  FLORIN_ASSERT(row != nullptr, "an event's account exists");
  if (!row->dirty) {
    row->dirty = true;
    dirty_accounts_.push_back(row);
  }
  row->modified = index;
  return row->state;
}

Leg& PartitionState::new_leg(const LegKey& key, LegState state, const LegContent& content) {
  LegRow row;
  row.leg.key = key;
  row.leg.state = state;
  row.leg.content = content;
  row.dirty = true;
  dirty_legs_.push_back(key);
  if (key.transfer.partition != id_) legs_of_.at(key.transfer.partition).push_back(key);
  return legs_.insert(std::move(row)).leg;
}

Leg& PartitionState::touched_leg(const LegKey& key) {
  LegRow* row = legs_.find(key);
  FLORIN_ASSERT(row != nullptr, "an event's leg exists");
  if (!row->dirty) {
    row->dirty = true;
    dirty_legs_.push_back(key);
  }
  return row->leg;
}

TransferRow& PartitionState::touched_transfer(const TransferId& id) {
  TransferRow* row = transfers_.find(id);
  FLORIN_ASSERT(row != nullptr, "an event's transfer is open");
  if (!row->dirty) {
    row->dirty = true;
    dirty_transfers_.push_back(id);
  }
  return *row;
}

CurrencySums& PartitionState::sums_of(Currency currency) {
  const auto place = std::ranges::lower_bound(sums_, currency, {}, &CurrencySums::currency);
  if (place != sums_.end() && place->currency == currency) return *place;
  CurrencySums sums;
  sums.currency = currency;
  return *sums_.insert(place, sums);
}

// Posting between one account of this partition and its clearing account. Negative: from clearing.
void PartitionState::move_to_clearing(Currency currency, Minor amount) {
  CurrencySums& sums = sums_of(currency);
  sums.accounts_posted -= amount;
  sums.clearing += amount;
}

// --- records ----------------------------------------------------------------------------------------------

RecordRow* PartitionState::resident_record(const Uuid& transaction_id, const AccountId& owner) {
  for (RecordRow* row = records_.find(transaction_id); row != nullptr; row = row->next.get())
    if (row->record.owner == owner) return row;
  return nullptr;
}

void PartitionState::add_open_record(const TransferState& transfer) {
  RecordRow row;
  row.record = record_of(transfer, TransferStatus::trying, std::nullopt, {});
  row.open = true;
  if (RecordRow* first = records_.find(transfer.transaction_id)) {
    row.next = std::move(first->next);
    first->next = std::make_unique<RecordRow>(std::move(row));
  } else {
    records_.insert(std::move(row));
  }
}

void PartitionState::add_ended_record(TransferRecord record, LogIndex index) {
  RecordRow row;
  row.record = std::move(record);
  if (RecordRow* first = records_.find(row.record.transaction_id)) {
    row.next = std::move(first->next);
    first->next = std::make_unique<RecordRow>(std::move(row));
    count_record(*first->next, index);
  } else {
    count_record(records_.insert(std::move(row)), index);
  }
}

// The record is final from here: it belongs to the epoch that is being filled.
void PartitionState::count_record(RecordRow& row, LogIndex index) {
  if (records_in_epoch_ == RecordFilter::records_max) {
    ++record_epoch_;
    records_in_epoch_ = 0;
    filters_.emplace_back();
  }
  ++records_in_epoch_;
  filters_.back().add(RecordFilter::hash(row.record.transaction_id));
  row.open = false;
  row.ended = index;
  row.epoch = record_epoch_;
  ended_unwritten_.emplace_back(row.record.transaction_id, row.record.owner);
}

}  // namespace florin
