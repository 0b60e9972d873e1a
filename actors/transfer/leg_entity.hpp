// The kind of legs: all that are kept, beside the account that each is about.
#pragma once

#include <cstdint>
#include <string_view>

#include "actors/entity/kind_table.hpp"
#include "actors/transfer/transfer_entity.hpp"
#include "domain/transfer/leg.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

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

}  // namespace florin
