// Applies events to the tables of a partition. Never decides: what an event says has happened. The same on
// the leader, on replay and on followers, so nothing here may depend on time, chance or memory pressure.
#include <algorithm>

#include "actors/partition/partition_state.hpp"
#include "base/overloaded.hpp"
#include "domain/account/account_evolve.hpp"
#include "domain/transfer/transfer_evolve.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {
namespace {

// About what its row will have.
std::size_t stored_bytes(const AccountState& account) {
  constexpr std::size_t without_metadata = 160;
  std::size_t bytes = without_metadata;
  if (account.metadata)
    for (const auto& [key, value] : *account.metadata) bytes += key.size() + value.size() + 8;
  return bytes;
}

}  // namespace

void PartitionState::apply(const Event& event, Position at, Timestamp time) {
  std::visit([&](const auto& e) { on(e, at, time); }, event);
  last_index_ = at.index;
  found_last_event(at.index);
  last_ordinal_ = at.ordinal;
  last_time_ = time;
}

// Field by field what on() asks the tables for; what a partition's own transfers leave in records is not worth it.
void PartitionState::prefetch(const Event& event, Prefetch stage) const {
  const bool index = stage == Prefetch::index;
  const bool entity = stage == Prefetch::entity;
  const auto fetch = [&](const auto& table, const auto& key) {
    if (index) table.prefetch_index(key);
    if (entity) table.prefetch_entity(key);
  };
  const auto fetch_ended = [&](const TransferId& id) {
    fetch(legs_, LegKey{id, 0});
    if (stage != Prefetch::beyond) return;
    const TransferRow* row = transfers_.likely(id);
    if (row == nullptr) return;
    transfers_by_transaction_id_.prefetch(TransactionIndex::hash(row->state.transaction_id));
    records_.prefetch(row->state.transaction_id);
  };
  std::visit(
      [&]<class E>(const E& e) {
        constexpr bool is_new_leg = std::same_as<E, LegTried> || std::same_as<E, LegRefused> ||
                                    std::same_as<E, StepApplied>;
        constexpr bool is_own_answer =
            std::same_as<E, TryAnswered> || std::same_as<E, SecondPhaseAnswered>;
        if constexpr (requires { e.content; }) fetch(accounts_, e.content.account);
        if constexpr (requires { e.transfer; }) fetch(transfers_, e.transfer);
        if constexpr (requires { e.leg; }) {
          if (e.leg.transfer.partition == id_) fetch(transfers_, e.leg.transfer);
          if (index && !is_own_answer) legs_.prefetch_index(e.leg);
          if (entity && is_new_leg) legs_.prefetch_free(entities_ahead);
          if (entity && !is_new_leg && !is_own_answer) legs_.prefetch_entity(e.leg);
        }
        if constexpr (std::same_as<E, TransferPosted>) {
          fetch(accounts_, e.from);
          fetch(accounts_, e.to);
        }
        if constexpr (std::same_as<E, TransferStarted>) {
          if (index)
            transfers_by_transaction_id_.prefetch(TransactionIndex::hash(e.transaction_id));
          if (entity) transfers_.prefetch_free(entities_ahead);
        }
        if constexpr (std::same_as<E, TransferCompleted> || std::same_as<E, TransferCancelled>)
          fetch_ended(e.transfer);
      },
      event);
}

void PartitionState::end_entry(LogIndex index, Timestamp time, const Hash& hash) {
  last_index_ = index;
  last_time_ = time;
  last_hash_ = hash;
}

template <class Change>
void PartitionState::change_account(const AccountId& id, LogIndex index, Change&& change) {
  AccountRow* row = activate(id);
  if (row == nullptr && store_.has_failed()) return;  // nobody hears of this state any more
  FLORIN_ASSERT(row != nullptr, "an event's account exists");
  if (accounts_.touch(*row)) dirty_bytes_ += stored_bytes(row->state);
  row->modified = index;
  change(row->state);
}

// --- accounts --------------------------------------------------------------------------------------

void PartitionState::on(const AccountOpened& event, Position at, Timestamp) {
  AccountRow row;
  row.state = evolve_opened(event);
  accounts_.insert(std::move(row));
  ++accounts_count_;
  new_accounts_.add(event.account, at.index);
  change_account(event.account, at.index, [](AccountState&) {});
}

