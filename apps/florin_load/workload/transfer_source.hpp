// Draws the next transfer of a run: who pays whom how much. Deterministic for a seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "apps/client/random.hpp"
#include "apps/florin_load/workload/accounts.hpp"
#include "apps/florin_load/workload/zipf.hpp"
#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::load {

enum class Distribution {
  uniform,  // payer and payee uniform
  zipf,     // payer and payee Zipf 0.99: account 0 is in ~ 20 % of all transfers of 10,000 accounts
  one_hot,  // account 0 is the merchant whom everybody pays
};
std::optional<Distribution> parse_distribution(std::string_view text) noexcept;
std::string_view to_string(Distribution distribution) noexcept;

struct Draw {
  std::uint32_t from;
  std::uint32_t to;
  std::uint32_t amount_minor;
};

class TransferSource {
 public:
  struct Options {
    Distribution distribution = Distribution::uniform;
    int cross_per_thousand = -1;  // share of transfers between two partitions; -1: as it falls
    std::uint32_t amount_minor_max = 100;
    std::uint64_t seed = 1;
  };
  // Errc::invalid when the share cannot be reached with these accounts; says why.
  static Result<TransferSource, Error> make(const Accounts& accounts, Options options);

  Draw next() noexcept;

 private:
  TransferSource(const Accounts& accounts, Options options);
  std::uint32_t any_account() noexcept;
  // Another account than `other`, in another partition (cross) or in the same.
  std::uint32_t partner(std::uint32_t other, bool uniform, bool cross) noexcept;
  std::uint32_t any_partner(std::uint32_t other, bool uniform) noexcept;

  const Accounts* accounts_;
  Options options_;
  client::Random random_;
  std::optional<Zipf> zipf_;
};

}  // namespace florin::load
