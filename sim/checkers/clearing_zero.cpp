// ClearingZero: when nothing is in flight, the clearing accounts of all partitions add up to zero in every
// currency: no money is left between two partitions.
#include <map>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

__extension__ typedef __int128 Wide;

class ClearingZero final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "clearing_zero"; }

  void at_end(EndView& end) override {
    std::map<Currency, Wide> clearing;
    for (const PartitionState* partition : end.followers)
      for (const CurrencySums& sums : partition->sums()) clearing[sums.currency] += sums.clearing;
    for (const auto& [currency, sum] : clearing)
      if (sum != 0)
        fail(std::string(currency.view()) + ": " + std::to_string(static_cast<std::int64_t>(sum)) +
             " minor units are between partitions, and nothing is in flight");
  }
};

}  // namespace

std::unique_ptr<Checker> make_clearing_zero(const RunView&) {
  return std::make_unique<ClearingZero>();
}

}  // namespace florin::sim
