// Amount text <-> minor units. The order of checks is the contract (grammar, digits, decimals, range):
// one bad text always gets the same answer.
#include "domain/money/amount.hpp"

#include <array>

#include "base/limits.hpp"

namespace florin {
namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) noexcept {
  for (const char c : text)
    if (!is_digit(c)) return false;
  return !text.empty();
}

// Appends the digits of `text` to `value`; false when it leaves 64 bits.
bool shift_in(Minor& value, std::string_view text) noexcept {
  for (const char c : text)
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, c - '0', &value))
      return false;
  return true;
}

}  // namespace

Result<Minor, AmountError> parse_amount(std::string_view text, int decimals) noexcept {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const bool has_fraction = point != std::string_view::npos;
  const std::string_view fraction = has_fraction ? text.substr(point + 1) : std::string_view{};

  if (!all_digits(whole) || (whole.size() > 1 && whole.front() == '0'))
    return Err{AmountError::malformed};
  if (has_fraction && !all_digits(fraction)) return Err{AmountError::malformed};
  if (whole.size() + fraction.size() > limits::amount_digits_max)
    return Err{AmountError::malformed};
  if (fraction.size() > static_cast<std::size_t>(decimals))
    return Err{AmountError::too_many_decimals};

  constexpr std::string_view zeros = "0000000000000000000";
  Minor value = 0;
  const std::string_view padding =
      zeros.substr(0, static_cast<std::size_t>(decimals) - fraction.size());
  if (!shift_in(value, whole) || !shift_in(value, fraction) || !shift_in(value, padding))
    return Err{AmountError::malformed};
  return value;
}

void append_amount(std::string& out, WideMinor minor, int decimals) {
  // Filled from the back: 39 digits of 128 bits, the point, and zeros in front of a small fraction.
  std::array<char, 64> buffer;
  std::size_t at = buffer.size();
  UnsignedWideMinor rest =
      minor < 0 ? -static_cast<UnsignedWideMinor>(minor) : static_cast<UnsignedWideMinor>(minor);
  for (int written = 0; rest != 0 || written <= decimals; ++written) {
    if (written == decimals && decimals > 0) buffer[--at] = '.';
    buffer[--at] = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (minor < 0) buffer[--at] = '-';
  out.append(buffer.data() + at, buffer.size() - at);
}

std::string format_amount(WideMinor minor, int decimals) {
  std::string out;
  append_amount(out, minor, decimals);
  return out;
}

Minor add_checked(Minor a, Minor b) {
  Minor sum = 0;
  FLORIN_ASSERT(!add_overflows(a, b, sum));
  return sum;
}

Minor sub_checked(Minor a, Minor b) {
  Minor difference = 0;
  FLORIN_ASSERT(!sub_overflows(a, b, difference));
  return difference;
}

}  // namespace florin
