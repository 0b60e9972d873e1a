// What is the same for all accounts of a partition, and no state.
#pragma once

#include "base/format_level.hpp"
#include "domain/account/account_events.hpp"
#include "domain/transfer/transfer_notes.hpp"

namespace florin {

struct AccountRules {
  const FormatLevels* levels = nullptr;  // outlives it; null: all levels of this program

  // AccountMetadataChanged is known to every node that may have to read it.
  [[nodiscard]] bool may_change_metadata() const {
    return may_write(levels, metadata_changes_level);
  }
  // The same of LegNoted.
  [[nodiscard]] bool may_note() const { return may_write(levels, notes_level); }
};

}  // namespace florin
