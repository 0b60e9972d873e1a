// Keys by key_bytes.hpp, values by state_fields.hpp, straight into the batch.
#include "persistence/codec/row_batch.hpp"

#include <atomic>
#include <concepts>

#include "persistence/codec/key_bytes.hpp"
#include "persistence/codec/state_codec.hpp"
#include "persistence/codec/state_fields.hpp"
// after the descriptions that they use
#include "persistence/codec/field_writer.hpp"

namespace florin {
template <class Key, class T>
void RowBatch::put_row(Table table, const Key& key, const T& value) {
  codec::ByteSink sink(bytes_, used_);
  if constexpr (std::same_as<Key, std::string_view>)
    codec::write_text(sink, key);
  else
    codec::write_key(sink, key);
  const std::size_t value_at = sink.used();
  if constexpr (std::same_as<T, std::string_view>)
    codec::write_text(sink, value);
  else
    codec::FieldWriter(sink).fields(value);
  rows_.push_back({.key_at = used_,
                   .value_size = static_cast<std::uint32_t>(sink.used() - value_at),
                   .key_size = static_cast<std::uint16_t>(value_at - used_),
                   .table = table});
  used_ = sink.used();
}

void RowBatch::put(const AccountState& account) { put_row(Table::accounts, account.id, account); }
void RowBatch::put(const TransferState& transfer) {
  put_row(Table::transfers, transfer.id, transfer);
}
void RowBatch::put(const Leg& leg) { put_row(Table::legs, leg.key, leg); }
void RowBatch::put(const NotedTransfer& noted) {
  put_row(Table::notes, noted.transfer, noted.notes);
}
void RowBatch::put(const MoneyStep& step) { put_row(Table::steps, step.content.name, step); }
void RowBatch::put(const LedgerBalance& balance) {
  put_row(Table::ledger, key_of(balance), balance);
}
void RowBatch::put(std::uint32_t epoch, const TransferRecord& record) {
  const codec::RecordKeyParts key{epoch, record.transaction_id, record.owner.view()};
  put_row(Table::records, key, record);
}
void RowBatch::put(const PartitionMeta& meta) { put_row(Table::meta, partition_meta_key, meta); }
void RowBatch::put(Table table, std::string_view key, std::string_view value) {
  put_row(table, key, value);
}

template <class Key>
void RowBatch::remove_row(Table table, const Key& key) {
  put_row(table, key, std::string_view());
  rows_.back().removed = true;
}

void RowBatch::remove(const AccountId& account) { remove_row(Table::accounts, account); }
void RowBatch::remove(const TransferId& transfer) { remove_row(Table::transfers, transfer); }
void RowBatch::remove(const LegKey& leg) { remove_row(Table::legs, leg); }
void RowBatch::remove(const StepName& step) { remove_row(Table::steps, step); }
void RowBatch::remove(const LedgerKey& balance) { remove_row(Table::ledger, balance); }
void RowBatch::remove(Table table, std::string_view key) { remove_row(table, key); }

void RowBatch::take_back() {
  used_ = static_cast<std::size_t>(rows_.back().key_at);
  rows_.pop_back();
}

std::string_view RowBatch::key(std::size_t row) const {
  const Row& at = rows_[row];
  return {bytes_.data() + at.key_at, at.key_size};
}

std::string_view RowBatch::value(std::size_t row) const {
  const Row& at = rows_[row];
  return {bytes_.data() + at.key_at + at.key_size, at.value_size};
}

void RowBatch::append_to(std::vector<StateWrite>& writes) const {
  for (std::size_t i = 0; i < rows_.size(); ++i)
    writes.push_back(
        {rows_[i].table, key(i), rows_[i].removed ? std::nullopt : std::optional(value(i))});
}

void RowBatch::clear() noexcept {
  used_ = 0;
  rows_.clear();
}

namespace {

// What another thread has read of the rows before it let go of them comes before what this thread does next.
void after_the_last_reader([[maybe_unused]] const std::shared_ptr<RowBatch>& rows) {
#ifdef __SANITIZE_THREAD__  // it knows no fences; counting this copy and back reads the counter in acquire order
  [[maybe_unused]] const std::shared_ptr<RowBatch> counted = rows;
#else
  std::atomic_thread_fence(std::memory_order_acquire);
#endif
}

}  // namespace

// A checkpoint's writer reads the rows on another thread and then lets go of them: only after that may
// they be written again.
std::shared_ptr<RowBatch> reusable(std::shared_ptr<RowBatch>& spare) {
  if (!spare || spare.use_count() != 1) return std::make_shared<RowBatch>();
  after_the_last_reader(spare);
  spare->clear();
  return std::exchange(spare, nullptr);
}

}  // namespace florin
