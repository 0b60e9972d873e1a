// EndedRecords: records of ended transfers that are not in the state store yet, as the rows that they will
// be there. They are added with every transfer and asked for only by repeats, so they are encoded once, at
// the end of their transfer, and indexed when the first one asks.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "actors/transfer/transaction_index.hpp"
#include "domain/transfer/transfer_state.hpp"
#include "persistence/codec/row_batch.hpp"

namespace florin {

class EndedRecords {
 public:
  explicit EndedRecords(const IndexOptions& options = {}) : index_options_(options) {}

  void add(std::uint32_t epoch, const TransferRecord& record);
  // See TransferRecords.
  [[nodiscard]] bool newest_began_at(const Position& at) const;
  void newest_has_notes(std::uint32_t epoch);
  std::optional<TransferRecord> find(const Uuid& transaction_id, const AccountId& owner);
  // Of all owners, until `visit` returns false.
  void for_each(const Uuid& transaction_id, const std::function<bool(TransferRecord)>& visit);
  // Rows that find() has looked at so far; for_each() tells its caller of each.
  [[nodiscard]] std::uint64_t looked_at() const { return looked_at_; }

  // What was added since the last call, to be written with the state after entry `index`. It is found here
  // until written() has come. Null = nothing.
  std::shared_ptr<const RowBatch> collect(LogIndex index);
  void written(LogIndex index);
  [[nodiscard]] std::size_t uncollected() const {
    return filling_.rows ? filling_.rows->size() : 0;
  }

 private:
  struct Block {
    explicit Block(const IndexOptions& options) : by_transaction_id(options) {}

    LogIndex index = 0;
    std::shared_ptr<RowBatch> rows;
    TransactionIndex by_transaction_id;  // the first `indexed` rows
    std::size_t indexed = 0;
  };
  void index_rows(Block& block);
  // Until `visit` returns false.
  template <class Visit>
  void for_each_block(Visit&& visit);

  IndexOptions index_options_;
  Block filling_{index_options_};
  std::deque<Block> collected_;
  std::shared_ptr<RowBatch> spare_;
  std::uint64_t looked_at_ = 0;
  std::uint64_t indexed_ = 0;  // counted apart: each row once, whoever asks first
};

}  // namespace florin
