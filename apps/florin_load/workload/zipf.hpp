// Zipf-distributed ranks: rank r (from 0) is drawn with probability ~ 1 / (r + 1)^0.99, the skew of YCSB.
// Alias method over integer weights: a draw costs two table reads whatever the size, and the same seed gives
// the same ranks.
#pragma once

#include <cstdint>
#include <vector>

#include "apps/client/random.hpp"

namespace florin::load {

class Zipf {
 public:
  // 1 <= size <= 2^24.
  explicit Zipf(std::uint32_t size);
  std::uint32_t draw(client::Random& random) const noexcept;
  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(cells_.size());
  }

 private:
  struct Cell {
    std::uint64_t keep;  // of 2^64: below it the cell's own rank, else the alias
    std::uint32_t alias;
  };
  std::vector<Cell> cells_;
};

}  // namespace florin::load
