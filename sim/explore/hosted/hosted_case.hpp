// What is explored of a hosted order: which payer, which seller, which provider, as data; and how much may go wrong.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/psp/payer_script.hpp"

namespace florin::sim {

// What the provider says once that is not true.
enum class HostedLie : std::uint8_t {
  none,
  amount,        // another amount is asked of the payer
  received,      // another amount was paid
  other_object,  // it is another one
  ended,         // it is over, and it is not
  declined,      // the payer was declined, and has paid
};

struct HostedCase {
  std::string name;
  std::string about;
  std::vector<PayerAct> acts = {};  // each at most as often as it stands here, in any order
  bool cancels = false;             // a client asks for it, at any moment
  bool has_risk = false;            // the risk service is asked, and says yes or no
  bool is_frozen = false;           // the seller, until some moment
  bool refuses = false;             // the provider will not register it
  bool conflicts = false;           // ... because the key was somebody else's
  bool is_contested = false;        // another checkout wants the same order
  bool expires_soon = false;        // before the second try
  bool has_webhooks = true;
  HostedLie lie = HostedLie::none;
};

// How often, over the whole exploration of one case: a message comes twice; comes late or never, or a call meets a fault of the
// provider; a process dies, or loses its leadership, before or behind an entry.
struct HostedBudget {
  std::uint8_t duplications = 1;
  std::uint8_t losses = 1;
  std::uint8_t crashes = 1;
};

const std::vector<HostedCase>& hosted_cases();

}  // namespace florin::sim
