// TransferRecords: what remains of all transfers that have ended, found by owner and transaction id. Belongs to the partition,
// and to no entity. The newest are in memory until a checkpoint has them (EndedRecords); in which epoch the store has the others
// is what RecordIndex knows.
//
// Crash: made again from the store (load, resume) and from the log (add).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "actors/entity/believed_store.hpp"
#include "actors/transfer/ended_records.hpp"
#include "actors/transfer/record_index.hpp"
#include "actors/transfer/transaction_index.hpp"
#include "base/ids.hpp"
#include "domain/transfer/transfer_state.hpp"
#include "persistence/codec/row_batch.hpp"

namespace florin {

// How ids are told apart. Tests make what is rare common.
struct DedupOptions {
  std::uint64_t records_per_epoch =
      65'536;  // of ended transfers; the same for as long as a store is used
  RecordIndexOptions records = {};
  IndexOptions index = {};  // of the tables in memory
};

class TransferRecords {
 public:
  // `store` outlives it.
  TransferRecords(BelievedStore& store, const DedupOptions& options);

  // Of all that the store has. After it, what a checkpoint has said: which epoch is being filled, and with how many.
  Status<Error> load();
  void resume(std::uint32_t epoch, std::uint64_t in_epoch) {
    epoch_ = epoch;
    in_epoch_ = in_epoch;
  }
  [[nodiscard]] std::uint32_t epoch() const { return epoch_; }
  [[nodiscard]] std::uint64_t in_epoch() const { return in_epoch_; }

  // The record is final from here: it belongs to the epoch that is being filled.
  void add(const TransferRecord& record) {
    if (in_epoch_ >= per_epoch_) {
      ++epoch_;
      in_epoch_ = 0;
    }
    ++in_epoch_;
    index_.add(index_.hash(record.transaction_id), epoch_);
    fresh_.add(epoch_, record);
  }

  // Of the one that was added last, in this entry: did it begin there, as one inside a partition does?
  [[nodiscard]] bool newest_began_at(const Position& at) const {
    return fresh_.newest_began_at(at);
  }
  // It has notes, which come behind it.
  void newest_has_notes() { fresh_.newest_has_notes(epoch_); }

  // None: no transfer of this owner has ended under this id.
  std::optional<TransferRecord> find(const Uuid& transaction_id, const AccountId& owner);
  // Of all owners, until `visit` returns false. A record that is both here and in the store already comes twice.
  void for_each(const Uuid& transaction_id, const std::function<bool(TransferRecord)>& visit);
  // Hint: it will be asked for, or added, soon.
  void prefetch(const Uuid& transaction_id) const { index_.prefetch(index_.hash(transaction_id)); }
  // Rows that find() has looked at so far.
  [[nodiscard]] std::uint64_t looked_at() const { return fresh_.looked_at(); }

  // What the checkpoint of entry `last` has to have: rows of the index, into `rows`, and the new records; null = none.
  // `is_store_current`: it has the last checkpoint.
  std::shared_ptr<const RowBatch> collect(RowBatch& rows, LogIndex last, bool is_store_current);
  void written(LogIndex index);
  [[nodiscard]] std::size_t uncollected() const { return fresh_.uncollected(); }

 private:
  void for_each_stored(const Uuid& transaction_id,
                       const std::function<bool(TransferRecord)>& visit);

  BelievedStore& store_;
  std::uint64_t per_epoch_;
  std::uint32_t epoch_ = 0;
  std::uint64_t in_epoch_ = 0;
  EndedRecords fresh_;  // those that are not in the store yet
  RecordIndex index_;   // of all
};

}  // namespace florin