void PartitionState::on(const AccountFrozen& event, Position at, Timestamp) {
  change_account(event.account, at.index, [&](AccountState& account) { evolve(account, event); });
}

void PartitionState::on(const AccountUnfrozen& event, Position at, Timestamp) {
  change_account(event.account, at.index, [&](AccountState& account) { evolve(account, event); });
}

void PartitionState::on(const AccountClosed& event, Position at, Timestamp) {
  change_account(event.account, at.index, [&](AccountState& account) { evolve(account, event); });
}

// --- transfers inside the partition ------------------------------------------------------------------

void PartitionState::on(const TransferPosted& event, Position at, Timestamp time) {
  change_account(event.from, at.index, [&](AccountState& from) {
    evolve_debited(from, event.amount, time.utc_day(), at);
  });
  change_account(event.to, at.index,
                 [&](AccountState& to) { evolve_credited(to, event.amount, at); });
  sums_.posted_inside(event.currency);
  records_.add(record_of(event, at));
}

void PartitionState::on(const TransferRefused& event, Position at, Timestamp) {
  records_.add(record_of(event, at));
}

// --- coordinator and saga ------------------------------------------------------------------------------

void PartitionState::on(const TransferStarted& event, Position at, Timestamp time) {
  index_transfer(transfers_.insert(at, [&](TransferRow& row) {
    row.put_away();
    evolve_started(row.state, event, at, time);
  }));
  const TransferState& transfer = touched_transfer(at).state;
  for_each_sent_leg(transfer, [&](PartitionId participant) {
    sent_legs_.began<TransferEntity>(participant, at.index);
  });
}

