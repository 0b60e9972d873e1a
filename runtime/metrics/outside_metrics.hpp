// OutsideMetrics: what a node tells of one of those whom it calls. Any thread; written by the executor of calls.
#pragma once

#include <array>
#include <string>

#include "psp/http_message.hpp"
#include "runtime/metrics/instruments.hpp"

namespace florin {

struct OutsideMetrics {
  explicit OutsideMetrics(std::string name) : party(std::move(name)) {}

  static constexpr std::size_t ends = 5;     // psp::HttpEnd
  static constexpr std::size_t faults = 13;  // psp::HttpFault
  static constexpr std::uint64_t ms = 1'000'000;

  const std::string party;
  std::array<Counter, ends> ended;         // [HttpEnd], every call that was asked for and answered
  std::array<Counter, faults> failed;      // [HttpFault]
  std::array<Counter, 6> by_status_class;  // [0] none, 1xx to 5xx
  Counter sent_twice;                      // to be looked into
  Counter repeated;                        // asked for while it was under way: not sent again
  Counter breaker_opened;
  Gauge breaker;  // 0 closed, 1 open, 2 probing
  Gauge under_way;
  Gauge under_way_limit;
  Gauge waiting;
  Histogram duration{5 * ms,      10 * ms,     25 * ms,    50 * ms,    100 * ms,
                     250 * ms,    500 * ms,    1'000 * ms, 2'500 * ms, 5'000 * ms,
                     10'000 * ms, 20'000 * ms, 60'000 * ms};  // nanoseconds, of what was sent
};

}  // namespace florin
