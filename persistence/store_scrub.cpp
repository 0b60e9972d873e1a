// Sums of rows, and of the money in them.
#include "persistence/store_scrub.hpp"

#include "persistence/codec/state_codec.hpp"

namespace florin {

void StoreScrub::add(std::string_view key, std::string_view value, std::uint64_t checksum,
                     int sign) {
  digest_.rows += static_cast<std::uint64_t>(sign);
  digest_.sum += sign > 0 ? UnsignedWideMinor{checksum} : -UnsignedWideMinor{checksum};
  if (table_ != Table::accounts) return;
  // One that does not decode is missing in the sums, which says it.
  if (const auto account = decode_account(key, value))
    posted_[account->currency] += sign * WideMinor{account->posted()};
}

void StoreScrub::look_at(std::string_view key, std::string_view value, std::uint64_t checksum) {
  after_ = key;
  add(key, value, checksum, 1);
}

void StoreScrub::replaced(Table table, std::string_view key, std::string_view value,
                          std::uint64_t checksum) {
  if (has_seen(table, key)) add(key, value, checksum, -1);
}

void StoreScrub::written(Table table, std::string_view key, std::string_view value,
                         std::uint64_t checksum) {
  if (has_seen(table, key)) add(key, value, checksum, 1);
}

const char* StoreScrub::against(const TableDigest& kept,
                                const std::optional<PartitionMeta>& meta) const {
  if (digest_ != kept) return "rows are missing, or others are there";
  if (table_ != Table::accounts || !meta) return nullptr;
  std::map<Currency, WideMinor> posted = posted_;
  for (const CurrencySums& sums : meta->sums) {
    if (sums.accounts_posted + sums.clearing != 0) return "the books do not balance";
    if (posted[sums.currency] != sums.accounts_posted)
      return "the accounts do not add up to the running sums";
    posted.erase(sums.currency);
  }
  for (const auto& [currency, sum] : posted)
    if (sum != 0) return "the accounts do not add up to the running sums";
  return nullptr;
}

bool StoreScrub::next_table() {
  after_.clear();
  digest_ = {};
  posted_.clear();
  const auto next = static_cast<std::size_t>(table_) + 1;
  table_ = next < table_count ? static_cast<Table>(next) : Table::accounts;
  return next == table_count;
}

}  // namespace florin
