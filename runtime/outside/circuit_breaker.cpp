// Closed, open, probing.
#include "runtime/outside/circuit_breaker.hpp"

#include <algorithm>

namespace florin::outside {

bool CircuitBreaker::would_pass(std::int64_t now_us) const {
  switch (state_) {
    case State::closed: return true;
    case State::open: return now_us >= open_until_us_;
    case State::probing: return false;
  }
  return false;
}

bool CircuitBreaker::lets_pass(std::int64_t now_us) {
  if (!would_pass(now_us)) return false;
  if (state_ == State::open) state_ = State::probing;
  return true;
}

void CircuitBreaker::open(std::int64_t now_us) {
  state_ = State::open;
  failures_ = 0;
  open_until_us_ = now_us + std::chrono::microseconds(open_time_).count();
  open_time_ = std::min(open_time_ * 2, rules_.open_time_max);
}

// While it is open only what was under way before ends: that is no news.
bool CircuitBreaker::note(PartyVerdict verdict, std::int64_t now_us) {
  if (state_ == State::open) return false;
  switch (verdict) {
    case PartyVerdict::good:
    case PartyVerdict::throttled:  // it is there: the concurrency's concern
      state_ = State::closed;
      failures_ = 0;
      open_time_ = rules_.open_time_min;
      return false;
    case PartyVerdict::failed:
      if (state_ == State::closed && ++failures_ < rules_.failures_max) return false;
      break;
    case PartyVerdict::denied: break;
  }
  open(now_us);
  return true;
}

void CircuitBreaker::forget_probe() {
  if (state_ == State::probing) state_ = State::open;
}

}  // namespace florin::outside
