// LegHistory: what a partition's log says of the explored transfer, counted event by event. Counted from the log
// and not taken from the state, so that what the state forgets (or gets wrong) is still held against it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "sim/explore/explore_case.hpp"

namespace florin::sim {

struct LegHistory {
  struct Leg {
    std::uint8_t tried = 0;
    std::uint8_t posted = 0;  // confirmed, or applied
    std::uint8_t undone = 0;  // reservation released, or step compensated
    std::uint8_t refused = 0;
    std::uint8_t flagged = 0;  // cancelled before it was tried
  };
  std::array<Leg, 4> legs{};
  std::uint8_t started = 0;
  std::uint8_t decided_confirm = 0;
  std::uint8_t decided_cancel = 0;
  std::uint8_t completed = 0;
  std::uint8_t cancelled = 0;
  std::uint8_t noes_put_off = 0;     // answers to a Try or Apply that decided nothing
  std::uint8_t last_steps_sent = 0;  // of a saga: its last step may have left since

  [[nodiscard]] std::string text() const;
};

// `text` (may be null) gets the names of the events of entries from `from` on.
LegHistory read_history(const std::vector<LogBytes>& log, const TransferId& transfer,
                        std::size_t from = 0, std::string* text = nullptr);

// At most one posting per leg; nothing posted and given back in TC/C, nothing given back that was not taken; the
// decision is one, at once when there is a no, and the end is its. None = all is well.
std::optional<std::string> contradiction_in(const LegHistory& history, Protocol protocol);

// Of a turn that began after the deadline: no TC/C transfer was decided to confirm, and no saga's last step was sent for
// the first time. Its coordinator may hear of it late, and participants judge no deadline.
std::optional<std::string> too_late(const LegHistory& before, const LegHistory& after,
                                    Protocol protocol);

}  // namespace florin::sim
