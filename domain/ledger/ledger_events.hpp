// Events of the ledger, in the log of the partition of the wallet account that an entry is about, or of who asked where it is
// about none. Nothing posted is ever changed or removed: a mistake is corrected by another entry, which says which one it
// reverses.
//
// They are stored: what holds for all events is in domain/events.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "base/boxed.hpp"
#include "base/joined_variant.hpp"
#include "base/wire_number.hpp"
#include "domain/ledger/ledger_entry.hpp"
#include "domain/wallet/money_step.hpp"

namespace florin {

// One entry. Its id is the text of the step's name ("payment/po-1/card_success/1"), its position that of the event, and
// `posted_at` the time of the log's entry. Origin, rule and currency are the step's.
struct LedgerEntryPosted {
  static constexpr WireNumber wire{90, 2};
  static constexpr std::string_view event_name = "ledger_entry_posted";

  Boxed<StepContent> step;      // an event of transfers needs no room for it
  std::int32_t value_date = 0;  // UTC day number: the day whose books it is in
  std::string actor;            // who asked for it: "florin", or an operator's name
  std::string reverses;         // id of the entry that it takes back; empty: none
  std::vector<EntryLine> lines;

  bool operator==(const LedgerEntryPosted&) const = default;

  static constexpr std::array field_names{"step", "value_date", "actor", "reverses", "lines"};
  static auto fields(auto& self) {
    return std::tie(self.step, self.value_date, self.actor, self.reverses, self.lines);
  }
};

using AnyLedgerEvent = std::variant<LedgerEntryPosted>;

template <class E>
concept LedgerEvent = AlternativeOf<E, AnyLedgerEvent>;

// A person's name, or ours; longer ones are cut by nobody: they are refused where they come in.
inline constexpr std::size_t ledger_actor_size_max = 64;

}  // namespace florin
