// CRC32C (Castagnoli, RFC 3720 appendix B.4): the checksum of everything the journal writes.
// Uses the processor's instruction where there is one (asked at run time), a table elsewhere; same result.
#pragma once

#include <cstdint>
#include <string_view>

namespace florin {

// crc32c("123456789") == 0xE3069283. `crc` is the checksum of the bytes before: crc32c(b, crc32c(a)) is
// the checksum of a followed by b.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0) noexcept;

// The table version, for machines without the instruction and as the other side of the test.
[[nodiscard]] std::uint32_t crc32c_portable(std::string_view bytes, std::uint32_t crc = 0) noexcept;

}  // namespace florin
