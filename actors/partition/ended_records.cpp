// Rows of records: added, looked up, handed to the checkpoint, forgotten when it is durable.
#include "actors/partition/ended_records.hpp"

#include <cstring>

#include "actors/partition/record_filter.hpp"
#include "base/assert.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {
namespace {

Uuid transaction_id_of(std::string_view key) {
  Uuid id;
  std::memcpy(id.bytes.data(), key.data() + sizeof(std::uint32_t), id.bytes.size());
  return id;
}

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

void EndedRecords::index_rows(Block& block) {
  if (!block.rows) return;
  for (; block.indexed < block.rows->size(); ++block.indexed)
    block.by_transaction_id.insert(
        RecordFilter::hash(transaction_id_of(block.rows->key(block.indexed))),
        static_cast<std::uint32_t>(block.indexed));
}

template <class Visit>
void EndedRecords::for_each_block(Visit&& visit) {
  index_rows(filling_);
  visit(filling_);
  for (Block& block : collected_) {
    index_rows(block);
    visit(block);
  }
}

std::vector<TransferRecord> EndedRecords::find_all(const Uuid& transaction_id) {
  std::vector<TransferRecord> found;
  for_each_block([&](const Block& block) {
    block.by_transaction_id.for_each(RecordFilter::hash(transaction_id), [&](std::uint32_t row) {
      if (transaction_id_of(block.rows->key(row)) == transaction_id)
        found.push_back(decoded(*block.rows, row));
    });
  });
  return found;
}

std::optional<TransferRecord> EndedRecords::find(const Uuid& transaction_id,
                                                 const AccountId& owner) {
  for (TransferRecord& record : find_all(transaction_id))
    if (record.owner == owner) return std::move(record);
  return std::nullopt;
}

std::shared_ptr<const RowBatch> EndedRecords::collect(LogIndex index) {
  if (!filling_.rows) return nullptr;
  filling_.index = index;
  collected_.push_back(std::exchange(filling_, Block(tag_bits_)));
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
