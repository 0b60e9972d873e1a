// The filter of an epoch: which bits an id has, in the bytes that are stored, and that a small one only says yes too
// often and never no.
#include "actors/partition/record_filter.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

std::set<std::size_t> bits_set_in(const std::string& bytes) {
  std::set<std::size_t> bits;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit)
    if ((static_cast<unsigned char>(bytes[bit / 8]) >> (bit % 8) & 1) != 0) bits.insert(bit);
  return bits;
}

std::set<std::size_t> bits_of(const Uuid& id, unsigned size_log2 = RecordFilter::bits_log2) {
  RecordFilter filter(size_log2);
  filter.add(RecordFilter::hash(id));
  return bits_set_in(filter.bytes());
}

// Filters of sealed epochs are read again by every newer program: other bits, and old ids are unknown, and paid again.
TEST(RecordFilter, AnIdHasTheBitsThatOlderNodesWrote) {
  Uuid mixed;
  for (std::uint8_t i = 0; i < 16; ++i) mixed.bytes[i] = static_cast<std::uint8_t>(0x10 + i);
  EXPECT_EQ(RecordFilter().bytes().size(), 131'072U);
  EXPECT_EQ(bits_of(words::uuid(1)), (std::set<std::size_t>{489'309, 489'083, 489'222}));
  EXPECT_EQ(bits_of(words::uuid(2)), (std::set<std::size_t>{343'576, 343'662, 343'882}));
  EXPECT_EQ(bits_of(mixed), (std::set<std::size_t>{766'606, 766'583, 766'851}));
}

TEST(RecordFilter, ASmallOneHasOneLineAndLosesNothing) {
  EXPECT_EQ(bits_of(words::uuid(1), 6), (std::set<std::size_t>{29, 59, 6}));
  RecordFilter filter(6);
  for (std::uint64_t id = 1; id <= 12; ++id) filter.add(RecordFilter::hash(words::uuid(id)));
  std::size_t strangers = 0;
  for (std::uint64_t id = 1; id <= 12; ++id)
    EXPECT_TRUE(filter.may_contain(RecordFilter::hash(words::uuid(id)))) << id;
  for (std::uint64_t id = 13; id <= 1'012; ++id)
    strangers += filter.may_contain(RecordFilter::hash(words::uuid(id))) ? 1 : 0;
  EXPECT_GT(strangers, 20U) << "a small filter is there for its false positives";
  EXPECT_LT(strangers, 500U);
}

TEST(RecordFilter, TakesTheBytesOfItsSizeOnly) {
  RecordFilter full;
  EXPECT_TRUE(full.assign(RecordFilter().bytes()));
  EXPECT_FALSE(full.assign(RecordFilter(9).bytes()));
  RecordFilter small(6);
  small.add(RecordFilter::hash(words::uuid(1)));
  RecordFilter other(6);
  ASSERT_TRUE(other.assign(small.bytes()));
  EXPECT_TRUE(other.may_contain(RecordFilter::hash(words::uuid(1))));
}

}  // namespace
}  // namespace florin
