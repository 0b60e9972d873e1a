// The kind of money steps: all that are kept, beside the account that each is about.
#pragma once

#include <cstdint>
#include <string_view>

#include "actors/entity/kind_table.hpp"
#include "actors/entity/stored_as.hpp"
#include "actors/wallet/step_sides.hpp"
#include "domain/wallet/money_step.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

struct MoneyStepRow {
  std::uint32_t dirty_at = not_dirty;
  bool stored = false;
  MoneyStep step;
  [[nodiscard]] const StepName& key() const { return step.content.name; }
};

struct HashStepName {
  std::size_t operator()(const StepName& name) const {
    const auto parts = static_cast<std::uint64_t>(name.n) << 16U |
                       static_cast<std::uint64_t>(name.rule) << 8U |
                       static_cast<std::uint64_t>(name.origin);
    return hash64(name.id) ^ parts * 0x9E3779B97F4A7C15U;
  }
};

struct MoneyStepEntity : StoredAs<MoneyStepRow, &MoneyStepRow::step, decode_money_step> {
  using Sides = MoneyStepSides;
  using Row = MoneyStepRow;
  using Key = StepName;
  using Hash = HashStepName;
  static constexpr Table table = Table::steps;
  static constexpr std::string_view name = "money_step";
};

}  // namespace florin
