// Checkpoints and loading. A checkpoint is the encoded rows that changed since the last one, with the
// index of the entry that they reflect, written in one store transaction: after a crash the store is the
// state at some index, and the log gives the rest.
#include <algorithm>
#include <set>

#include "actors/partition/partition_state.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {
namespace {

Error damaged(PartitionId partition, const std::string& what) {
  return {Errc::corrupt,
          "state of partition " + std::to_string(partition) + ": " + what +
              "; stop the node, move its state directory away and start again: it is "
              "rebuilt from the log"};
}

}  // namespace

Checkpoint PartitionState::collect_checkpoint() {
  auto rows = std::exchange(next_rows_, reusable(spare_rows_));
  spare_rows_ = rows;
  tables_.collect(*rows);
  auto records = records_.collect(*rows, last_index_, written_index_ >= collected_index_);

  PartitionMeta meta;
  meta.partition = id_;
  meta.partitions = map_.partitions();
  meta.applied_index = last_index_;
  meta.last_event_index = last_event_index_;
  meta.last_ordinal = last_ordinal_;
  meta.last_hash = last_hash_;
  meta.last_time = last_time_;
  meta.sums = sums_.all();
  for (std::uint32_t c = 0; c < kept_legs_.partitions(); ++c) {
    const auto coordinator = static_cast<PartitionId>(c);
    const LogIndex index = kept_legs_.fence_of(coordinator);
    if (index != 0) meta.fences.push_back({coordinator, index});
  }
  meta.record_epoch = records_.epoch();
  meta.records_in_epoch = records_.in_epoch();
  meta.accounts_count = accounts_count_;
  rows->put(meta);

  dirty_bytes_ = 0;
  collected_index_ = last_index_;

  Checkpoint checkpoint{.index = last_index_, .writes = {}, .rows = {std::move(rows)}};
  if (records) checkpoint.rows.push_back(std::move(records));
  std::size_t count = 0;
  for (const auto& batch : checkpoint.rows) count += batch->size();
  checkpoint.writes.reserve(count);
  for (const auto& batch : checkpoint.rows) batch->append_to(checkpoint.writes);
  return checkpoint;
}

void PartitionState::checkpoint_written(LogIndex index) {
  written_index_ = std::max(written_index_, index);
  tables_.written(index);
  records_.written(index);
  new_accounts_.written(index);
  new_orders_.written(index);
  if (index >= collected_index_ && spare_rows_ && spare_rows_->memory() > RowBatch::spare_bytes_max)
    spare_rows_.reset();
}

// Rows that contradict each other are damage, too: one that is missing is seen by those that stand for it.
Status<Error> PartitionState::load() {
  auto loaded = load_rows();
  if (loaded)
    store_->loaded();
  else if (loaded.error().code == Errc::corrupt)
    store_->distrust(loaded.error());
  return loaded;
}

Status<Error> PartitionState::load_rows() {
  FLORIN_TRY_VOID(load_meta());
  FLORIN_TRY_VOID(load_transfers());
  FLORIN_TRY_VOID(load_legs());
  FLORIN_TRY_VOID(count_names());
  FLORIN_TRY_VOID(load_money_steps());
  FLORIN_TRY_VOID(load_ledger());
  FLORIN_TRY_VOID(load_asked_steps());
  return records_.load();
}

// A lost account, or payment, is missed by its name. Pages that hide both would make it one that never was: 404, and open to be opened
// again; so the names are counted once, before anybody is told that there is no such account.
Status<Error> PartitionState::count_names() {
  const auto any = [](auto, auto) { return true; };
  FLORIN_TRY_VOID(store_->scan_all(Table::names, any));
  return store_->scan_all(Table::payment_names, any);
}

Status<Error> PartitionState::load_meta() {
  FLORIN_TRY(stored, store_->get(Table::meta, partition_meta_key));
  if (!stored) return Unit{};
  FLORIN_TRY(meta, decode_partition_meta(*stored));
  if (meta.partition != id_ || meta.partitions != map_.partitions())
    return Err{
        Error{Errc::mismatch, "state belongs to partition " + std::to_string(meta.partition) +
                                  " of " + std::to_string(meta.partitions) + ", not to " +
                                  std::to_string(id_) + " of " + std::to_string(map_.partitions()) +
                                  ": the number of partitions is chosen once and never changes"}};
  last_index_ = collected_index_ = written_index_ = loaded_index_ = meta.applied_index;
  last_event_index_ = meta.last_event_index;
  last_ordinal_ = meta.last_ordinal;
  wants_last_event_ = meta.format_version < 2 && last_index_ != 0;
  last_hash_ = meta.last_hash;
  last_time_ = meta.last_time;
  sums_ = PartitionSums(meta.sums);
  for (const Fence& fence : meta.fences) {
    if (fence.coordinator >= kept_legs_.partitions())
      return Err{damaged(id_, "fence of no partition")};
    kept_legs_.set(fence);
  }
  records_.resume(meta.record_epoch, meta.records_in_epoch);
  accounts_count_ = meta.accounts_count;
  return Unit{};
}

