// PaymentFacts: what shops have asked for each order, and what its payer has paid: an own idea, from the workload and the
// provider, against which wallets and ledger are held.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/checker.hpp"

namespace florin::sim {

struct OrderAsked {
  std::string checkout;
  std::string seller;
  std::string buyer;
  std::string currency;
  std::int64_t amount = 0;
  std::int64_t fee = 0;
};

class PaymentFacts {
 public:
  explicit PaymentFacts(const Workload& workload) {
    for (const ShopAction& a : workload.shop)
      if (a.kind == ShopActionKind::checkout)
        asked_[order_name(a)].push_back(
            {checkout_name(a), workload.accounts.at(a.seller).id, workload.accounts.at(a.buyer).id,
             workload.currencies.at(a.currency), a.amount, a.seller == a.buyer ? 0 : a.fee});
  }

  void captured(const ProviderCapture& capture) { paid_[capture.order] = capture.amount; }
  // 0: nobody has paid it.
  [[nodiscard]] std::int64_t paid(const std::string& order) const {
    const auto found = paid_.find(order);
    return found == paid_.end() ? 0 : found->second;
  }
  [[nodiscard]] const std::map<std::string, std::int64_t>& all_paid() const { return paid_; }
  // By what was paid: two checkouts that want one order want another amount. Null: nobody asked for that.
  [[nodiscard]] const OrderAsked* asked(const std::string& order, std::int64_t amount) const {
    const auto found = asked_.find(order);
    if (found == asked_.end()) return nullptr;
    const auto one = std::ranges::find(found->second, amount, &OrderAsked::amount);
    return one == found->second.end() ? nullptr : &*one;
  }

 private:
  std::map<std::string, std::vector<OrderAsked>> asked_;
  std::map<std::string, std::int64_t> paid_;
};

}  // namespace florin::sim
