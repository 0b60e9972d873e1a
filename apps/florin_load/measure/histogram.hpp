// Log-linear histogram of non-negative integers (nanoseconds here): 128 buckets per power of two, so a
// percentile is at most 0.8 % above the true value. 58 x 128 counters, 60 KB, recording is a few instructions.
#pragma once

#include <cstdint>
#include <vector>

namespace florin::load {

class Histogram {
 public:
  Histogram() : counts_(buckets) {}

  void record(std::uint64_t value, std::uint64_t times = 1) noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }
  [[nodiscard]] std::uint64_t mean() const noexcept {
    return count_ == 0 ? 0 : static_cast<std::uint64_t>(sum_ / count_);
  }
  // Smallest recorded level that `per_million` / 1,000,000 of the values do not exceed: 990,000 = p99.
  // 0 when nothing was recorded; never above max().
  [[nodiscard]] std::uint64_t percentile(std::uint64_t per_million) const noexcept;
  void merge(const Histogram& other) noexcept;

 private:
  static constexpr int sub_bits = 7;
  static constexpr std::size_t sub_count = std::size_t{1} << sub_bits;
  static constexpr std::size_t buckets = (64 - sub_bits + 1) * sub_count;

  static std::size_t bucket_of(std::uint64_t value) noexcept;
  static std::uint64_t highest_of(std::size_t bucket) noexcept;

  __extension__ using Wide = unsigned __int128;
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
  Wide sum_ = 0;
};

}  // namespace florin::load
