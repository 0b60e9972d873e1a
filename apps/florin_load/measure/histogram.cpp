// See histogram.hpp.
#include "apps/florin_load/measure/histogram.hpp"

#include <algorithm>
#include <bit>

namespace florin::load {

std::size_t Histogram::bucket_of(std::uint64_t value) noexcept {
  if (value < 2 * sub_count) return static_cast<std::size_t>(value);
  const int shift = static_cast<int>(std::bit_width(value)) - 1 - sub_bits;
  return static_cast<std::size_t>(shift) * sub_count + static_cast<std::size_t>(value >> shift);
}

std::uint64_t Histogram::highest_of(std::size_t bucket) noexcept {
  if (bucket < 2 * sub_count) return bucket;
  const std::size_t shift = bucket / sub_count - 1;
  return ((bucket - shift * sub_count + 1) << shift) - 1;
}

void Histogram::record(std::uint64_t value, std::uint64_t times) noexcept {
  counts_[bucket_of(value)] += times;
  count_ += times;
  sum_ += static_cast<Wide>(value) * times;
  max_ = std::max(max_, value);
}

std::uint64_t Histogram::percentile(std::uint64_t per_million) const noexcept {
  if (count_ == 0) return 0;
  const auto wanted =
      static_cast<std::uint64_t>((static_cast<Wide>(count_) * per_million + 999'999) / 1'000'000);
  std::uint64_t seen = 0;
  for (std::size_t b = 0; b < buckets; ++b) {
    seen += counts_[b];
    if (seen >= wanted && counts_[b] != 0) return std::min(highest_of(b), max_);
  }
  return max_;
}

void Histogram::merge(const Histogram& other) noexcept {
  for (std::size_t b = 0; b < buckets; ++b) counts_[b] += other.counts_[b];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

}  // namespace florin::load
