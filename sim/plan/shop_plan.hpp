// ShopAction: what shops ask for in one run, as data: checkouts of one hosted order each, cancels, and looks at how it stands.
//
// Shop model: shops time out and ask again with the same ids; some want an order that another checkout has; some cancel at any
// moment, before and behind everything. Why the system must survive it: an order belongs to one checkout for ever, a repeat is
// answered with how it stands, and a cancel never ends what may have been paid.
//
// Payments are in some seeds only, and of streams of their own: what was drawn before keeps its meaning.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/sha256.hpp"
#include "sim/plan/options.hpp"

namespace florin::sim {

enum class ShopActionKind : std::uint8_t { checkout, cancel, look };
inline constexpr std::array all_shop_action_kinds{ShopActionKind::checkout, ShopActionKind::cancel,
                                                  ShopActionKind::look};

struct ShopAction {
  SimTime at = 0;
  ShopActionKind kind = ShopActionKind::checkout;
  std::uint32_t checkout = 0;  // co-<n>
  std::uint32_t order = 0;     // po-<n>
  std::uint32_t seller = 0;    // of the workload's accounts
  std::uint32_t buyer = 0;     // the seller itself: tops up
  std::uint32_t currency = 0;  // of the workload's; may be another one than the seller's
  std::int64_t amount = 0;     // minor units
  std::int64_t fee = 0;
  SimTime expires = 0;         // in simulated time
  SimTime patience = 0;        // until the shop gives up an attempt
  std::uint32_t attempts = 1;  // in the safety phase; afterwards until it is answered
  std::uint32_t key = 0;       // Idempotency-Key of a checkout; 0: it has none
};

struct Workload;

// How many checkouts the options say; none in most seeds.
void draw_checkouts(SimOptions& options);
// To be called whenever options were drawn or read: partitions that take payments are told which provider there is.
void set_up_payments(SimOptions& options);
void draw_shop(const SimOptions& options, Workload& work);

std::string order_name(const ShopAction& action);
std::string checkout_name(const ShopAction& action);
// The hash of an Idempotency-Key, as requests name it.
Sha256 shop_key(std::uint32_t key);
std::string_view to_string(ShopActionKind kind);
std::string to_string(const Workload& workload, const ShopAction& action);

}  // namespace florin::sim
