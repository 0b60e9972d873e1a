// Looks for a record in memory, then in the epochs that the index names.
#include "actors/transfer/transfer_records.hpp"

#include "persistence/codec/state_codec.hpp"

namespace florin {

TransferRecords::TransferRecords(BelievedStore& store, const DedupOptions& options)
    : store_(store),
      per_epoch_(options.records_per_epoch),
      fresh_(options.index),
      index_(options.records, options.index.secret) {}

Status<Error> TransferRecords::load() { return index_.load(*store_); }

std::optional<TransferRecord> TransferRecords::find(const Uuid& transaction_id,
                                                    const AccountId& owner) {
  const std::uint64_t hash = index_.hash(transaction_id);
  if (!index_.may_contain(hash)) return std::nullopt;
  if (auto record = fresh_.find(transaction_id, owner)) return record;
  const auto epochs = store_.believed(index_.epochs_of(hash, *store_));
  if (!epochs) return std::nullopt;
  for (auto epoch = epochs->rbegin(); epoch != epochs->rend(); ++epoch) {
    const std::string key = record_key(*epoch, transaction_id, owner);
    const auto stored = store_.believed(store_->get(Table::records, key));
    if (!stored) return std::nullopt;
    if (*stored) return store_.believed(decode_record(key, **stored));
  }
  return std::nullopt;
}

void TransferRecords::for_each(const Uuid& transaction_id,
                               const std::function<bool(TransferRecord)>& visit) {
  bool more = true;
  fresh_.for_each(transaction_id,
                  [&](TransferRecord record) { return more = visit(std::move(record)); });
  if (more) for_each_stored(transaction_id, visit);
}

void TransferRecords::for_each_stored(const Uuid& transaction_id,
                                      const std::function<bool(TransferRecord)>& visit) {
  const std::uint64_t hash = index_.hash(transaction_id);
  if (!index_.may_contain(hash)) return;
  const auto epochs = store_.believed(index_.epochs_of(hash, *store_));
  if (!epochs) return;
  bool more = true;
  for (const std::uint32_t epoch : *epochs) {
    if (!more) return;
    const std::string prefix = record_key(epoch, transaction_id, AccountId{});
    const auto status =
        store_->scan(Table::records, prefix, [&](std::string_view key, std::string_view value) {
          auto record = store_.believed(decode_record(key, value));
          return more = record && visit(std::move(*record));
        });
    if (!store_.believed(status)) return;
  }
}

std::shared_ptr<const RowBatch> TransferRecords::collect(RowBatch& rows, LogIndex last,
                                                         bool is_store_current) {
  store_.believed(index_.collect(*store_, rows, epoch_, last, is_store_current));
  return fresh_.collect(last);
}

void TransferRecords::written(LogIndex index) {
  fresh_.written(index);
  index_.written(index);
}

}  // namespace florin
