// PaymentSetup: what a partition is told of payments by whoever composes it: which providers there are, and how long orders wait.
// Configuration, the same on every node: what an order decides with it stands in its events.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/format_level.hpp"
#include "domain/payment/order/order_events.hpp"
#include "domain/payment/order/order_policy.hpp"
#include "domain/payment/psp_terms.hpp"
#include "psp/psp_declaration.hpp"
#include "psp/sessions/sessions_declaration.hpp"

namespace florin {

struct PspSetup {
  // By which this cluster knows it: OrderTerms::psp, and the port of every call to it (OutsideCall::port). 1-64 of A-Za-z0-9._-
  std::string name;
  psp::PspDeclaration declaration = psp::sessions::declaration;
};

struct PaymentSetup {
  // The name of this cluster, 1-64 of A-Za-z0-9._-, never changed: it stands on every object at a provider, and what has another one is
  // not ours.
  std::string cluster;
  OrderPolicy policy;
  std::vector<PspSetup> psps;

  // Of a partition that is told nothing of payments: what its log holds of them goes on, but nothing new can be said.
  static const PaymentSetup& none() {
    static const PaymentSetup setup;
    return setup;
  }
  // Null: there is none of this name.
  [[nodiscard]] const PspSetup* psp(std::string_view name) const {
    const auto found = std::ranges::find(psps, name, &PspSetup::name);
    return found == psps.end() ? nullptr : &*found;
  }
};

// What is the same for all payments of a partition, and no state.
struct PaymentRules {
  std::shared_ptr<const PaymentSetup> setup = nullptr;  // null: no payments are taken here
  const FormatLevels* levels = nullptr;                 // null: all levels of this program

  // A checkout may begin: its events are known to every node that may have to read them.
  [[nodiscard]] bool is_ready() const {
    return setup != nullptr && may_write(levels, payment_keys_level);
  }
  [[nodiscard]] const PaymentSetup& of_payments() const {
    return setup != nullptr ? *setup : PaymentSetup::none();
  }
};

// What orders decide by.
inline PspTerms terms_of(const psp::PspDeclaration& declaration) {
  return {.key_chars_max = declaration.keys.length_max,
          .key_lifetime_us = declaration.keys.lifetime_us,
          .session_us_min = declaration.page_life_s_min * 1'000'000,
          .has_reads = declaration.has_reads,
          .has_consistent_list = declaration.has_consistent_list};
}

}  // namespace florin
