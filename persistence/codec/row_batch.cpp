// Keys as in state_codec.cpp, values by state_fields.hpp, straight into the batch.
#include "persistence/codec/row_batch.hpp"

#include <array>
#include <atomic>
#include <concepts>

#include "persistence/codec/state_codec.hpp"
#include "persistence/codec/state_fields.hpp"
// after the descriptions that they use
#include "persistence/codec/field_writer.hpp"

namespace florin {
namespace {

void write_text(codec::ByteSink& sink, std::string_view text) {
  if (!text.empty()) sink.write(text.data(), text.size());
}

template <std::unsigned_integral T>
void write_big_endian(codec::ByteSink& sink, T value) {
  std::array<char, sizeof(T)> bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes[i] =
        static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * (sizeof(T) - 1 - i)) & 0xff);
  sink.write(bytes.data(), bytes.size());
}

void write_transfer_key(codec::ByteSink& sink, const TransferId& id) {
  write_big_endian(sink, id.partition);
  write_big_endian(sink, id.index);
  write_big_endian(sink, id.ordinal);
}

}  // namespace

// `key` writes the key's bytes.
template <class T>
void RowBatch::put_row(Table table, const auto& key, const T& value) {
  codec::ByteSink sink(bytes_, used_);
  key(sink);
  const std::size_t value_at = sink.used();
  if constexpr (std::same_as<T, std::string_view>)
    write_text(sink, value);
  else
    codec::FieldWriter(sink).fields(value);
  rows_.push_back({.key_at = used_,
                   .value_size = static_cast<std::uint32_t>(sink.used() - value_at),
                   .key_size = static_cast<std::uint16_t>(value_at - used_),
                   .table = table});
  used_ = sink.used();
}

void RowBatch::put(const AccountState& account) {
  put_row(
      Table::accounts, [&](codec::ByteSink& sink) { write_text(sink, account.id.view()); },
      account);
}

void RowBatch::put(const TransferState& transfer) {
  put_row(
      Table::transfers, [&](codec::ByteSink& sink) { write_transfer_key(sink, transfer.id); },
      transfer);
}

void RowBatch::put(const Leg& leg) {
  const auto key = [&](codec::ByteSink& sink) {
    write_transfer_key(sink, leg.key.transfer);
    write_big_endian(sink, leg.key.leg);
  };
  put_row(Table::legs, key, leg);
}

void RowBatch::put(std::uint32_t epoch, const TransferRecord& record) {
  const auto key = [&](codec::ByteSink& sink) {
    write_big_endian(sink, epoch);
    write_text(sink, {reinterpret_cast<const char*>(record.transaction_id.bytes.data()),
                      record.transaction_id.bytes.size()});
    write_text(sink, record.owner.view());
  };
  put_row(Table::records, key, record);
}

void RowBatch::put(const PartitionMeta& meta) {
  put_row(
      Table::meta, [](codec::ByteSink& sink) { write_text(sink, partition_meta_key); }, meta);
}

void RowBatch::put(Table table, std::string_view key, std::string_view value) {
  put_row(
      table, [&](codec::ByteSink& sink) { write_text(sink, key); }, value);
}

void RowBatch::remove(Table table, std::string_view key) {
  put(table, key, {});
  rows_.back().removed = true;
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
