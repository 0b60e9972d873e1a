// The kinds of entities that a partition keeps, each declared once: its row in memory, its key, its table in the store, and
// how it becomes bytes. KindTable makes the rest of it. Add a kind here, to the list at the end.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <string_view>

#include "actors/messages.hpp"
#include "actors/partition/kind_table.hpp"
#include "cluster/partition_map.hpp"
#include "domain/account/account_state.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/transfer_state.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

// --- accounts: awake when needed --------------------------------------------------------------------------

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

struct AccountEntity {
  using Row = AccountRow;
  using Key = AccountId;
  using Hash = HashAccountId;
  static constexpr Table table = Table::accounts;
  static constexpr std::string_view name = "account";

  static void put(RowBatch& rows, const Row& row) { rows.put(row.state); }
  // In a table of its own, too: so a row that is lost is told from one that never was.
  static void put_first(RowBatch& rows, const Row& row) {
    rows.put(Table::names, row.state.id.view(), {});
  }
  static void remove(RowBatch& rows, const Key& id) { rows.remove(table, id.view()); }
  static Result<Row, Error> decode(std::string_view key, std::string_view value) {
    FLORIN_TRY(state, decode_account(key, value));
    Row row;
    row.state = std::move(state);
    return row;
  }
};

// --- transfers: all that are open ---------------------------------------------------------------------------

struct TransferRow {
  TransferState state;
  std::uint32_t dirty_at = not_dirty;
  bool stored = false;
  // Not state: who waits here for the end, how often what is owed was sent again, and when it is next.
  boost::container::small_vector<RequestId, 1> waiters;
  std::uint32_t resends = 0;
  Timestamp resend_at;
  // Of one without a deadline, as this leader counts it from its first look: in the partition's time, put off by what
  // that jumps when a clock is confirmed. None: not yet.
  Timestamp try_ends;

  void put_away() {  // all but the state
    dirty_at = not_dirty;
    stored = false;
    waiters.clear();
    resends = 0;
    resend_at = try_ends = {};
  }
  [[nodiscard]] const TransferId& key() const { return state.id; }
};

// The last three bits are the ordinal's: transfers that started one after the other lie side by side in an
// index, eight places to a cache line, and are asked for one after the other, too.
struct HashTransferId {
  std::size_t operator()(const TransferId& id) const {
    std::uint64_t x =
        id.index * 0x9E3779B97F4A7C15U ^ (std::uint64_t{id.ordinal >> 3} << 20 | id.partition);
    x ^= x >> 32;
    x *= 0xD6E8FEB86659FD93U;
    return ((x ^ x >> 32) & ~std::uint64_t{7}) | (id.ordinal & 7);
  }
};

struct TransferEntity {
  using Row = TransferRow;
  using Key = TransferId;
  using Hash = HashTransferId;
  static constexpr Table table = Table::transfers;
  static constexpr std::string_view name = "transfer";

  // Not HashTransferId, which may change: times of resends are part of what a history gives.
  static std::uint64_t jitter(const Key& id) {
    std::uint64_t x =
        id.index * 0x9E3779B97F4A7C15U ^ (std::uint64_t{id.ordinal} << 20 | id.partition);
    x ^= x >> 32;
    x *= 0xD6E8FEB86659FD93U;
    return x ^ x >> 32;
  }
  static void put(RowBatch& rows, const Row& row) { rows.put(row.state); }
  static void remove(RowBatch& rows, const Key& id) { rows.remove(table, transfer_key(id)); }
  static Result<Row, Error> decode(std::string_view key, std::string_view value) {
    FLORIN_TRY(state, decode_transfer(key, value));
    Row row;
    row.state = std::move(state);
    return row;
  }
};

// --- legs: all that are kept ------------------------------------------------------------------------------

struct LegRow {
  std::uint32_t dirty_at = not_dirty;
  bool stored = false;
  Leg leg;  // its key beside them: what goes away is not read any further
  [[nodiscard]] const LegKey& key() const { return leg.key; }
};

struct HashLegKey {
  std::size_t operator()(const LegKey& key) const {
    return HashTransferId{}(key.transfer) + key.leg * 0x9E3779B97F4A7C10U;
  }
};

struct LegEntity {
  using Row = LegRow;
  using Key = LegKey;
  using Hash = HashLegKey;
  static constexpr Table table = Table::legs;
  static constexpr std::string_view name = "leg";

  static void put(RowBatch& rows, const Row& row) { rows.put(row.leg); }
  static void remove(RowBatch& rows, const Key& key) { rows.remove(table, leg_key(key)); }
  static Result<Row, Error> decode(std::string_view key, std::string_view value) {
    FLORIN_TRY(leg, decode_leg(key, value));
    Row row;
    row.leg = std::move(leg);
    return row;
  }
};

// --- the list ---------------------------------------------------------------------------------------------

// In the order of their rows in a checkpoint.
using EntityTables = KindTables<AccountEntity, LegEntity, TransferEntity>;

}  // namespace florin
