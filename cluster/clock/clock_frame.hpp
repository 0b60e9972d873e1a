// Frames with which nodes compare their clocks. Little endian, exactly so long.
//
//   ask      u8 1 | u64 number                   "what does your clock show?"
//   answer   u8 2 | u64 number | i64 time        microseconds since 1970, UTC
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/ids.hpp"

namespace florin {

struct ClockAsk {
  std::uint64_t number = 0;
};
struct ClockAnswer {
  std::uint64_t number = 0;
  Timestamp time;  // 1970 to 2255: no sum with it can overflow
};
using ClockFrame = std::variant<ClockAsk, ClockAnswer>;

std::string encode_clock_frame(const ClockFrame& frame);
// None: it is not one.
std::optional<ClockFrame> decode_clock_frame(std::string_view bytes);

}  // namespace florin
