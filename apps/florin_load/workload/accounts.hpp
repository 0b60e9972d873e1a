// The accounts of one run: names of one width ("l7f3-000123"), the partition of each, and which accounts
// share a partition. partition = XXH3_64bits(account id) mod P, as the server places them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace florin::load {

inline constexpr std::size_t account_name_chars_max = 15;

class Accounts {
 public:
  // `prefix` + '-' + index. prefix and digits must fit account_name_chars_max (fits() tells).
  Accounts(std::string_view prefix, std::uint32_t count, std::uint32_t partitions);
  static bool fits(std::string_view prefix, std::uint32_t count) noexcept;

  [[nodiscard]] std::uint32_t count() const noexcept {
    return static_cast<std::uint32_t>(names_.size());
  }
  [[nodiscard]] std::uint32_t partitions() const noexcept {
    return static_cast<std::uint32_t>(members_.size());
  }
  [[nodiscard]] std::string_view name(std::uint32_t account) const noexcept {
    return {names_[account].data(), name_chars_};
  }
  // Index of an account of this run; count() for any other name.
  [[nodiscard]] std::uint32_t find(std::string_view name) const noexcept;
  [[nodiscard]] std::uint16_t partition(std::uint32_t account) const noexcept {
    return partition_of_[account];
  }
  [[nodiscard]] const std::vector<std::uint32_t>& members(std::uint16_t partition) const noexcept {
    return members_[partition];
  }

 private:
  std::size_t name_chars_;
  std::size_t digits_at_;
  std::vector<std::array<char, account_name_chars_max + 1>> names_;
  std::vector<std::uint16_t> partition_of_;
  std::vector<std::vector<std::uint32_t>> members_;
};

// Four characters of a-z0-9 that no other run of the last weeks used, nearly surely.
std::string fresh_prefix();

}  // namespace florin::load
