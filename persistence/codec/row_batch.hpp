// RowBatch: encoded rows of the StateStore, one behind the other in one piece of memory. A checkpoint has
// hundreds of thousands of rows: no row allocates, and the same memory serves checkpoint after checkpoint.
// Filled by one thread; read by any once nobody fills it any more.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/account/account_state.hpp"
#include "domain/ledger/ledger_books.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/transfer_notes.hpp"
#include "domain/transfer/transfer_state.hpp"
#include "domain/wallet/money_step.hpp"
#include "persistence/codec/partition_meta.hpp"
#include "persistence/state_store.hpp"

namespace florin {

class RowBatch {
 public:
  static constexpr std::size_t spare_bytes_max = std::size_t{2}
                                                 << 20;  // of memory kept for the next use

  void put(const AccountState& account);
  void put(const TransferState& transfer);
  void put(const Leg& leg);
  void put(const NotedTransfer& noted);
  void put(const MoneyStep& step);
  void put(const LedgerBalance& balance);
  void put(std::uint32_t epoch, const TransferRecord& record);
  void put(const PartitionMeta& meta);
  void put(Table table, std::string_view key, std::string_view value);
  // What a put() of its state has written.
  void remove(const AccountId& account);
  void remove(const TransferId& transfer);
  void remove(const LegKey& leg);
  void remove(const StepName& step);
  void remove(const LedgerKey& balance);
  void remove(Table table, std::string_view key);
  // The newest row was put too early.
  void take_back();

  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  [[nodiscard]] std::size_t memory() const noexcept {
    return bytes_.capacity() + rows_.capacity() * sizeof(Row);
  }
  [[nodiscard]] std::string_view key(std::size_t row) const;
  [[nodiscard]] std::string_view value(std::size_t row) const;  // empty for a removed one
  // Views into this batch: valid until it changes.
  void append_to(std::vector<StateWrite>& writes) const;
  // Forgets the rows and keeps the memory.
  void clear() noexcept;

 private:
  struct Row {
    std::uint64_t key_at = 0;  // the value follows the key
    std::uint32_t value_size = 0;
    std::uint16_t key_size = 0;
    Table table = Table::meta;
    bool removed = false;
  };
  template <class Key, class T>
  void put_row(Table table, const Key& key, const T& value);
  template <class Key>
  void remove_row(Table table, const Key& key);

  std::string bytes_;  // longer than `used_`: the codec writes ahead of its size
  std::size_t used_ = 0;
  std::vector<Row> rows_;
};

// `spare` emptied, if nobody else holds it any more (then it is null afterwards); else a new one.
std::shared_ptr<RowBatch> reusable(std::shared_ptr<RowBatch>& spare);

}  // namespace florin
