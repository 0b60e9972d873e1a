// PaymentsEnd: after healing no payment is open beyond its time: every checkout that a shop was told of is over, and its order
// is done when it was paid in time, or FAILED, or where only people can help: its seller cannot be credited, or nobody can say
// whether its page was made. No page is open at the provider that no order waits for; and what shops were told of an end stays.
#include <map>
#include <set>

#include "sim/checkers/checkers.hpp"
#include "sim/checkers/payment_facts.hpp"

namespace florin::sim {
namespace {

class PaymentsEnd final : public Checker {
 public:
  explicit PaymentsEnd(const RunView& run) : facts_(run.workload) {}
  [[nodiscard]] std::string_view name() const override { return "payments_end"; }

  void on_captured(const ProviderCapture& capture) override { facts_.captured(capture); }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    for (const Event& event : entry.events) {
      if (const auto* moved = get_if<OrderMoved>(&event)) phases_[moved->order.str()] = moved->to;
      if (const auto* begun = get_if<OrderBegun>(&event)) begun_.insert(begun->order.str());
      if (const auto* ended = get_if<CheckoutEnded>(&event))
        ends_[ended->checkout.str()] = ended->phase;
      if (const auto* refused = get_if<CheckoutRefused>(&event))
        ends_[refused->checkout.str()] = CheckoutPhase::refused;
      if (const auto* key = get_if<CheckoutKeyMoved>(&event); key && !key->taken_by.empty())
        ends_[key->checkout.str()] = CheckoutPhase::refused;
      if (const auto* received = get_if<CheckoutReceived>(&event))
        orders_of_[received->checkout.str()] = received->orders.front().order.str();
    }
  }

  void at_end(EndView& end) override {
    if (end.provider == nullptr || end.shop == nullptr) return;
    for (const std::string& order : begun_) check_order(order, *end.provider);
    for (const auto& [checkout, order] : orders_of_) check_checkout(checkout, order);
    for (const ShopOperation& operation : *end.shop) check_answer(operation);
  }

 private:
  void check_order(const std::string& order, const ProviderStore& provider) {
    const OrderPhase phase = phases_[order];
    const std::string who = order + " ends in " + std::string(to_string(phase));
    const ProviderSession* page = nullptr;
    for (const auto& [id, one] : provider.sessions())
      if (one.order == order) page = &one;
    const bool may_be_paid =
        page != nullptr &&
        (page->status == ProviderSessionStatus::open ||
         (page->intent && page->intent->status == ProviderIntentStatus::processing));
    if (phase == OrderPhase::done || phase == OrderPhase::parked) {
      if (facts_.paid(order) == 0) fail(who + ", and nobody has paid");
    } else if (phase == OrderPhase::failed) {
      if (may_be_paid) fail(who + ", and its payer may still pay");
    } else if (phase == OrderPhase::unresolved || phase == OrderPhase::cancelling) {
      if (page != nullptr) fail(who + ", although the provider knows how it stands");
    } else {
      fail(who);
    }
  }

  void check_checkout(const std::string& checkout, const std::string& order) {
    const auto end = ends_.find(checkout);
    const OrderPhase phase = phases_[order];
    const bool is_over = phase == OrderPhase::done || phase == OrderPhase::failed;
    if (end == ends_.end()) {
      if (is_over) fail(checkout + " is open, and its order is over");
      return;
    }
    if (end->second == CheckoutPhase::refused) return;
    if ((end->second == CheckoutPhase::done) != (phase == OrderPhase::done))
      fail(checkout + " is " + std::string(to_string(end->second)) + ", and its order " +
           std::string(to_string(phase)));
  }

  void check_answer(const ShopOperation& operation) {
    const std::string order = order_name(operation.action);
    if (!operation.answer) return fail("a shop was never answered about " + order);
    const ShopAnswer& heard = *operation.answer;
    const OrderPhase phase = phases_[order];
    const bool was_done =
        heard.order_phase == OrderPhase::done || heard.checkout_phase == CheckoutPhase::done;
    const bool has_failed =
        heard.order_phase == OrderPhase::failed || heard.checkout_phase == CheckoutPhase::failed;
    if (was_done && phase != OrderPhase::done) fail("a shop heard that " + order + " is done");
    if (has_failed && phase != OrderPhase::failed)
      fail("a shop heard that " + order + " has FAILED");
    if (heard.verdict == ShopVerdict::checkout && !begun_.contains(order))
      fail("a shop heard that " + order + " is accepted, and it never began");
  }

  PaymentFacts facts_;
  std::map<std::string, OrderPhase> phases_;
  std::map<std::string, CheckoutPhase> ends_;
  std::map<std::string, std::string> orders_of_;
  std::set<std::string> begun_;
};

}  // namespace

std::unique_ptr<Checker> make_payments_end(const RunView& run) {
  return std::make_unique<PaymentsEnd>(run);
}

}  // namespace florin::sim
