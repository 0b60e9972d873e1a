// The hash chain of a partition's log: an entry holds the hash of the entry before it, and its own
// hash is SHA-256 over all its bytes. So one hash pins the whole history before it. Index 0 has the
// genesis hash.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace florin {

using Hash = std::array<std::uint8_t, 32>;

inline constexpr Hash genesis_hash{};  // the `previous_hash` of entry 1: 32 zero bytes

// Safe to call from any thread.
Hash chain_hash(std::string_view entry_bytes);

std::string hash_hex(const Hash& hash);  // 64 lower-case digits

}  // namespace florin
