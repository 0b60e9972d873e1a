// The faults: what goes wrong is decided here, when a call arrives; the shells carry it out. Pure.
//
// On demand: a rule hits the next `count` calls that fit. At random: a draw from seed, order, operation and number of
// the attempt, so that the same orders meet the same faults in whatever order their calls arrive.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/florin_psp/wire/form.hpp"

namespace florin::sandbox {

enum class FaultKind {
  none,
  // The call is not executed.
  hang_before,   // no answer, until the caller gives up
  reset_before,  // RST
  close_before,  // FIN without an answer
  unavailable,   // 503 in Stripe's shape
  bad_gateway,   // 502 with HTML
  throttled,     // 429
  unauthorized,  // 401
  status,        // any: FaultRule::status and should_retry
  // The call is executed, its key stores the answer.
  hang_after,
  reset_after,
  close_after,
  error_500,  // executed; 500 is answered, stored and replayed for ever, as Stripe does
  cut,        // the connection ends in the middle of the body
  stall,      // half of the body, then nothing
  slow,       // its key is in use for delay_ms, then all is well
  empty,      // 200 without a body
  html,       // 200 with HTML
  // Of the events of one step.
  webhook_late,  // by delay_ms
  webhook_twice,
  webhook_reordered,
  webhook_contradictory,  // one more event says the opposite
  webhook_lost,           // in the list of events, never sent
  // Of the risk service.
  risk_deny,
  risk_review,
  risk_silent,
};

enum class FaultPlace { call_before, call_after, webhook, risk };

struct FaultName {
  FaultKind kind;
  std::string_view name;  // as POST /_faults takes it
  FaultPlace place;
};
inline constexpr std::size_t fault_kinds = 25;  // `none` is not among them
const std::array<FaultName, fault_kinds>& fault_names() noexcept;
std::string_view to_string(FaultKind kind) noexcept;  // "none" for none
FaultPlace place_of(FaultKind kind) noexcept;         // not of none
std::optional<FaultKind> fault_kind_of(std::string_view name) noexcept;

struct Fault {
  FaultKind kind = FaultKind::none;
  std::int64_t delay_ms = 0;
  int status = 503;          // of FaultKind::status
  std::string should_retry;  // its header Stripe-Should-Retry; empty: none
};

struct FaultRule {
  Fault fault;
  std::string order;  // metadata[payment_order_id]; empty: any
  std::string
      operation;  // "checkout.sessions.create" and so on (routes.hpp); empty: any of its place
  std::int64_t count = 1;
};

// Rules first, in their order; then chance.
class FaultPlan {
 public:
  static constexpr std::size_t rules_max = 10'000;
  static constexpr int per_mille = 1'000;

  // What the next thing of this kind meets, and counts it. `places`: where it may go wrong.
  Fault take(std::string_view order, std::string_view operation,
             std::initializer_list<FaultPlace> places);
  // What take() gave before a restart: counted again, nothing drawn.
  void taken(const Fault& fault, std::string_view order, std::string_view operation);

  // POST /_faults: kind, order, operation, count, delay_ms, status, should_retry; or seed and rate[kind] in per mille;
  // or clear=true. The error is for a person.
  std::optional<std::string> configure(const Form& form);
  // GET /_faults: rules that wait, rates, and how often each kind was met.
  [[nodiscard]] std::string json() const;

 private:
  std::optional<std::string> add_rule(const Form& form);
  std::optional<std::string> set_rates(const Form& form);
  void count(const Fault& fault);

  std::vector<FaultRule> rules_;
  std::map<FaultKind, int> rates_;  // per mille
  std::uint64_t seed_ = 0;
  std::map<std::pair<std::string, std::string>, std::uint64_t> attempts_;  // by order and operation
  std::map<FaultKind, std::int64_t> met_;
};

}  // namespace florin::sandbox
