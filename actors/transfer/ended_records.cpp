// Rows of records: added, looked up, handed to the checkpoint, forgotten when it is durable.
#include "actors/transfer/ended_records.hpp"

#include <cstring>

#include "base/assert.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {
namespace {

// What the rows of a block say of themselves; each question is a row that was looked at.
struct BlockRows {
  const RowBatch& rows;
  std::uint64_t& looked_at;

  [[nodiscard]] Uuid transaction_id(std::uint32_t row) {
    ++looked_at;
    Uuid id;
    std::memcpy(id.bytes.data(), rows.key(row).data() + sizeof(std::uint32_t), id.bytes.size());
    return id;
  }
  [[nodiscard]] std::string_view owner(std::uint32_t row) const {
    return rows.key(row).substr(sizeof(std::uint32_t) + sizeof(Uuid::bytes));
  }
};

TransferRecord decoded(const RowBatch& rows, std::size_t row) {
  auto record = decode_record(rows.key(row), rows.value(row));
  FLORIN_ASSERT(record, "a record encoded here can be decoded");
  return std::move(*record);
}

}  // namespace

void EndedRecords::add(std::uint32_t epoch, const TransferRecord& record) {
  if (!filling_.rows) filling_.rows = reusable(spare_);
  filling_.rows->put(epoch, record);
}

bool EndedRecords::newest_began_at(const Position& at) const {
  if (!filling_.rows || filling_.rows->size() == 0) return false;
  return decoded(*filling_.rows, filling_.rows->size() - 1).started == at;
}

// Under the same key, at the same place: an index that has the row already is as right as before.
void EndedRecords::newest_has_notes(std::uint32_t epoch) {
  FLORIN_ASSERT(filling_.rows && filling_.rows->size() != 0, "notes come right behind a record");
  TransferRecord record = decoded(*filling_.rows, filling_.rows->size() - 1);
  record.has_notes = true;
  filling_.rows->take_back();
  filling_.rows->put(epoch, record);
}

void EndedRecords::index_rows(Block& block) {
  if (!block.rows) return;
  for (; block.indexed < block.rows->size(); ++block.indexed)
    block.by_transaction_id.insert(BlockRows{*block.rows, indexed_},
                                   static_cast<std::uint32_t>(block.indexed));
}

template <class Visit>
void EndedRecords::for_each_block(Visit&& visit) {
  index_rows(filling_);
  if (filling_.rows && !visit(filling_)) return;
  for (Block& block : collected_) {
    index_rows(block);
    if (block.rows && !visit(block)) return;
  }
}

void EndedRecords::for_each(const Uuid& transaction_id,
                            const std::function<bool(TransferRecord)>& visit) {
  for_each_block([&](const Block& block) {
    bool more = true;
    block.by_transaction_id.for_each(
        BlockRows{*block.rows, looked_at_}, transaction_id,
        [&](std::uint32_t row) { return more = visit(decoded(*block.rows, row)); });
    return more;
  });
}

std::optional<TransferRecord> EndedRecords::find(const Uuid& transaction_id,
                                                 const AccountId& owner) {
  std::optional<TransferRecord> found;
  for_each_block([&](const Block& block) {
    const std::uint32_t row = block.by_transaction_id.find(BlockRows{*block.rows, looked_at_},
                                                           transaction_id, owner.view());
    if (row != TransactionIndex::no_slot) found = decoded(*block.rows, row);
    return !found;
  });
  return found;
}

std::shared_ptr<const RowBatch> EndedRecords::collect(LogIndex index) {
  if (!filling_.rows) return nullptr;
  filling_.index = index;
  collected_.push_back(std::exchange(filling_, Block(index_options_)));
  return collected_.back().rows;
}

void EndedRecords::written(LogIndex index) {
  while (!collected_.empty() && collected_.front().index <= index) {
    std::shared_ptr<RowBatch> rows = std::move(collected_.front().rows);
    collected_.pop_front();
    if (rows->memory() <= RowBatch::spare_bytes_max) spare_ = std::move(rows);
  }
}

}  // namespace florin
