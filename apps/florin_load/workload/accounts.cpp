// See accounts.hpp.
#include "apps/florin_load/workload/accounts.hpp"

#include <xxhash.h>

#include <cstring>

#include "apps/client/uuid_v7.hpp"
#include "base/assert.hpp"

namespace florin::load {

namespace {
std::size_t digits_for(std::uint32_t count) {
  std::size_t digits = 6;
  for (std::uint64_t limit = 1'000'000; limit < count; limit *= 10) ++digits;
  return digits;
}
}  // namespace

bool Accounts::fits(std::string_view prefix, std::uint32_t count) noexcept {
  return prefix.size() + 1 + digits_for(count) <= account_name_chars_max;
}

Accounts::Accounts(std::string_view prefix, std::uint32_t count, std::uint32_t partitions)
    : name_chars_(prefix.size() + 1 + digits_for(count)),
      digits_at_(prefix.size() + 1),
      names_(count),
      partition_of_(count),
      members_(partitions) {
  FLORIN_ASSERT(fits(prefix, count) && partitions > 0);
  for (std::uint32_t i = 0; i < count; ++i) {
    char* name = names_[i].data();
    std::memcpy(name, prefix.data(), prefix.size());
    name[prefix.size()] = '-';
    std::uint32_t rest = i;
    for (std::size_t d = name_chars_; d-- > digits_at_; rest /= 10)
      name[d] = static_cast<char>('0' + rest % 10);
    partition_of_[i] = static_cast<std::uint16_t>(XXH3_64bits(name, name_chars_) % partitions);
    members_[partition_of_[i]].push_back(i);
  }
}

std::uint32_t Accounts::find(std::string_view name) const noexcept {
  if (name.size() != name_chars_ || names_.empty()) return count();
  std::uint64_t index = 0;
  for (const char c : name.substr(digits_at_)) {
    if (c < '0' || c > '9') return count();
    index = index * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (index >= count() || this->name(static_cast<std::uint32_t>(index)) != name) return count();
  return static_cast<std::uint32_t>(index);
}

std::string fresh_prefix() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  client::UuidV7 ids;
  const Uuid id = ids.next();
  std::string prefix = "l";
  for (std::size_t i = 9; i < 12; ++i) prefix += letters[id.bytes[i] % letters.size()];
  return prefix;
}

}  // namespace florin::load
