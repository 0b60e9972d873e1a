// What a call to a provider came to (PAYMENTS.md, section 3): its class, and what follows from the
// class alone. The evidence (HTTP statuses, sizes, return codes) is turned into a class by the
// adapter and the executor; orders know only the class.
//
// "Executed" is the question that everything hangs on. Only `no` lets an order forget a send;
// `maybe` is never "failed", and never a reason for another key.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace florin {

enum class PspOutcome : std::uint8_t {
  not_sent = 1,  // nothing left: refused connection, no name, TLS, breaker open, executor full
  ok = 2,        // whole, parsed; what it says is compared with the order (PspReport)
  mismatch = 3,  // 2xx, and the adapter already found something unequal
  unknown = 4,   // time-out, reset, cut, 3xx, 5xx, 2xx that cannot be read
  refused = 5,   // 400, 404, 422 with the provider's error object
  declined = 6,  // 402
  key_conflict = 7,
  in_progress = 8,  // 409: the same key is being worked on
  auth = 9,         // 401, 403
  throttled = 10,   // 429
  absent = 11,      // of a read: 404, or an empty list
};
inline constexpr std::size_t psp_outcome_count = 11;

enum class Executed : std::uint8_t { no, maybe, yes, no_charge };

// One row of section 3.
struct PspOutcomeRule {
  PspOutcome outcome;
  std::string_view name;
  Executed executed;
  // It is one of the five tries (rule 5): only sends that may have arrived are.
  bool is_counted;
};

// clang-format off
inline constexpr std::array<PspOutcomeRule, psp_outcome_count> psp_outcome_rules{{
    {PspOutcome::not_sent,     "not_sent",     Executed::no,        false},
    {PspOutcome::ok,           "ok",           Executed::yes,       false},
    {PspOutcome::mismatch,     "mismatch",     Executed::maybe,     false},
    {PspOutcome::unknown,      "unknown",      Executed::maybe,     true},
    {PspOutcome::refused,      "refused",      Executed::no,        false},
    {PspOutcome::declined,     "declined",     Executed::no_charge, false},
    {PspOutcome::key_conflict, "key_conflict", Executed::maybe,     false},
    {PspOutcome::in_progress,  "in_progress",  Executed::maybe,     true},
    {PspOutcome::auth,         "auth",         Executed::no,        false},
    {PspOutcome::throttled,    "throttled",    Executed::no,        false},
    {PspOutcome::absent,       "absent",       Executed::maybe,     false},
}};
// clang-format on

constexpr const PspOutcomeRule& rule_of(PspOutcome outcome) {
  return psp_outcome_rules[static_cast<std::size_t>(outcome) - 1];
}

// Not sent, throttled, auth: no provider has done anything, and the same bytes may go again for as
// long as there is time. (A refusal says no as well, but it is an answer, and ends the call.)
constexpr bool is_certainly_unsent(PspOutcome outcome) {
  return rule_of(outcome).executed == Executed::no && outcome != PspOutcome::refused;
}

}  // namespace florin
