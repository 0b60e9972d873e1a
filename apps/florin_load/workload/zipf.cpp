// See zipf.hpp. Vose's construction (1991) in integers: every cell holds total/size of weight exactly.
#include "apps/florin_load/workload/zipf.hpp"

#include <cmath>

#include "base/assert.hpp"

namespace florin::load {

namespace {
__extension__ using Wide = unsigned __int128;
constexpr double exponent = 0.99;
constexpr double scale = 1099511627776.0;  // 2^40: the rarest of 2^24 ranks still weighs ~ 78,000

std::uint64_t weight_of(std::uint32_t rank) {
  return static_cast<std::uint64_t>(scale / std::pow(static_cast<double>(rank) + 1.0, exponent));
}

// part / whole as a fraction of 2^64. part < whole < 2^64: whole is a sum of 2^24 weights of at most 2^40.
std::uint64_t fraction(Wide part, Wide whole) {
  return static_cast<std::uint64_t>((part << 64) / whole);
}
}  // namespace

Zipf::Zipf(std::uint32_t size) {
  FLORIN_ASSERT(size >= 1 && size <= (1U << 24));
  std::vector<Wide> weights(size);  // each times `size`, so that the mean is `total`
  Wide total = 0;
  for (std::uint32_t r = 0; r < size; ++r) {
    weights[r] = static_cast<Wide>(weight_of(r)) * size;
    total += weight_of(r);
  }
  cells_.assign(size, Cell{UINT64_MAX, 0});
  std::vector<std::uint32_t> small, large;
  for (std::uint32_t r = 0; r < size; ++r) {
    cells_[r].alias = r;
    (weights[r] < total ? small : large).push_back(r);
  }
  while (!small.empty() && !large.empty()) {
    const std::uint32_t s = small.back();
    const std::uint32_t l = large.back();
    small.pop_back();
    cells_[s] = {fraction(weights[s], total), l};
    weights[l] -= total - weights[s];
    if (weights[l] < total) {
      large.pop_back();
      small.push_back(l);
    }
  }
}

std::uint32_t Zipf::draw(client::Random& random) const noexcept {
  const auto cell = static_cast<std::uint32_t>(random.below(cells_.size()));
  return random.next() < cells_[cell].keep ? cell : cells_[cell].alias;
}

}  // namespace florin::load
