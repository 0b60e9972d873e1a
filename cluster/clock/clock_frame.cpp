// To bytes and back, with a bound on the time.
#include "cluster/clock/clock_frame.hpp"

#include "base/little_endian.hpp"
#include "base/overloaded.hpp"

namespace florin {
namespace {

constexpr char kind_ask = 1;
constexpr char kind_answer = 2;
constexpr std::size_t ask_bytes = 1 + 8;
constexpr std::size_t answer_bytes = 1 + 8 + 8;
constexpr std::int64_t time_max_us = 9'007'199'254'740'992;  // 2^53

}  // namespace

std::string encode_clock_frame(const ClockFrame& frame) {
  std::string out;
  visit(Overloaded{[&](const ClockAsk& ask) {
                     out += kind_ask;
                     append_le(out, ask.number);
                   },
                   [&](const ClockAnswer& answer) {
                     out += kind_answer;
                     append_le(out, answer.number);
                     append_le(out, static_cast<std::uint64_t>(answer.time.us));
                   }},
        frame);
  return out;
}

std::optional<ClockFrame> decode_clock_frame(std::string_view bytes) {
  if (bytes.size() == ask_bytes && bytes[0] == kind_ask)
    return ClockAsk{load_le<std::uint64_t>(bytes.substr(1))};
  if (bytes.size() != answer_bytes || bytes[0] != kind_answer) return std::nullopt;
  const auto time = load_le<std::uint64_t>(bytes.substr(1 + 8));
  if (time > static_cast<std::uint64_t>(time_max_us)) return std::nullopt;
  return ClockAnswer{load_le<std::uint64_t>(bytes.substr(1)), {static_cast<std::int64_t>(time)}};
}

}  // namespace florin
