// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104), by OpenSSL: ids and keys that are made of texts, contents that are compared,
// signatures. Entries of the log, hashed by the thousand, have a way of their own (persistence/codec/chain_hash.hpp). Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace florin {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);
// Of both, one behind the other, as if they were one text.
Sha256 hmac_sha256(std::string_view key, std::string_view first, std::string_view second);

// The first `digits` of the 64 lower-case hexadecimal digits.
std::string hex_of(const Sha256& hash, std::size_t digits = 64);
// 64 lower-case digits and nothing else; false leaves `hash` undefined.
bool parse_hex(std::string_view text, Sha256& hash);

// Takes the same time wherever they differ.
bool are_equal(const Sha256& a, const Sha256& b);

}  // namespace florin
