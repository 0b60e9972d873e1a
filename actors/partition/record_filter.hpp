// RecordFilter: "was this transaction id ever recorded in this epoch?", answered from memory. No false
// negatives; about one false positive in 400 when full. Keeps a new transfer from touching the disk.
//
// Its bytes are in the store: which bits an id has may never change (RecordFilterTest pins them).
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/prefetch.hpp"
#include "cluster/partition_map.hpp"

namespace florin {

class RecordFilter {
 public:
  // What its size is made for: with more, false positives grow. An epoch is sealed at this many or fewer.
  static constexpr std::uint64_t records_max = 65'536;
  static constexpr unsigned bits_log2 = 20;  // 16 per record

  // Smaller ones are for tests: there a false positive is as common as it is after years elsewhere.
  explicit RecordFilter(unsigned size_log2 = bits_log2)  // 6 to bits_log2
      : words_((std::size_t{1} << size_log2) / 64, 0),
        lines_(size_log2 < line_log2 ? 0 : (std::uint64_t{1} << (size_log2 - line_log2)) - 1),
        places_((std::uint64_t{1} << std::min(size_log2, line_log2)) - 1) {}

  static std::uint64_t hash(const Uuid& id) {
    return hash64({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
  }
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
  // Bytes of a sealed epoch's filter, for the `filters` table (little-endian words).
  [[nodiscard]] std::string bytes() const {
    return {reinterpret_cast<const char*>(words_.data()), words_.size() * sizeof(std::uint64_t)};
  }
  // False when `bytes` is not a filter of this size.
  [[nodiscard]] bool assign(std::string_view bytes) {
    if (bytes.size() != words_.size() * sizeof(std::uint64_t)) return false;
    std::memcpy(words_.data(), bytes.data(), bytes.size());
    return true;
  }

 private:
  static constexpr int probes = 3;
  // All bits of one id lie in one cache line: 11 bits of its hash choose the line, then 9 for each probe.
  static constexpr unsigned line_log2 = 9;
  [[nodiscard]] std::uint64_t bit_of(std::uint64_t hash, int probe) const {
    const std::uint64_t line = hash & lines_;
    return (line << line_log2) + (hash >> (20 + 9 * probe) & places_);
  }

  std::vector<std::uint64_t> words_;
  std::uint64_t lines_;   // number of lines - 1
  std::uint64_t places_;  // bits of a line - 1
};

}  // namespace florin
