// OneCheckoutPerKey: of the checkouts that come with one Idempotency-Key at most one is accepted within 24 hours, and a shop that is
// told that a key is another one's has sent it with another one. From the workload and durable entries: what keys say of
// themselves is not looked at. The hours are those of the partition where the key lives: clocks jump, and partitions' times differ.
#include <algorithm>
#include <map>
#include <utility>

#include "actors/payment/payment_messages.hpp"
#include "domain/payment/key/payment_key_state.hpp"
#include "sim/checkers/checkers.hpp"
#include "sim/plan/shop_plan.hpp"

namespace florin::sim {
namespace {

constexpr std::int64_t key_life_us = 24LL * 3'600 * 1'000'000;

class OneCheckoutPerKey final : public Checker {
 public:
  explicit OneCheckoutPerKey(const RunView& run) : map_(run.options.partitions) {
    for (const ShopAction& action : run.workload.shop)
      if (action.kind == ShopActionKind::checkout && action.key != 0)
        keys_[checkout_name(action)] = action.key;
  }
  [[nodiscard]] std::string_view name() const override { return "one_checkout_per_key"; }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    time_us_[entry.header.partition] = entry.header.time.us;
    for (const Event& event : entry.events) {
      if (const auto* received = get_if<CheckoutReceived>(&event))
        receive(received->checkout.str());
      if (const auto* accepted = get_if<CheckoutAccepted>(&event)) accept(accepted->checkout.str());
    }
  }

  void at_end(EndView& end) override {
    if (end.shop == nullptr) return;
    for (const ShopOperation& operation : *end.shop)
      if (operation.answer && operation.answer->verdict == ShopVerdict::refused &&
          operation.answer->refusal == PaymentRefusal::idempotency_key_reused)
        require_other(checkout_name(operation.action));
  }

 private:
  void receive(const std::string& checkout) {
    const auto key = keys_.find(checkout);
    received_us_[checkout] = key == keys_.end() ? 0 : time_of(key->second);
  }
  // The time of the partition of a key goes on only: whoever has reserved it has done so between the time there when it was received and
  // the time there when it is accepted.
  void accept(const std::string& checkout) {
    const auto key = keys_.find(checkout);
    if (key == keys_.end()) return;
    const std::int64_t received_us = received_us_[checkout];
    for (const auto& [other, other_us] : accepted_[key->second])
      if (other != checkout && time_of(key->second) - std::min(received_us, other_us) < key_life_us)
        fail(checkout + " is accepted with key " + std::to_string(key->second) + ", which " +
             other + " has");
    accepted_[key->second].emplace_back(checkout, received_us);
  }
  std::int64_t time_of(std::uint32_t key) {
    return time_us_[partition_of(payment_key_id(shop_key(key)), map_)];
  }

  void require_other(const std::string& checkout) {
    const auto key = keys_.find(checkout);
    if (key == keys_.end()) return fail(checkout + " is told of a key, and came with none");
    for (const auto& [other, its_key] : keys_)
      if (other != checkout && its_key == key->second && received_us_.contains(other)) return;
    fail(checkout + " is told that key " + std::to_string(key->second) +
         " is another one's, and nobody else came with it");
  }

  std::map<std::string, std::uint32_t> keys_;  // by checkout, of those that have one
  PartitionMap map_;
  std::map<PartitionId, std::int64_t> time_us_;      // of the last entry
  std::map<std::string, std::int64_t> received_us_;  // where its key lives
  // By key: checkouts, and when they were received.
  std::map<std::uint32_t, std::vector<std::pair<std::string, std::int64_t>>> accepted_;
};

}  // namespace

std::unique_ptr<Checker> make_one_checkout_per_key(const RunView& run) {
  return std::make_unique<OneCheckoutPerKey>(run);
}

}  // namespace florin::sim
