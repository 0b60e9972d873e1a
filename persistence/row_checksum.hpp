// The checksum of a stored row: XXH3, 64 bits, over table, key and value. 32 bits would let one flipped row in four
// thousand million through, and the sum over a table of a hundred million of them would repeat itself; 128 would cost
// twice the bytes of a small row's own field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "persistence/state_store.hpp"

namespace florin {

inline constexpr std::size_t row_checksum_size = 8;  // little-endian, behind the value

std::uint64_t row_checksum(Table table, std::string_view key, std::string_view value) noexcept;

}  // namespace florin
