// PaymentId: the id of a checkout, a payment order, a refund or a pay-out, as its client gave it
// (PAYMENTS.md, section 1, rule 2).
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/assert.hpp"

namespace florin {

// 1-64 characters of A-Z a-z 0-9 . _ -; the default value is "none". Compared byte by byte, which
// is the "ascending order" in which a checkout reserves.
class PaymentId {
 public:
  static constexpr std::size_t size_max = 64;

  PaymentId() = default;
  // Refuses everything that is not such an id, and repairs nothing.
  static std::optional<PaymentId> parse(std::string_view text) {
    if (text.empty() || text.size() > size_max || !std::ranges::all_of(text, is_allowed))
      return std::nullopt;
    return PaymentId(text);
  }
  // For text that is known to be an id. Asserts the length only.
  static PaymentId from_trusted(std::string_view text) {
    FLORIN_ASSERT(text.size() <= size_max, text);
    return PaymentId(text);
  }

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] std::string_view view() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  auto operator<=>(const PaymentId&) const = default;

  // As stored and sent.
  static constexpr std::array field_names{"payment_id"};
  static auto fields(auto& self) { return std::tie(self.text_); }

 private:
  explicit PaymentId(std::string_view text) : text_(text) {}
  static bool is_allowed(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  }

  std::string text_;
};

// The same for the same id in every process and at all times (FNV-1a): for what is spread over
// time. Not for tables of memory.
inline std::uint64_t jitter_of(const PaymentId& id) noexcept {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char c : id.view()) {
    hash ^= static_cast<std::uint8_t>(c);
    hash *= 0x100'0000'01b3;
  }
  return hash;
}

}  // namespace florin
