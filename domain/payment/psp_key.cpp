// A key's text is a contract with every provider that ever heard it: it never changes.
#include "domain/payment/psp_key.hpp"

#include "base/sha256.hpp"

namespace florin {
namespace {

constexpr std::size_t short_key_digits = 32;

std::string whole_key(const PaymentId& order, OrderOperation operation, std::uint32_t number) {
  if (operation == OrderOperation::registration) return order.str();
  return order.str() + '/' + to_string(operation) + '/' + std::to_string(number);
}

}  // namespace

const char* to_string(OrderOperation operation) noexcept {
  switch (operation) {
    case OrderOperation::none: return "none";
    case OrderOperation::risk: return "risk";
    case OrderOperation::registration: return "register";
    case OrderOperation::expiry: return "expire";
  }
  return "unknown";
}

std::string psp_key(const PaymentId& order, OrderOperation operation, std::uint32_t number,
                    std::size_t chars_max) {
  std::string key = whole_key(order, operation, number);
  return key.size() <= chars_max ? key : hex_of(sha256(key), short_key_digits);
}

}  // namespace florin
