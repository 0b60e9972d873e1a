// RecordFilter: "may this transaction id be among those that were added?", answered from one cache line of memory. No
// false negatives; about one false positive in 90 when it is full. Keeps a new transfer from touching the disk.
// In memory only: it is made again, larger, when it is full (RecordIndex).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/prefetch.hpp"

namespace florin {

class RecordFilter {
 public:
  // With more, false positives grow.
  static constexpr std::uint64_t bits_per_id = 12;
  static constexpr unsigned size_log2_min = 6;

  explicit RecordFilter(unsigned size_log2)  // of bits; size_log2_min to 41
      : words_((std::size_t{1} << size_log2) / 64, 0),
        lines_(size_log2 < line_log2 ? 0 : (std::uint64_t{1} << (size_log2 - line_log2)) - 1),
        places_((std::uint64_t{1} << std::min(size_log2, line_log2)) - 1) {}

  void add(std::uint64_t hash) {
    for (int probe = 0; probe < probes; ++probe) {
      const std::uint64_t bit = bit_of(hash, probe);
      words_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }
  [[nodiscard]] bool may_contain(std::uint64_t hash) const {
    for (int probe = 0; probe < probes; ++probe) {
      const std::uint64_t bit = bit_of(hash, probe);
      if ((words_[bit / 64] >> (bit % 64) & 1) == 0) return false;
    }
    return true;
  }
  void prefetch(std::uint64_t hash) const { prefetch_line(&words_[bit_of(hash, 0) / 64]); }
  [[nodiscard]] std::uint64_t bits() const { return words_.size() * 64; }

 private:
  static constexpr int probes = 3;
  // All bits of one id lie in one cache line: the low half of its hash chooses the line, then 9 bits for each probe.
  static constexpr unsigned line_log2 = 9;
  [[nodiscard]] std::uint64_t bit_of(std::uint64_t hash, int probe) const {
    const std::uint64_t line = (hash & UINT32_MAX) & lines_;
    return (line << line_log2) + (hash >> (32 + 9 * probe) & places_);
  }

  std::vector<std::uint64_t> words_;
  std::uint64_t lines_;   // number of lines - 1
  std::uint64_t places_;  // bits of a line - 1
};

}  // namespace florin
