// The kind of legs: all that are kept, beside the account that each is about.
#pragma once

#include <cstdint>
#include <string_view>

#include "actors/entity/kind_table.hpp"
#include "actors/entity/stored_as.hpp"
#include "actors/transfer/leg_hints.hpp"
#include "actors/transfer/leg_sides.hpp"
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

struct LegEntity : StoredAs<LegRow, &LegRow::leg, decode_leg> {
  using Sides = LegSides;
  using Hints = LegHints;
  using Row = LegRow;
  using Key = LegKey;
  using Hash = HashLegKey;
  static constexpr Table table = Table::legs;
  static constexpr std::string_view name = "leg";
};

}  // namespace florin
