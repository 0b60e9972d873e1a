// What became of a webhook of a payment provider: how it is counted, and whether anybody has to look at it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace florin {

enum class WebhookEnd : std::uint8_t {
  taken = 0,          // in the log, as a hint to its order
  foreign = 1,        // about nothing of ours: somebody else's of the same account
  other_cluster = 2,  // of another Florin
  other_mode = 3,     // of a test where we are live, or the other way round
  unknown_order = 4,  // names us, and an order that nobody knows
  bad_signature = 5,
  malformed = 6,   // signed, and no event
  not_logged = 7,  // not in the log in time: its provider sends it again
};
inline constexpr std::array<std::string_view, 8> webhook_end_names{
    "taken",         "foreign",       "other_cluster", "other_mode",
    "unknown_order", "bad_signature", "malformed",     "not_logged"};
constexpr std::string_view to_string(WebhookEnd end) {
  return webhook_end_names[static_cast<std::size_t>(end)];
}

// Never normal.
constexpr bool is_alarming(WebhookEnd end) {
  return end == WebhookEnd::other_cluster || end == WebhookEnd::other_mode ||
         end == WebhookEnd::unknown_order;
}

}  // namespace florin
