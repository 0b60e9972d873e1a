// PayerScript: what the payer of one order does on the provider's page, as data: a function of seed and order, so that an order
// whose page is made twice would be paid twice.
//
// Payer model: pays at once; is declined, once or several times, and then pays, or gives up; never comes; is asked by the bank and
// comes back, or does not; pays by what takes its time, and hears yes or no long after; pays in two tabs at the same time; comes
// back to a page that is over. Why the system must survive it: what a payer does is known by a read alone, in any order with
// cancels, expiry and lost answers.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/plan/random.hpp"
#include "sim/ports/event_queue.hpp"

namespace florin::sim {

enum class PayerAct : std::uint8_t {
  pay,
  decline,
  ask_action,  // the bank asks the payer
  process,     // the bank takes its time
  process_paid,
  process_failed,
};
std::string_view to_string(PayerAct act);

struct PayerStep {
  SimTime after = 0;  // since the page was made
  PayerAct act = PayerAct::pay;
};

// In order of time. `patience_max`: most payers are done within that time, or never.
std::vector<PayerStep> draw_payer(std::uint64_t seed, std::string_view order, SimTime patience_max);

}  // namespace florin::sim
