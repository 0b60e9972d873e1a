// What is the same for all transfers of a partition, and no state.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/format_level.hpp"
#include "base/limits.hpp"
#include "domain/transfer/transfer_events.hpp"

namespace florin {

struct TransferRules {
  std::int64_t try_timeout_us = limits::try_timeout_us;
  std::size_t open_transfers_max = limits::open_transfers_max;  // to other partitions; by postings
  const FormatLevels* levels = nullptr;  // outlives it; null: all levels of this program

  // False while a node of the cluster does not know TransferNoted: then a transfer with notes is not taken.
  [[nodiscard]] bool records_notes() const { return may_write(levels, notes_level); }
  // False while a node of the cluster does not know transactions: then none is taken.
  [[nodiscard]] bool records_transactions() const { return may_write(levels, transactions_level); }
  // False while a node of the cluster does not know SidedRefusal: then nobody is told whose account it is about.
  [[nodiscard]] bool records_sides() const { return may_write(levels, SidedRefusal::wire.level); }
  // False while a node of the cluster does not know CancelDecided: then a refusal is heard at the end, as it was before.
  [[nodiscard]] bool refuses_at_the_decision() const {
    return may_write(levels, CancelDecided::wire.level);
  }
};

}  // namespace florin
