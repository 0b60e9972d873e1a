// CircuitBreaker: whether a party is called at all. Who failed several times in a row, or said that our credential is not taken, is
// left alone for a while; then one call finds out, and what it finds decides. Pure: time comes in.
//
// What is held back was certainly not sent, so whoever wanted it may try again under the same key.
#pragma once

#include <cstdint>

#include "runtime/outside/call_end.hpp"
#include "runtime/outside/outside_party.hpp"

namespace florin::outside {

class CircuitBreaker {
 public:
  enum class State : std::uint8_t { closed = 0, open = 1, probing = 2 };

  explicit CircuitBreaker(BreakerRules rules) : rules_(rules), open_time_(rules.open_time_min) {}

  // Whether a call may begin at `now_us` (of a clock that is never set). Yes while it is open makes that call the probe.
  bool lets_pass(std::int64_t now_us);
  // Without asking: would it?
  [[nodiscard]] bool would_pass(std::int64_t now_us) const;
  // A call has ended. True: it opened by that.
  bool note(PartyVerdict verdict, std::int64_t now_us);
  // The probe has ended without saying anything of the party: another one may follow.
  void forget_probe();

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::int64_t open_until_us() const { return open_until_us_; }

 private:
  void open(std::int64_t now_us);

  BreakerRules rules_;
  State state_ = State::closed;
  std::uint32_t failures_ = 0;  // in a row
  Milliseconds open_time_;      // of the next opening
  std::int64_t open_until_us_ = 0;
};

}  // namespace florin::outside
