// Digits are taken in groups: what stands between single spaces or dashes. A card is one group, or some that follow each other.
#include "base/card_number.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace florin {
namespace {

constexpr std::size_t card_digits_max = 19;
// Of the groups of a card that stands beside others, as in a date: as cards are printed. Alone it may be grouped in any way.
constexpr std::size_t part_group_digits_min = 4;
constexpr std::string_view in_its_place = "[card]";

constexpr bool is_decimal(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex_digit(char c) {
  return is_decimal(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_separator(char c) { return c == ' ' || c == '-'; }

// Numbers that begin with `from` to `to`, which have as many digits, and are min to max digits long.
struct CardRange {
  std::uint32_t from;
  std::uint32_t to;
  std::uint8_t prefix;
  std::uint8_t digits_min;
  std::uint8_t digits_max;
  std::uint8_t step = 1;  // between lengths that occur
};
constexpr std::array<CardRange, 17> ranges{{
    {4, 4, 1, 13, 19, 3},     // Visa: 13, 16, 19
    {51, 55, 2, 16, 16},      // Mastercard
    {2221, 2720, 4, 16, 16},  // ... its second range
    {34, 34, 2, 15, 15},      // American Express
    {37, 37, 2, 15, 15},
    {6011, 6011, 4, 16, 19},  // Discover
    {644, 649, 3, 16, 19},
    {65, 65, 2, 16, 19},
    {3528, 3589, 4, 16, 19},  // JCB
    {300, 305, 3, 14, 14},    // Diners Club
    {300, 305, 3, 16, 19},
    {3095, 3095, 4, 14, 14},
    {3095, 3095, 4, 16, 19},
    {36, 36, 2, 14, 19},
    {38, 39, 2, 14, 14},
    {38, 39, 2, 16, 19},
    {62, 62, 2, 16, 19},  // UnionPay
}};

struct Digits {
  std::array<std::uint8_t, card_digits_max> values{};
  std::size_t count = 0;

  [[nodiscard]] std::uint32_t first(std::size_t n) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < n; ++i) value = value * 10 + values[i];
    return value;
  }
};

bool fits(const CardRange& range, const Digits& digits) {
  if (digits.count < range.digits_min || digits.count > range.digits_max) return false;
  if ((digits.count - range.digits_min) % range.step != 0) return false;
  const std::uint32_t prefix = digits.first(range.prefix);
  return prefix >= range.from && prefix <= range.to;
}

bool has_check_digit(const Digits& digits) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < digits.count; ++i) {
    const unsigned value = digits.values[digits.count - 1 - i];
    sum += i % 2 == 0 ? value : value * 2 - (value > 4 ? 9 : 0);
  }
  return sum % 10 == 0;
}

bool is_card(const Digits& digits) {
  return std::ranges::any_of(ranges, [&](const CardRange& r) { return fits(r, digits); }) &&
         has_check_digit(digits);
}

// 8-4-4-4-12 hexadecimal digits from `at` on, and no further ones behind them.
bool is_uuid_at(std::string_view text, std::size_t at) {
  constexpr std::size_t uuid_size = 36;
  if (text.size() - at < uuid_size) return false;
  for (std::size_t i = 0; i < uuid_size; ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[at + i] != '-' : !is_hex_digit(text[at + i])) return false;
  }
  return at + uuid_size == text.size() || !is_hex_digit(text[at + uuid_size]);
}

// A digit beyond the separator at `at`.
bool goes_on_at(std::string_view text, std::size_t at) {
  return at + 1 < text.size() && is_separator(text[at]) && is_decimal(text[at + 1]);
}

// The shortest card that begins with the group at `begin`; it ends where a group ends.
std::size_t card_size_at(std::string_view text, std::size_t begin) {
  const bool is_part = begin >= 2 && is_separator(text[begin - 1]) && is_decimal(text[begin - 2]);
  Digits digits;
  std::size_t shortest_group = card_digits_max;
  for (std::size_t at = begin;; ++at) {
    const std::size_t group = at;
    for (; at < text.size() && is_decimal(text[at]); ++at) {
      if (digits.count == card_digits_max) return 0;
      digits.values[digits.count++] = static_cast<std::uint8_t>(text[at] - '0');
    }
    shortest_group = std::min(shortest_group, at - group);
    const bool is_all = !is_part && !goes_on_at(text, at);
    if ((is_all || shortest_group >= part_group_digits_min) && is_card(digits)) return at - begin;
    if (!goes_on_at(text, at)) return 0;
  }
}

}  // namespace

std::optional<CardNumberAt> find_card_number(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins = at == 0 || !is_hex_digit(text[at - 1]);
    if (begins && is_hex_digit(text[at]) && is_uuid_at(text, at)) {
      at += 35;
      continue;
    }
    if (!is_decimal(text[at]) || (at > 0 && is_decimal(text[at - 1]))) continue;
    if (const std::size_t size = card_size_at(text, at); size != 0) return CardNumberAt{at, size};
  }
  return std::nullopt;
}

std::string without_card_numbers(std::string_view text) {
  std::string out;
  while (const auto card = find_card_number(text)) {
    out.append(text.substr(0, card->begin)).append(in_its_place);
    text.remove_prefix(card->begin + card->size);
  }
  return out.append(text);
}

}  // namespace florin
