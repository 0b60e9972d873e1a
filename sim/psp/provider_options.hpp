// ProviderOptions: how bad the way to the simulated provider is, and its payers.
#pragma once

#include <cstdint>

#include "sim/ports/event_queue.hpp"

namespace florin::sim {

// All in permille of calls, or of webhooks, if they are not times.
struct ProviderOptions {
  SimTime takes_min = millisecond;
  SimTime takes_max = 300 * millisecond;
  SimTime time_out = 2 * second;
  SimTime late_max = 10 * second;
  SimTime payer_patience_max = 5 * second;
  std::int64_t page_life_s_min = 10;     // the real one: 30 minutes
  std::int64_t page_life_s_max = 1'200;  // a day
  std::uint32_t not_sent_permille = 50;
  std::uint32_t lost_before_permille = 70;
  std::uint32_t lost_after_permille = 70;
  std::uint32_t silent_permille = 300;  // of what is lost: no time-out tells
  std::uint32_t late_permille = 40;
  std::uint32_t twice_permille = 60;
  std::uint32_t sent_twice_permille = 20;
  std::uint32_t cut_permille = 40;        // or unreadable
  std::uint32_t failed_permille = 60;     // 500
  std::uint32_t busy_permille = 20;       // 409
  std::uint32_t throttled_permille = 30;  // 429
  std::uint32_t denied_permille = 10;     // 401
  std::uint32_t hint_lost_permille = 200;
  std::uint32_t hint_twice_permille = 150;
  std::uint32_t hint_untrue_permille = 100;
};

}  // namespace florin::sim
