// See transfer_source.hpp.
#include "apps/florin_load/workload/transfer_source.hpp"

#include <algorithm>
#include <string>

namespace florin::load {

namespace {
constexpr int redraws_max = 64;  // then uniform within the rule: only with very few accounts
}

std::optional<Distribution> parse_distribution(std::string_view text) noexcept {
  for (const auto d : {Distribution::uniform, Distribution::zipf, Distribution::one_hot})
    if (text == to_string(d)) return d;
  return std::nullopt;
}

std::string_view to_string(Distribution distribution) noexcept {
  switch (distribution) {
    case Distribution::uniform: return "uniform";
    case Distribution::zipf: return "zipf";
    case Distribution::one_hot: return "one-hot";
  }
  return "";
}

Result<TransferSource, Error> TransferSource::make(const Accounts& accounts, Options options) {
  if (accounts.count() < 2) return Err{Error{Errc::invalid, "--accounts must be at least 2"}};
  std::size_t inhabited = 0;
  bool all_have_neighbours = true;
  for (std::uint32_t p = 0; p < accounts.partitions(); ++p) {
    const std::size_t size = accounts.members(static_cast<std::uint16_t>(p)).size();
    if (size != 0) ++inhabited;
    if (size == 1) all_have_neighbours = false;
  }
  if (options.cross_per_thousand > 0 && inhabited < 2)
    return Err{Error{Errc::invalid,
                     "--cross: all accounts live in one partition; start the node with "
                     "more --partitions or use --cross 0"}};
  if (options.cross_per_thousand >= 0 && options.cross_per_thousand < 1000 && !all_have_neighbours)
    return Err{Error{Errc::invalid,
                     "--cross below 1: some partition has a single account, which has no "
                     "neighbour to pay; use more --accounts"}};
  return TransferSource(accounts, options);
}

TransferSource::TransferSource(const Accounts& accounts, Options options)
    : accounts_(&accounts), options_(options), random_(options.seed) {
  if (options.distribution == Distribution::zipf) zipf_.emplace(accounts.count());
}

std::uint32_t TransferSource::any_account() noexcept {
  if (zipf_) return zipf_->draw(random_);
  return static_cast<std::uint32_t>(random_.below(accounts_->count()));
}

std::uint32_t TransferSource::any_partner(std::uint32_t other, bool uniform) noexcept {
  for (int i = 0; i < redraws_max; ++i) {
    const std::uint32_t found =
        uniform ? static_cast<std::uint32_t>(random_.below(accounts_->count())) : any_account();
    if (found != other) return found;
  }
  return other == 0 ? 1 : 0;
}

std::uint32_t TransferSource::partner(std::uint32_t other, bool uniform, bool cross) noexcept {
  const std::uint16_t home = accounts_->partition(other);
  for (int i = 0; i < redraws_max; ++i) {
    if (uniform && !cross) break;
    const std::uint32_t found = any_partner(other, uniform);
    if ((accounts_->partition(found) != home) == cross) return found;
  }
  if (!cross) {
    const auto& members = accounts_->members(home);
    // members is sorted: leave out `other` by drawing from the rest
    const auto self = static_cast<std::size_t>(
        std::lower_bound(members.begin(), members.end(), other) - members.begin());
    const std::size_t drawn = static_cast<std::size_t>(random_.below(members.size() - 1));
    return members[drawn < self ? drawn : drawn + 1];
  }
  auto found = static_cast<std::uint32_t>(random_.below(accounts_->count()));
  while (accounts_->partition(found) == home) found = (found + 1) % accounts_->count();
  return found;
}

Draw TransferSource::next() noexcept {
  const bool one_hot = options_.distribution == Distribution::one_hot;
  const bool uniform = options_.distribution != Distribution::zipf;
  const std::uint32_t first = one_hot ? 0 : any_account();
  std::uint32_t second = 0;
  if (options_.cross_per_thousand < 0) {
    second = any_partner(first, uniform);
  } else {
    const bool cross =
        random_.below(1000) < static_cast<std::uint64_t>(options_.cross_per_thousand);
    second = partner(first, uniform, cross);
  }
  const auto amount = static_cast<std::uint32_t>(1 + random_.below(options_.amount_minor_max));
  return one_hot ? Draw{second, first, amount} : Draw{first, second, amount};
}

}  // namespace florin::load
