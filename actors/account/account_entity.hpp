// The kind of accounts: awake when needed. Its row in memory, its key, its table in the store, and how it becomes bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "actors/account/account_hints.hpp"
#include "actors/account/account_messages.hpp"
#include "actors/account/account_sides.hpp"
#include "actors/entity/kind_table.hpp"
#include "actors/entity/stored_as.hpp"
#include "cluster/partition_map.hpp"
#include "domain/account/account_state.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

struct AccountRow {
  void put_away() { state.metadata.reset(); }

  AccountState state;
  LogIndex modified = 0;
  std::uint32_t dirty_at = not_dirty;
  bool referenced = false;
  bool stored = false;  // and has its name
  [[nodiscard]] const AccountId& key() const { return state.id; }
};

struct HashAccountId {
  // Only ever in memory. Ids that lie inline need no loop over their characters.
  std::size_t operator()(const AccountId& id) const {
    if (id.size() > AccountId::inline_max) [[unlikely]]
      return hash64(id.view());
    const AccountId::Words words = id.words();
    return folded(words[0] ^ 0x9E3779B97F4A7C15U, words[1] ^ 0xD6E8FEB86659FD93U) ^
           folded(words[2] ^ 0xA0761D6478BD642FU, words[3] ^ 0xE7037ED1A0B428DBU) ^
           folded(words[4] ^ 0x8EBC6AF09C88C6E3U, id.size() ^ 0x589965CC75374CC3U);
  }

 private:
  static std::uint64_t folded(std::uint64_t a, std::uint64_t b) {  // both halves of the product
    const auto product = static_cast<UnsignedWideMinor>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
};

struct AccountEntity : StoredAs<AccountRow, &AccountRow::state, decode_account> {
  using Messages = AccountMessages;
  using Sides = AccountSides;
  using Hints = AccountHints;
  using Row = AccountRow;
  using Key = AccountId;
  using Hash = HashAccountId;
  static constexpr Table table = Table::accounts;
  static constexpr std::string_view name = "account";

  // In a table of its own, too: so a row that is lost is told from one that never was.
  static void put_first(RowBatch& rows, const Row& row) {
    rows.put(Table::names, row.state.id.view(), {});
  }
};

}  // namespace florin
