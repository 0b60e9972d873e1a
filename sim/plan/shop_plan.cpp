// What a seed makes of shops.
#include "sim/plan/shop_plan.hpp"

#include <algorithm>
#include <memory>

#include "actors/payment/payment_setup.hpp"
#include "sim/plan/workload.hpp"
#include "sim/psp/sim_provider.hpp"

namespace florin::sim {
namespace {

class ShopDraw {
 public:
  ShopDraw(const SimOptions& options, Workload& work)
      : options_(options), work_(work), random_(options.seed, "shop") {}

  void run() {
    for (std::uint32_t n = 1; n <= options_.checkouts; ++n) draw_checkout(n);
    std::ranges::stable_sort(work_.shop, {}, &ShopAction::at);
  }

 private:
  void draw_checkout(std::uint32_t number) {
    ShopAction a;
    a.at = random_.between(options_.safety_time / 20, options_.safety_time);
    a.checkout = a.order = number;
    a.seller = any_account();
    a.buyer = any_account();
    if (random_.permille(150)) a.buyer = a.seller;
    a.currency = currency_of(a.seller);
    if (random_.permille(40))
      a.currency = static_cast<std::uint32_t>(random_.bounded(work_.currencies.size()));
    // Tens: so fine that every provider carries it, in every currency.
    a.amount = 10 * random_.log_between(10, 5'000);
    a.fee = random_.permille(200) ? 0 : random_.between(0, a.amount / 20);
    if (random_.permille(30)) a.fee = a.amount;
    // Few keys: shops that send one twice, with another checkout each time, are what they are for.
    if (random_.permille(500))
      a.key = static_cast<std::uint32_t>(random_.between(1, 1 + options_.checkouts / 2));
    a.expires = a.at + random_.between(second, 12 * second);
    ask(a);
    if (random_.permille(150)) {  // somebody else wants the same order
      ShopAction other = a;
      other.checkout = number + options_.checkouts;
      other.at += random_.log_between(1, second);
      other.amount += 10;
      ask(other);
    }
    if (random_.permille(300)) {
      a.kind = ShopActionKind::cancel;
      a.at += random_.log_between(millisecond, 8 * second);
      ask(a);
    }
    if (random_.permille(300)) {
      a.kind = ShopActionKind::look;
      a.at += random_.log_between(millisecond, 4 * second);
      ask(a);
    }
  }

  void ask(ShopAction a) {
    a.at = std::min(a.at, options_.safety_time);
    a.patience = random_.log_between(100 * millisecond, 5 * second);
    a.attempts = static_cast<std::uint32_t>(random_.between(1, 4));
    work_.shop.push_back(a);
    if (!random_.permille(200)) return;  // from another connection, too
    a.at = std::min(a.at + random_.log_between(1, 2 * second), options_.safety_time);
    work_.shop.push_back(a);
  }

  std::uint32_t any_account() {
    return static_cast<std::uint32_t>(random_.bounded(work_.accounts.size()));
  }
  [[nodiscard]] std::uint32_t currency_of(std::uint32_t account) const {
    const auto& currencies = work_.currencies;
    return static_cast<std::uint32_t>(
        std::ranges::find(currencies, work_.accounts[account].currency) - currencies.begin());
  }

  const SimOptions& options_;
  Workload& work_;
  SimRandom random_;
};

}  // namespace

void draw_checkouts(SimOptions& options) {
  SimRandom random(options.seed, "checkouts");
  if (random.permille(250))
    options.checkouts = static_cast<std::uint32_t>(random.log_between(1, 12));
}

// Minutes of real nodes are seconds here.
void set_up_payments(SimOptions& options) {
  if (options.checkouts == 0) return;
  auto setup = std::make_shared<PaymentSetup>();
  setup->cluster = "florin";
  OrderPolicy& policy = setup->policy;
  policy.call_patience_us = 4 * second;
  policy.backoff_us_first = 50 * millisecond;
  policy.backoff_us_max = 2 * second;
  policy.poll_awaiting_us = policy.poll_pending_us = policy.poll_cancelling_us = second;
  policy.poll_action_us = 500 * millisecond;
  // A run with packets that are an hour late lasts that long.
  policy.poll_unresolved_us = (options.network.hour_late_permille > 0 ? 200 : 2) * second;
  policy.poll_later_us = 20 * second;
  policy.pending_alert_us = policy.step_alert_us = 5 * second;
  policy.step_again_us = 200 * millisecond;
  policy.parked_again_us = 5 * second;
  PspSetup psp;
  psp.name = sim_provider_name;
  psp.declaration.page_life_s_min = ProviderOptions().page_life_s_min;
  setup->psps.push_back(psp);
  options.partition.payments = std::move(setup);
}

void draw_shop(const SimOptions& options, Workload& work) { ShopDraw(options, work).run(); }

std::string order_name(const ShopAction& action) { return "po-" + std::to_string(action.order); }
std::string checkout_name(const ShopAction& action) {
  return "co-" + std::to_string(action.checkout);
}

Sha256 shop_key(std::uint32_t key) { return sha256("key " + std::to_string(key)); }

std::string_view to_string(ShopActionKind kind) {
  switch (kind) {
    case ShopActionKind::checkout: return "checkout";
    case ShopActionKind::cancel: return "cancel";
    case ShopActionKind::look: return "look";
  }
  return "?";
}

std::string to_string(const Workload& workload, const ShopAction& a) {
  std::string text(to_string(a.kind));
  text += " at " + std::to_string(a.at) + " " + order_name(a);
  if (a.kind == ShopActionKind::checkout)
    text += " of " + checkout_name(a) + " " + std::to_string(a.amount) + " " +
            workload.currencies.at(a.currency) + " to " + workload.accounts.at(a.seller).id +
            " fee " + std::to_string(a.fee) + " expires " + std::to_string(a.expires) + " key " +
            std::to_string(a.key);
  return text + " patience " + std::to_string(a.patience) + " attempts " +
         std::to_string(a.attempts);
}

}  // namespace florin::sim
