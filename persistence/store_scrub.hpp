// StoreScrub: a look at all rows of a store, some at a time, while it is written: how far it is, and the sums of what lies up to
// there. What is written behind it changes these sums, so that at the end of a table they are those of the table as it is.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"
#include "persistence/codec/partition_meta.hpp"
#include "persistence/state_store.hpp"
#include "persistence/table_digest.hpp"

namespace florin {

class StoreScrub {
 public:
  [[nodiscard]] Table table() const { return table_; }
  [[nodiscard]] const std::string& after() const {
    return after_;
  }  // the last row looked at; empty = none

  // The next row.
  void look_at(std::string_view key, std::string_view value, std::uint64_t checksum);
  // Of a write: a row goes, a row comes.
  void replaced(Table table, std::string_view key, std::string_view value, std::uint64_t checksum);
  void written(Table table, std::string_view key, std::string_view value, std::uint64_t checksum);
  // What the sums of a finished table say against those that were kept; null = nothing. `meta`: with Table::accounts.
  [[nodiscard]] const char* against(const TableDigest& kept,
                                    const std::optional<PartitionMeta>& meta) const;
  [[nodiscard]] bool is_in_last_table() const {
    return static_cast<std::size_t>(table_) + 1 == table_count;
  }
  // To the next table. True: that was the last one, a round is over.
  bool next_table();

 private:
  [[nodiscard]] bool has_seen(Table table, std::string_view key) const {
    return table == table_ && key <= after_;
  }
  void add(std::string_view key, std::string_view value, std::uint64_t checksum, int sign);

  Table table_ = Table::accounts;
  std::string after_;
  TableDigest digest_;
  std::map<Currency, WideMinor> posted_;  // of accounts
};

}  // namespace florin
