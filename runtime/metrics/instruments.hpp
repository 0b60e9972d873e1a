// Counter, Gauge, Histogram: what hot paths touch. Relaxed atomics, no lock, no allocation, any
// thread.
//
// Values are whole numbers of the smallest unit (nanoseconds, bytes, messages); a metric's page
// shows them in Prometheus' base units. A page is not a snapshot: its numbers may be some
// nanoseconds apart.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "base/assert.hpp"

namespace florin {

class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  // For what several threads raise and lower: a `set` of one could overtake that of another.
  void add(std::uint64_t n) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  void subtract(std::uint64_t n) noexcept { value_.fetch_sub(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Histogram {
 public:
  static constexpr std::size_t bounds_max = 24;

  // Inclusive upper bounds, ascending; what is above the last one is counted without a bound.
  explicit Histogram(std::initializer_list<std::uint64_t> bounds) : size_(bounds.size()) {
    FLORIN_ASSERT(bounds.size() <= bounds_max);
    std::size_t i = 0;
    for (const auto bound : bounds) {
      FLORIN_ASSERT(i == 0 || bounds_[i - 1] < bound);
      bounds_[i++] = bound;
    }
  }

  // `times` observations of the same value in one go, for callers that batch.
  void observe(std::uint64_t value, std::uint64_t times = 1) noexcept {
    std::size_t i = 0;
    while (i < size_ && value > bounds_[i]) ++i;
    counts_[i].fetch_add(times, std::memory_order_relaxed);
    sum_.fetch_add(value * times, std::memory_order_relaxed);
  }

  [[nodiscard]] std::span<const std::uint64_t> bounds() const noexcept {
    return {bounds_.data(), size_};
  }
  // i = bounds().size(): above all bounds.
  [[nodiscard]] std::uint64_t count(std::size_t i) const noexcept {
    return counts_[i].load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t sum() const noexcept { return sum_.load(std::memory_order_relaxed); }

 private:
  std::size_t size_;
  std::array<std::uint64_t, bounds_max> bounds_{};
  std::array<std::atomic<std::uint64_t>, bounds_max + 1> counts_{};
  std::atomic<std::uint64_t> sum_{0};
};

}  // namespace florin
