// Transaction ids made by the client: UUID version 7 (RFC 9562), strictly increasing within one generator,
// so that a list of them is sorted and can be searched without an index.
#pragma once

#include <cstdint>
#include <string_view>

#include "apps/client/random.hpp"
#include "base/ids.hpp"

namespace florin::client {

inline constexpr std::size_t uuid_chars = 36;

// Lower case, exactly uuid_chars bytes, no terminator.
void write_uuid(const Uuid& id, char* out) noexcept;
// 36-character form, either case. False: not a UUID.
bool read_uuid(std::string_view text, Uuid& out) noexcept;

class UuidV7 {
 public:
  // Random bits come from the operating system's entropy: two runs never share ids, whatever their --seed.
  UuidV7();
  explicit UuidV7(std::uint64_t seed) : random_(seed) {}

  Uuid next() noexcept;
  // `unix_us`: microseconds since 1970. Several ids in one step of the clock, or a clock that goes back,
  // count upwards from the last id.
  Uuid at(std::uint64_t unix_us) noexcept;

 private:
  Random random_;
  std::uint64_t last_ = 0;  // 48 bits of milliseconds, 12 bits of fraction
};

}  // namespace florin::client
