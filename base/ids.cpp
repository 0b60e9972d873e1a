// Identifiers: strict parsing and canonical text. One id has exactly one binary form, because keys,
// deduplication and hashes are made from it; whatever is not in the grammar is refused, never repaired.
#include "base/ids.hpp"

#include <charconv>
#include <limits>

#include "base/assert.hpp"

namespace florin {
namespace {

constexpr std::array<std::size_t, 4> uuid_dashes{8, 13, 18, 23};
constexpr std::size_t uuid_chars = 36;
constexpr std::size_t account_chars_max = 64;  // without the '@' of system accounts

constexpr bool is_dash_place(std::size_t i) noexcept {
  return i == uuid_dashes[0] || i == uuid_dashes[1] || i == uuid_dashes[2] || i == uuid_dashes[3];
}

// Of every character: its value as a hexadecimal digit, or not_hex; whether an account id may have it. Batches
// bring ten thousand ids at once, and a look costs less than five comparisons.
constexpr std::uint8_t not_hex = 0xff;
constexpr auto hex_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(not_hex);
  for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<std::uint8_t>(i);
  for (unsigned i = 0; i < 6; ++i)
    values['a' + i] = values['A' + i] = static_cast<std::uint8_t>(10 + i);
  return values;
}();
constexpr auto account_chars = [] {
  std::array<bool, 256> allowed{};
  for (unsigned c = 'A'; c <= 'Z'; ++c) allowed[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) allowed[c] = true;
  for (unsigned c = '0'; c <= '9'; ++c) allowed[c] = true;
  for (const char c : {'.', '_', ':', '-'}) allowed[static_cast<unsigned char>(c)] = true;
  return allowed;
}();

// Where the two digits of each byte of a UUID are in its text.
constexpr std::array<std::uint8_t, 16> uuid_digits{0,  2,  4,  6,  9,  11, 14, 16,
                                                   19, 21, 24, 26, 28, 30, 32, 34};

// Takes a decimal number off the front of `text`: no sign, no leading zero, in range of T.
template <class T>
bool take_number(std::string_view& text, T& out) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{}) return false;
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (digits > 1 && text.front() == '0') return false;
  text.remove_prefix(digits);
  return true;
}

bool take_char(std::string_view& text, char expected) noexcept {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

template <class T>
void append_number(std::string& out, T value) {
  std::array<char, std::numeric_limits<T>::digits10 + 2> buffer;
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  out.append(buffer.data(), result.ptr);
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
  if (text.size() != uuid_chars) return std::nullopt;
  for (const std::size_t dash : uuid_dashes)
    if (text[dash] != '-') return std::nullopt;
  Uuid uuid;
  std::uint8_t seen = 0;  // all values together: one that is no digit leaves its high bits
  for (std::size_t i = 0; i < uuid_digits.size(); ++i) {
    const std::uint8_t high = hex_values[static_cast<unsigned char>(text[uuid_digits[i]])];
    const std::uint8_t low = hex_values[static_cast<unsigned char>(text[uuid_digits[i] + 1U])];
    seen |= high | low;
    uuid.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  if (seen > 0x0f) return std::nullopt;
  return uuid;
}

void Uuid::append_to(std::string& out) const {
  constexpr std::string_view hex = "0123456789abcdef";
  std::array<char, uuid_chars> text;
  std::size_t at = 0;
  for (const std::uint8_t byte : bytes) {
    if (is_dash_place(at)) text[at++] = '-';
    text[at++] = hex[byte >> 4];
    text[at++] = hex[byte & 15];
  }
  out.append(text.data(), text.size());
}

std::string Uuid::to_string() const {
  std::string out;
  append_to(out);
  return out;
}

std::optional<AccountId> AccountId::parse(std::string_view text) noexcept {
  std::string_view name = text;
  take_char(name, '@');
  if (name.empty() || name.size() > account_chars_max) return std::nullopt;
  for (const char c : name)
    if (!account_chars[static_cast<unsigned char>(c)]) return std::nullopt;
  return from_trusted(text);
}

AccountId AccountId::from_trusted(std::string_view text) {
  FLORIN_ASSERT(text.size() <= size_max, text);
  AccountId id;
  id.size_ = static_cast<std::uint8_t>(text.size());
  if (id.is_long())
    id.set_long(text);
  else if (!text.empty())
    std::memcpy(id.data_.data(), text.data(), text.size());
  return id;
}

void AccountId::set_long(std::string_view text) {
  char* copy = new char[text.size()];
  std::memcpy(copy, text.data(), text.size());
  std::memcpy(data_.data(), &copy, sizeof copy);
}

std::optional<Position> Position::parse(std::string_view text) noexcept {
  Position position;
  if (!take_char(text, 'p') || !take_number(text, position.partition)) return std::nullopt;
  if (!take_char(text, ':') || !take_number(text, position.index)) return std::nullopt;
  if (!take_char(text, ':') || !take_number(text, position.ordinal)) return std::nullopt;
  if (!text.empty()) return std::nullopt;
  return position;
}

void Position::append_to(std::string& out) const {
  out += 'p';
  append_number(out, partition);
  out += ':';
  append_number(out, index);
  out += ':';
  append_number(out, ordinal);
}

std::string Position::to_string() const {
  std::string out;
  append_to(out);
  return out;
}

}  // namespace florin
