// Rest is a phase that is left by people only.
#include "sim/payments_seen.hpp"

#include <algorithm>

namespace florin::sim {

void PaymentsSeen::note(const DecodedEntry& entry) {
  for (const Event& event : entry.events) {
    if (const auto* reserved = get_if<OrderReserved>(&event))
      claims_[reserved->order.str()] = reserved->claim;
    visit([this](const auto& e) { on(e); }, event);
  }
}

bool PaymentsSeen::has_page(const ProviderStore& provider, const std::string& order) {
  return std::ranges::any_of(provider.sessions(),
                             [&](const auto& page) { return page.second.order == order; });
}

std::string PaymentsSeen::why_not_at_rest(const ProviderStore& provider) const {
  for (const auto& [name, order] : orders_) {
    const OrderPhase phase = order.phase;
    const std::string who = name + " is in " + std::string(to_string(phase));
    if (order.owes_suspense) return who + ", and owes an entry of suspense";
    if (phase == OrderPhase::none) continue;
    if (phase == OrderPhase::parked) {
      if (!order.was_refused || order.asks_wallet) return who + ", and may be credited";
    } else if (phase == OrderPhase::done || phase == OrderPhase::failed) {
      const OrderWord word = phase == OrderPhase::done ? OrderWord::succeeded : OrderWord::failed;
      if (order.told != word) return who + ", and has not told it";
    } else {
      const bool can_nobody_say =
          (phase == OrderPhase::unresolved || phase == OrderPhase::cancelling) &&
          !has_page(provider, name);
      if (!can_nobody_say) return who;
    }
  }
  for (const auto& [name, phase] : checkouts_)
    if (phase == CheckoutPhase::receiving) return name + " is " + std::string(to_string(phase));
  return {};
}

}  // namespace florin::sim
