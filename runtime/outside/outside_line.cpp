// First come, first called.
#include "runtime/outside/outside_line.hpp"

#include <algorithm>
#include <utility>

namespace florin::outside {

std::optional<psp::HttpFault> OutsideLine::add(OutsideCall& call, std::int64_t now_us) {
  // Behind a probe somebody may wait: it ends soon, one way or the other.
  if (breaker_.state() == CircuitBreaker::State::open && !breaker_.would_pass(now_us))
    return psp::HttpFault::breaker_open;
  if (waiting_.size() >= party_.waiting_max) return psp::HttpFault::queue_full;
  const std::int64_t until = now_us + std::chrono::microseconds(party_.waiting_time_max).count();
  waiting_.push_back({std::move(call), until});
  publish();
  return std::nullopt;
}

std::optional<OutsideCall> OutsideLine::next(std::int64_t now_us) {
  if (waiting_.empty() || !concurrency_.has_room(now_us) || !breaker_.lets_pass(now_us))
    return std::nullopt;
  OutsideCall call = std::move(waiting_.front().call);
  waiting_.pop_front();
  concurrency_.begin();
  publish();
  return call;
}

bool OutsideLine::ended(PartyVerdict verdict, std::int64_t now_us, std::int64_t pause_us) {
  concurrency_.end(verdict, now_us, pause_us);
  const bool has_opened = breaker_.note(verdict, now_us);
  if (has_opened) metrics_.breaker_opened.add();
  publish();
  return has_opened;
}

void OutsideLine::abandoned(std::int64_t now_us) {
  concurrency_.end(PartyVerdict::failed, now_us, 0);
  breaker_.forget_probe();
  publish();
}

std::vector<OutsideCall> OutsideLine::take_late(std::int64_t now_us) {
  std::vector<OutsideCall> late;
  while (!waiting_.empty() && waiting_.front().until_us <= now_us) {
    late.push_back(std::move(waiting_.front().call));
    waiting_.pop_front();
  }
  if (!late.empty()) publish();
  return late;
}

std::vector<OutsideCall> OutsideLine::take_all() {
  std::vector<OutsideCall> all;
  for (Waiting& one : std::exchange(waiting_, {})) all.push_back(std::move(one.call));
  publish();
  return all;
}

std::optional<std::int64_t> OutsideLine::next_change_us(std::int64_t now_us) const {
  if (waiting_.empty()) return std::nullopt;
  std::int64_t change = waiting_.front().until_us;
  for (const std::int64_t at : {concurrency_.paused_until_us(), breaker_.open_until_us()})
    if (at > now_us) change = std::min(change, at);
  return change;
}

void OutsideLine::publish() {
  metrics_.breaker.set(static_cast<std::uint64_t>(breaker_.state()));
  metrics_.under_way.set(concurrency_.under_way());
  metrics_.under_way_limit.set(concurrency_.limit());
  metrics_.waiting.set(waiting_.size());
}

}  // namespace florin::outside
