// A text of lines "<bytes>:<value>", so that no two contents give the same one.
#include "api/requests/payment_content.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace florin {
namespace {

class Canonical {
 public:
  explicit Canonical(std::string_view version) { add(version); }
  Canonical& add(std::string_view value) {
    text_.append(std::to_string(value.size())).append(":").append(value).append("\n");
    return *this;
  }
  Canonical& add(std::int64_t value) { return add(std::to_string(value)); }
  [[nodiscard]] Sha256 hash() const { return sha256(text_); }

 private:
  std::string text_;
};

void add_all(Canonical& text, const PaymentRequest& request) {
  text.add(request.checkout.view()).add(request.buyer.view()).add("hosted").add(request.psp);
  text.add(request.return_url).add(request.expires_at.us);
}

void add_one(Canonical& text, const PaymentOrderAsked& order) {
  text.add(order.id.view()).add(order.seller.view()).add(order.amount).add(order.currency.view());
  text.add("auto");
}

}  // namespace

Sha256 content_of(const PaymentRequest& request) {
  Canonical text("florin checkout 1");
  add_all(text, request);
  std::vector<const PaymentOrderAsked*> orders;
  for (const PaymentOrderAsked& order : request.orders) orders.push_back(&order);
  std::ranges::sort(orders, {}, [](const PaymentOrderAsked* order) { return order->id; });
  for (const PaymentOrderAsked* order : orders) add_one(text, *order);
  return text.hash();
}

Sha256 content_of(const PaymentRequest& request, const PaymentOrderAsked& order) {
  Canonical text("florin payment order 1");
  add_all(text, request);
  add_one(text, order);
  return text.hash();
}

Sha256 idempotency_key_hash(std::string_view credential, std::string_view key) {
  if (key.empty()) return {};
  return Canonical("florin idempotency key 1").add(credential).add(key).hash();
}

}  // namespace florin
