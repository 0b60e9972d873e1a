// Psp: the whole sandbox without a socket, a clock or a file. Time, ids and keys' uses come in; what goes out is
// answers, faults to be carried out, and webhooks that are due.
//
// An API call is begun and finished, so that its key can be in use for a while in between. Everything that changes
// the state for good is an Input; the caller journals it before it lets an answer out. Threads: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "apps/florin_psp/core/input.hpp"
#include "apps/florin_psp/core/state.hpp"

namespace florin::sandbox {

// Lifetime of an idempotency key (Stripe: at least 24 h).
inline constexpr std::int64_t key_life_s = 24 * 3'600;

struct Begun {
  std::optional<Answer> answer;  // it is answered, and not to be finished
  Fault fault;                   // to be carried out; none: nothing goes wrong
  std::string order, operation;  // whose fault it is: for InputKind::fault
};

struct WebhookToSend {
  std::uint64_t delivery = 0;
  std::string url;
  std::string secret;
  std::string body;
};

class Psp {
 public:
  // The same seed gives the same ids.
  Psp(Settings settings, std::uint64_t id_seed) : settings_(std::move(settings)) {
    state_.id_seed = id_seed;
  }

  // A call of /v1: credentials, route, key, and what goes wrong. Without an answer the key is in use until finish().
  Begun begin(const Call& call);
  // Applies an input. Of call and page: the answer; else an empty one.
  Answer apply(const Input& input);
  // What is shown: GET of pages, of /_faults and /_clock. Nothing changes.
  Answer show(const Call& call, std::int64_t now_ms);
  // The risk service: approve, deny or review; Begun::fault is risk_silent where no answer comes.
  Begun risk(const Call& call);

  // Is there a timer to be applied (InputKind::tick)? And when is the next, in ms of the real clock.
  [[nodiscard]] bool has_due_timer(std::int64_t now_ms) const;
  [[nodiscard]] std::optional<std::int64_t> next_timer_ms() const;
  // Webhooks that are due, at most `max`, none of `in_flight`.
  std::vector<WebhookToSend> due_webhooks(std::int64_t now_ms,
                                          const std::set<std::uint64_t>& in_flight,
                                          std::size_t max) const;
  [[nodiscard]] std::optional<std::int64_t> next_webhook_ms(
      const std::set<std::uint64_t>& in_flight) const;

  [[nodiscard]] const State& state() const noexcept { return state_; }

 private:
  Answer finish(const Input& input);
  Answer submit(const Input& input);
  void tick(std::int64_t now_ms);
  void refused(std::int64_t now_ms, std::uint64_t delivery);
  std::optional<Answer> answer_by_key(const Call& call, const std::string& fingerprint);
  void forget_old_keys(std::int64_t now_s);

  Settings settings_;
  State state_;
  std::set<std::string>
      keys_in_use_;  // not in the state: what was under way at a crash was not executed
};

}  // namespace florin::sandbox
