// OutsideLine: those who wait for one party, and whether the next of them may begin: breaker, concurrency, time. Pure: time
// comes in; the executor makes the calls that it gives out.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "actors/messages/outside_call.hpp"
#include "runtime/metrics/outside_metrics.hpp"
#include "runtime/outside/circuit_breaker.hpp"
#include "runtime/outside/concurrency.hpp"
#include "runtime/outside/outside_party.hpp"

namespace florin::outside {

class OutsideLine {
 public:
  // Both outlive it.
  OutsideLine(const OutsideParty& party, OutsideMetrics& metrics)
      : party_(party),
        metrics_(metrics),
        breaker_(party.breaker),
        concurrency_(party.under_way_max) {
    publish();
  }

  // Why it cannot even wait; nullopt: it waits.
  std::optional<psp::HttpFault> add(OutsideCall& call, std::int64_t now_us);
  // The next that may begin now; then it is under way until ended() or abandoned().
  std::optional<OutsideCall> next(std::int64_t now_us);
  // An answer came, or none. True: the breaker has opened, and nobody of those who wait will be called soon.
  bool ended(PartyVerdict verdict, std::int64_t now_us, std::int64_t pause_us);
  // It never began, or was given up: no news of the party.
  void abandoned(std::int64_t now_us);
  // Whose time to wait is over; or all.
  std::vector<OutsideCall> take_late(std::int64_t now_us);
  std::vector<OutsideCall> take_all();

  // When something may change by time alone; nullopt: never.
  [[nodiscard]] std::optional<std::int64_t> next_change_us(std::int64_t now_us) const;
  [[nodiscard]] const OutsideParty& party() const { return party_; }
  [[nodiscard]] OutsideMetrics& metrics() { return metrics_; }

 private:
  void publish();

  struct Waiting {
    OutsideCall call;
    std::int64_t until_us;
  };
  const OutsideParty& party_;
  OutsideMetrics& metrics_;
  CircuitBreaker breaker_;
  Concurrency concurrency_;
  std::deque<Waiting> waiting_;
};

}  // namespace florin::outside
