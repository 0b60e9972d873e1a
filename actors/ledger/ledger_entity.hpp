// The kind of the ledger's balances: awake when needed. One for each account and currency that an entry of this partition names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/entity/event_sides.hpp"
#include "actors/entity/kind_table.hpp"
#include "actors/entity/stored_as.hpp"
#include "domain/events.hpp"
#include "domain/ledger/ledger_books.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

struct LedgerRow {
  LedgerBalance state;
  LogIndex modified = 0;
  std::uint32_t dirty_at = not_dirty;
  bool referenced = false;
  bool stored = false;
  [[nodiscard]] LedgerKey key() const { return key_of(state); }
};

struct HashLedgerKey {
  std::size_t operator()(const LedgerKey& key) const {
    return hash64(key.account.name) ^
           (hash64(key.currency.view()) + static_cast<std::uint64_t>(key.account.kind)) *
               0x9E3779B97F4A7C15U;
  }
};

struct LedgerSides {
  static void evolve(auto& balances, const LedgerEntryPosted& event, const EventStamp& stamp) {
    for (const EntryLine& line : event.lines)
      balances.change({event.step->currency, line.account},
                      [&](LedgerBalance& balance) { florin::evolve(balance, line, stamp.at); });
  }
};

struct LedgerEntity : StoredAs<LedgerRow, &LedgerRow::state, decode_ledger_balance> {
  using Sides = LedgerSides;
  using Row = LedgerRow;
  using Key = LedgerKey;
  using Hash = HashLedgerKey;
  static constexpr Table table = Table::ledger;
  static constexpr std::string_view name = "ledger_balance";
  static constexpr std::size_t resident_max = 65'536;

  static std::string key_bytes(const LedgerKey& key) { return ledger_key(key); }
};

}  // namespace florin
