// Step: one input's work on the state. Ids, time and events of the step come from here; close() gives the events to
// the endpoints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apps/florin_psp/core/state.hpp"

namespace florin::sandbox {

// Of webhooks that were not taken: seconds until the next try. Then no more (Stripe: three days; in a sandbox hours).
inline constexpr std::int64_t webhook_backoff_s[] = {1, 2, 5, 15, 60, 300, 900, 3'600, 7'200};

class Step {
 public:
  // `now_ms`: of the real clock. `call`: whose step it is; nullptr: of a timer.
  Step(State& state, const Settings& settings, std::int64_t now_ms, const Call* call)
      : state_(state), settings_(settings), now_ms_(now_ms), call_(call) {}

  [[nodiscard]] State& state() noexcept { return state_; }
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] std::int64_t now_s() const noexcept {
    return now_ms_ / 1'000 + state_.clock_offset_s;
  }
  // Where pages are: "http://host:port".
  [[nodiscard]] std::string base_url() const;

  // "<prefix>_" and 24 characters.
  std::string new_id(std::string_view prefix);
  void wake_at(std::int64_t seconds, const std::string& object_id);
  void forget_timer(std::int64_t seconds, const std::string& object_id);

  // An event about an object as it is now.
  void emit(std::string_view type, const Metadata& metadata, std::string object_json);
  // Sends what was emitted, as the faults of its order will have it.
  void close();

 private:
  void send(const std::vector<std::string>& events, const std::string& order);
  void send_to(const WebhookEndpoint& endpoint, const std::string& event, std::int64_t due_ms);
  void contradict(const std::string& order);

  State& state_;
  const Settings& settings_;
  std::int64_t now_ms_;
  const Call* call_;
  std::vector<std::string> emitted_;  // event ids
};

// metadata[payment_order_id], or empty.
std::string order_of(const Metadata& metadata);
bool wants(const WebhookEndpoint& endpoint, std::string_view event_type);

}  // namespace florin::sandbox
