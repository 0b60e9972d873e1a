// SimRandom: the simulator's own integer generator (xoshiro256**, seeded by splitmix64), the same on every
// machine and compiler; std distributions are not. Golden values: tests/unit/sim/random_test.cpp.
//
// A stream is forked by name, so that what one part draws never shifts what another part gets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace florin::sim {

// One step of splitmix64 from `state`: also a good mixer of any two numbers.
constexpr std::uint64_t mix(std::uint64_t state) noexcept {
  state += 0x9E3779B97F4A7C15U;
  state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9U;
  state = (state ^ state >> 27) * 0x94D049BB133111EBU;
  return state ^ state >> 31;
}
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept { return mix(mix(a) ^ b); }

class SimRandom {
 public:
  explicit SimRandom(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      word = mix(seed);
      seed += 0x9E3779B97F4A7C15U;
    }
  }
  SimRandom(std::uint64_t seed, std::string_view stream) : SimRandom(mix(seed, name(stream))) {}

  std::uint64_t next() {
    const std::uint64_t result = rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotl(state_[3], 45);
    return result;
  }
  // 0 .. n-1, without bias (Lemire). n > 0.
  std::uint64_t bounded(std::uint64_t n) {
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(next()) * n;
    if (static_cast<std::uint64_t>(product) < n) {
      const std::uint64_t least = (0 - n) % n;
      while (static_cast<std::uint64_t>(product) < least) product = static_cast<Wide>(next()) * n;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }
  // low .. high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(bounded(static_cast<std::uint64_t>(high - low) + 1));
  }
  bool permille(std::uint64_t chance) { return bounded(1000) < chance; }
  // low .. high with every order of magnitude as likely as another: small limits are the interesting ones.
  std::int64_t log_between(std::int64_t low, std::int64_t high) {
    std::int64_t top = low;
    int doublings = 0;
    while (top < high / 2) {
      top *= 2;
      ++doublings;
    }
    const auto shift = static_cast<int>(bounded(static_cast<std::uint64_t>(doublings) + 1));
    const std::int64_t from = low << shift;
    return between(from, shift == doublings ? high : 2 * from);
  }
  template <class T, std::size_t N>
  const T& one_of(const std::array<T, N>& values) {
    return values[bounded(N)];
  }

 private:
  static constexpr std::uint64_t rotl(std::uint64_t x, int k) { return x << k | x >> (64 - k); }
  static constexpr std::uint64_t name(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return hash;
  }
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace florin::sim
