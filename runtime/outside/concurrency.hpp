// Concurrency: how many calls a party has under way. A party that says "too many" gets half as many from then on, and nothing
// before the time it names; each full round that went well gives it one more. Pure: time comes in.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/outside/call_end.hpp"

namespace florin::outside {

class Concurrency {
 public:
  static constexpr std::int64_t pause_us_max = 60'000'000;

  explicit Concurrency(std::size_t under_way_max) : most_(under_way_max), limit_(under_way_max) {}

  [[nodiscard]] bool has_room(std::int64_t now_us) const {
    return under_way_ < limit_ && now_us >= paused_until_us_;
  }
  void begin() { ++under_way_; }
  // `pause_us`: of a 429, how long it wants to be left alone; bounded.
  void end(PartyVerdict verdict, std::int64_t now_us, std::int64_t pause_us);

  [[nodiscard]] std::size_t under_way() const { return under_way_; }
  [[nodiscard]] std::size_t limit() const { return limit_; }
  [[nodiscard]] std::int64_t paused_until_us() const { return paused_until_us_; }

 private:
  std::size_t most_;
  std::size_t limit_;
  std::size_t under_way_ = 0;
  std::size_t good_ = 0;  // since the limit last changed
  std::int64_t paused_until_us_ = 0;
};

}  // namespace florin::outside