bool PartitionState::can_be_open(const TransferState& transfer) const {
  return transfer.id.partition == id_ && transfer.id.index <= last_index_ &&
         std::ranges::all_of(transfer.legs, [&](const LegPhase& leg) {
           return sent_legs_.knows(leg.spec.partition);
         });
}

Status<Error> PartitionState::load_transfers() {
  return transfers_.load(
      *store_,
      [&](const TransferRow& row) -> Status<Error> {
        if (can_be_open(row.state)) return Unit{};
        return Err{damaged(id_, "open transfer that cannot have begun here")};
      },
      [&](const TransferRow& row) {
        for_each_sent_leg(row.state, [&](PartitionId participant) {  // in order, as the keys are
          sent_legs_.began<TransferEntity>(participant, row.state.id.index);
        });
        index_transfer(row);
      });
}

Status<Error> PartitionState::load_legs() {
  return legs_.load(
      *store_,
      [&](const LegRow& row) -> Status<Error> {
        if (row.leg.key.transfer.partition < kept_legs_.partitions()) return Unit{};
        return Err{damaged(id_, "leg of no partition")};
      },
      [&](const LegRow& row) {
        if (row.leg.key.transfer.partition != id_) kept_legs_.keep(row.leg.key);
      });
}

Status<Error> PartitionState::load_money_steps() {
  return money_steps_.load(
      *store_,
      [&](const MoneyStepRow& row) -> Status<Error> {
        if (!is_asked_by_nobody(row.step.content)) return Unit{};
        return Err{damaged(id_, "money step that was asked for by no partition")};
      },
      [&](const MoneyStepRow& row) {
        kept_legs_.keep(row.step.content);
        if (!is_owed_to_ledger(row.step)) return;
        owed_to_ledger_.done(row.step);
        ledger_sums_.put_owed(row.step);
      });
}

// Its sums, once at the start, from its rows and from those of the accounts that it speaks of: as many as have ever been paid. An account
// of which the ledger has no line yet is one that a step is owed of.
Status<Error> PartitionState::load_ledger() {
  std::set<AccountId> paid;
  money_steps_.for_each([&](const MoneyStepRow& row) {
    if (is_owed_to_ledger(row.step) && !row.step.content.account.empty())
      paid.insert(row.step.content.account);
  });
  std::optional<Error> wrong;
  FLORIN_TRY_VOID(store_->scan_all(Table::ledger, [&](auto key, auto value) {
    auto balance = decode_ledger_balance(key, value);
    if (!balance) {
      wrong = std::move(balance.error());
      return false;
    }
    ledger_sums_.put(*balance);
    if (balance->account.kind == LedgerKind::liabilities_wallet)
      paid.insert(AccountId::from_trusted(balance->account.name));
    return true;
  }));
  if (wrong) return Err{std::move(*wrong)};
  for (const AccountId& id : paid) {
    const std::string key = account_key(id);
    FLORIN_TRY(stored, store_->get(Table::accounts, key));
    if (!stored) return Err{damaged(id_, "the ledger has an account that the wallet has not")};
    FLORIN_TRY(account, decode_account(key, *stored));
    ledger_sums_.put_wallet(account.currency, account.payments_net);
  }
  return Unit{};
}

// In the order of their keys, which is that of the events that asked.
Status<Error> PartitionState::load_asked_steps() {
  return asked_steps_.load(
      *store_,
      [&](const AskedStepRow& row) -> Status<Error> {
        const bool can_be = row.step.asked.partition == id_ &&
                            row.step.asked.index <= last_index_ && sent_legs_.knows(row.step.at);
        if (can_be) return Unit{};
        return Err{damaged(id_, "money step that cannot have been asked for here")};
      },
      [&](const AskedStepRow& row) {
        sent_legs_.began<AskedStepEntity>(row.step.at, row.step.asked.index);
      });
}

}  // namespace florin