void PartitionState::on(const ClientDeadlineGiven& event, Position, Timestamp) {
  evolve(touched_transfer(event.transfer).state, event);
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
  if (transfer.protocol == Protocol::saga) {  // a transfer lives where its debits are
    for (const LegPhase& leg : transfer.legs)
      if (leg.spec.role == LegRole::debit)
        change_account(leg.spec.account, at.index,
                       [&](AccountState& account) { evolve_debit_kept(account, leg.spec.amount); });
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
  records_.add(record_of(row->state, status, code, at));
  forget_own_legs(row->state);
  for_each_sent_leg(row->state, [&](PartitionId participant) {
    sent_legs_.ended<TransferEntity>(participant, id.index);
  });
  erase_transfer(*row);
}

// --- legs ------------------------------------------------------------------------------------------------

// A TC/C leg beside its coordinator answers by its own event: no other event need say it again.
TransferState* PartitionState::touched_own_tcc(const TransferId& id) {
  if (id.partition != id_) return nullptr;
  const TransferRow* row = transfers_.find(id);
  if (row == nullptr || row->state.protocol == Protocol::saga) return nullptr;
  return &touched_transfer(id).state;
}

void PartitionState::own_leg_tried(const LegKey& key, const LegAnswer& answer) {
  TransferState* transfer = touched_own_tcc(key.transfer);
  if (transfer != nullptr && transfer->decision == Decision::none)
    evolve(*transfer, TryAnswered{key, answer});
}

void PartitionState::own_leg_ended(const LegKey& key, bool out_of_order) {
  TransferState* transfer = touched_own_tcc(key.transfer);
  if (transfer != nullptr && transfer->decision != Decision::none)
    evolve(*transfer, SecondPhaseAnswered{key, out_of_order});
}

void PartitionState::on(const LegTried& event, Position at, Timestamp time) {
  Leg& leg = new_leg(event.leg, LegState::tried, event.content);
  leg.debit_day = time.utc_day();
  change_account(event.content.account, at.index, [&](AccountState& account) {
    evolve_tried(account, event.content, leg.debit_day);
  });
  own_leg_tried(event.leg, {});
}

void PartitionState::on(const LegRefused& event, Position, Timestamp) {
  new_leg(event.leg, LegState::refused, event.content).rejection = event.code;
  own_leg_tried(event.leg, {AnswerCode::refused, event.code});
}

void PartitionState::on(const LegCancelledEarly& event, Position, Timestamp) {
  LegContent content;
  content.account = event.account;
  new_leg(event.leg, LegState::cancelled_early, content);
  own_leg_ended(event.leg, true);
}

// transfer path 11/13: confirmed: the posting against this partition's clearing account.
void PartitionState::on(const LegConfirmed& event, Position at, Timestamp) {
  touched_leg(event.leg).state = LegState::confirmed;
  change_account(event.content.account, at.index,
                 [&](AccountState& account) { evolve_confirmed(account, event.content, at); });
  const bool debit = event.content.role == LegRole::debit;
  sums_.posted_to_clearing(event.content.currency,
                           debit ? event.content.amount : -event.content.amount);
  own_leg_ended(event.leg, false);
}

void PartitionState::on(const LegCancelled& event, Position at, Timestamp) {
  Leg& leg = touched_leg(event.leg);
  leg.state = LegState::cancelled;
  change_account(leg.content.account, at.index, [&](AccountState& account) {
    evolve_released(account, leg.content, leg.debit_day);
  });
  own_leg_ended(event.leg, false);
}

void PartitionState::on(const StepApplied& event, Position at, Timestamp time) {
  Leg& leg = new_leg(event.leg, LegState::confirmed, event.content);
  leg.debit_day = time.utc_day();
  const bool debit = event.content.role == LegRole::debit;
  change_account(event.content.account, at.index, [&](AccountState& account) {
    if (debit)
      evolve_step_debited(account, event.content.amount, leg.debit_day, at);
    else
      evolve_credited(account, event.content.amount, at);
  });
  sums_.posted_to_clearing(event.content.currency,
                           debit ? event.content.amount : -event.content.amount);
}

void PartitionState::on(const StepCompensated& event, Position at, Timestamp) {
  Leg& leg = touched_leg(event.leg);
  leg.state = LegState::cancelled;
  change_account(event.content.account, at.index, [&](AccountState& account) {
    evolve_debit_returned(account, event.content.amount, leg.debit_day, at);
  });
  sums_.posted_to_clearing(event.content.currency, -event.content.amount);
}

void PartitionState::on(const FenceAdvanced& event, Position, Timestamp) {
  kept_legs_.advance({event.coordinator, event.index}, *next_rows_);
}

// Legs that live beside their coordinator need no fence: messages to them never leave the turn that told
// them, so none can still be under way when the transfer ends.
void PartitionState::forget_own_legs(const TransferState& transfer) {
  for (std::size_t i = 0; i < transfer.legs.size(); ++i) {
    if (transfer.legs[i].spec.partition != id_) continue;
    const LegKey key{transfer.id, static_cast<std::uint8_t>(i)};
    LegRow* row = legs_.find(key);
    if (row == nullptr) continue;
    FLORIN_ASSERT(row->leg.state != LegState::tried,
                  "an ended transfer left no reservation behind");
    legs_.erase(*row, *next_rows_);
  }
}

// --- rows ------------------------------------------------------------------------------------------------

Leg& PartitionState::new_leg(const LegKey& key, LegState state, const LegContent& content) {
  if (key.transfer.partition != id_) kept_legs_.keep(key);
  LegRow& inserted = legs_.insert(key, [&](LegRow& row) {
    row.leg.key = key;
    row.leg.state = state;
    row.leg.rejection.reset();
    row.leg.content = content;
    row.leg.debit_day = 0;
    row.dirty_at = not_dirty;
    row.stored = false;
  });
  legs_.touch(inserted);
  return inserted.leg;
}

Leg& PartitionState::touched_leg(const LegKey& key) {
  LegRow* row = legs_.find(key);
  FLORIN_ASSERT(row != nullptr, "an event's leg exists");
  legs_.touch(*row);
  return row->leg;
}

TransferRow& PartitionState::touched_transfer(const TransferId& id) {
  TransferRow* row = transfers_.find(id);
  FLORIN_ASSERT(row != nullptr, "an event's transfer is open");
  transfers_.touch(*row);
  return *row;
}

void PartitionState::index_transfer(const TransferRow& row) {
  transfers_by_transaction_id_.insert(open_rows(), transfers_.slot_of(row.state.id));
}

void PartitionState::erase_transfer(TransferRow& row) {
  transfers_by_transaction_id_.erase(open_rows(), transfers_.slot_of(row.state.id));
  transfers_.erase(row, *next_rows_);
}

}  // namespace florin
