// Bytes inside: a letter for the list, then an id, or three varints for each position.
#include "api/answers/cursor.hpp"

#include <cstdint>
#include <limits>

namespace florin {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char statement_mark = 'S';
constexpr char account_mark = 'A';
constexpr char payment_mark = 'P';

std::string to_base64url(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) out += alphabet[bits >> (count - 6) & 63U];
  }
  if (count > 0) out += alphabet[bits << (6 - count) & 63U];
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 255U);
  }
  const bool rest_is_zero = (bits & ((1U << count) - 1U)) == 0;
  if (count >= 6 || !rest_is_zero) return std::nullopt;
  return out;
}

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 128; value >>= 7) out += static_cast<char>(value | 128U);
  out += static_cast<char>(value);
}

template <class T>
bool take_varint(std::string_view& bytes, T& out) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 63; shift += 7) {
    if (bytes.empty()) return false;
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 127U) << shift;
    if (byte >= 128) continue;
    if (value > std::numeric_limits<T>::max()) return false;
    out = static_cast<T>(value);
    return true;
  }
  return false;
}

// What is behind the mark.
std::optional<std::string> open_cursor(std::string_view cursor, char mark) {
  auto bytes = from_base64url(cursor);
  if (!bytes || bytes->empty() || bytes->front() != mark) return std::nullopt;
  bytes->erase(0, 1);
  return bytes;
}

}  // namespace

std::string encode_statement_cursor(const std::vector<Position>& heads) {
  std::string bytes(1, statement_mark);
  for (const Position& head : heads) {
    append_varint(bytes, head.partition);
    append_varint(bytes, head.index);
    append_varint(bytes, head.ordinal);
  }
  return to_base64url(bytes);
}

std::optional<std::vector<Position>> decode_statement_cursor(std::string_view cursor) {
  const auto bytes = open_cursor(cursor, statement_mark);
  if (!bytes || bytes->empty()) return std::nullopt;
  std::vector<Position> heads;
  for (std::string_view rest = *bytes; !rest.empty();) {
    Position head;
    if (!take_varint(rest, head.partition) || !take_varint(rest, head.index) ||
        !take_varint(rest, head.ordinal) || head.is_none())
      return std::nullopt;
    if (!heads.empty() && heads.back().partition >= head.partition) return std::nullopt;
    heads.push_back(head);
  }
  return heads;
}

bool are_at_or_behind(const std::vector<Position>& heads, const std::vector<Position>& newest) {
  for (const Position& head : heads) {
    bool known = false;
    for (const Position& newer : newest)
      known = known || (head.partition == newer.partition && head <= newer);
    if (!known) return false;
  }
  return true;
}

std::string encode_account_cursor(const AccountId& last) {
  return to_base64url(std::string(1, account_mark).append(last.view()));
}

std::optional<AccountId> decode_account_cursor(std::string_view cursor) {
  const auto bytes = open_cursor(cursor, account_mark);
  return bytes ? AccountId::parse(*bytes) : std::nullopt;
}

std::string encode_payment_cursor(const PaymentId& seen_up_to) {
  return to_base64url(std::string(1, payment_mark).append(seen_up_to.view()));
}

std::optional<PaymentId> decode_payment_cursor(std::string_view cursor) {
  const auto bytes = open_cursor(cursor, payment_mark);
  return bytes ? PaymentId::parse(*bytes) : std::nullopt;
}

}  // namespace florin
