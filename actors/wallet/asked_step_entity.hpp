// The kind of money steps that entities of this partition ask for: one for each until its end is logged, wallet and ledger. They are what
// keeps the fence back that forgets the records of steps (KeptLegs), and are stored by themselves, because whoever asks may be asleep when
// a partition starts: all of them are loaded then, and there are only as many as are under way.
//
// They follow from the states of those who ask (PartitionState::DueRows), so no event is of this kind.
#pragma once

#include <cstdint>
#include <string_view>

#include "actors/entity/kind_table.hpp"
#include "cluster/partition_map.hpp"
#include "domain/wallet/money_step.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

struct AskedStepRow {
  std::uint32_t dirty_at = not_dirty;
  bool stored = false;
  AskedStep step;
  [[nodiscard]] const AskedStep& key() const { return step; }
};

struct HashAskedStep {
  std::size_t operator()(const AskedStep& step) const {
    const std::uint64_t event = step.asked.index * 0x9E3779B97F4A7C15U + step.asked.ordinal;
    return (event ^ static_cast<std::uint64_t>(step.at) << 48U) * 0xD6E8FEB86659FD93U;
  }
};

struct AskedStepEntity {
  using Row = AskedStepRow;
  using Key = AskedStep;
  using Hash = HashAskedStep;
  static constexpr Table table = Table::asked_steps;
  static constexpr std::string_view name = "asked_step";

  static void put(RowBatch& rows, const Row& row) { rows.put(table, asked_step_key(row.step), {}); }
  static void remove(RowBatch& rows, const AskedStep& step) {
    rows.remove(table, asked_step_key(step));
  }
  static Result<Row, Error> decode(std::string_view key, std::string_view value) {
    FLORIN_TRY(step, decode_asked_step(key, value));
    return Row{.step = step};
  }
};

}  // namespace florin
