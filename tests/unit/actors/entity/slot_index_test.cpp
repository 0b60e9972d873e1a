// SlotIndex: ids are the clients' to choose, so which of them meet in it must be nobody's to know.
#include "actors/entity/slot_index.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

// Hashes that all have one tag where the secret is 0: the mixer is a multiplication by an odd number, and this
// is its inverse.
std::uint64_t with_tag(std::uint32_t tag, std::uint32_t rest) {
  constexpr std::uint64_t mixer = 0x9E3779B97F4A7C15U;
  std::uint64_t inverse = mixer;
  for (int i = 0; i < 6; ++i) inverse *= 2 - mixer * inverse;
  return (std::uint64_t{tag} << 32 | rest) * inverse;
}

std::uint32_t compared(const SlotIndex& index, std::uint64_t hash) {
  std::uint32_t count = 0;
  EXPECT_EQ(index.find(hash, [&](std::uint32_t) { return ++count == 0; }), SlotIndex::no_slot);
  return count;
}

TEST(SlotIndex, ChosenIdsMeetOnlyWhereTheSecretIsKnown) {
  constexpr std::uint32_t crowd = 1'000;
  SlotIndex known;
  SlotIndex other{{.secret = 0x5E'C2E7}};
  for (std::uint32_t i = 0; i < crowd; ++i) {
    known.insert(with_tag(7, i), i);
    other.insert(with_tag(7, i), i);
  }
  EXPECT_EQ(compared(known, with_tag(7, crowd)), crowd) << "or these hashes prove nothing";
  EXPECT_LT(compared(other, with_tag(7, crowd)), 5U);
}

TEST(SlotIndex, FindsWhatWasInsertedUnderAnySecret) {
  for (const std::uint64_t secret : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX}) {
    SlotIndex index{{.secret = secret}};
    for (std::uint32_t i = 0; i < 500; ++i) index.insert(i * 0x9E37U, i);
    for (std::uint32_t i = 0; i < 500; i += 2) index.erase(i * 0x9E37U, i);
    for (std::uint32_t i = 0; i < 500; ++i)
      EXPECT_EQ(index.find(i * 0x9E37U, [&](std::uint32_t slot) { return slot == i; }),
                i % 2 == 0 ? SlotIndex::no_slot : i);
  }
}

}  // namespace
}  // namespace florin
