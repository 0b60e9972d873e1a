// See decimal.hpp.
#include "apps/client/decimal.hpp"

#include <charconv>

namespace florin::client {

std::optional<std::int64_t> read_decimal(std::string_view text, int decimals) noexcept {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const int present = decimals_in(text);
  if (text.empty() || text.front() == '.' || text.back() == '.' || present > decimals)
    return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c == '.') continue;
    if (c < '0' || c > '9') return std::nullopt;
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, c - '0', &value))
      return std::nullopt;
  }
  for (int i = present; i < decimals; ++i)
    if (__builtin_mul_overflow(value, 10, &value)) return std::nullopt;
  return negative ? -value : value;
}

void append_decimal(std::string& out, std::int64_t minor, int decimals) {
  char digits[24];
  const std::uint64_t magnitude =
      minor < 0 ? 0 - static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor);
  const auto end = std::to_chars(digits, digits + sizeof digits, magnitude).ptr;
  const auto size = static_cast<std::size_t>(end - digits);
  const auto fraction = static_cast<std::size_t>(decimals);
  if (minor < 0) out += '-';
  if (fraction == 0) {
    out.append(digits, size);
  } else if (size > fraction) {
    out.append(digits, size - fraction).append(1, '.').append(end - fraction, fraction);
  } else {
    out.append("0.").append(fraction - size, '0').append(digits, size);
  }
}

std::string decimal_text(std::int64_t minor, int decimals) {
  std::string out;
  append_decimal(out, minor, decimals);
  return out;
}

int decimals_in(std::string_view text) noexcept {
  const std::size_t point = text.find('.');
  return point == std::string_view::npos ? 0 : static_cast<int>(text.size() - point - 1);
}

bool is_zero_decimal(std::string_view text) noexcept {
  bool any = false;
  for (const char c : text) {
    if (c == '0') any = true;
    if (c != '0' && c != '.' && c != '-') return false;
  }
  return any;
}

}  // namespace florin::client
