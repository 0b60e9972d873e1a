// Where an account lives, for ever: the hash of its id, pinned. Another value in a newer program would look for money in
// partitions that never had it.
#include "cluster/partition_map.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

struct Home {
  std::string_view account;
  std::uint64_t hash;
  PartitionId of_2, of_16, of_1024;
};
constexpr Home homes[] = {
    {"a", 0xe6c632b61e964e1fU, 1, 15, 543},
    {"alice", 0x4da10dd61a0116b0U, 0, 0, 688},
    {"bob", 0x1403c0c40f49b8e5U, 1, 5, 229},
    {"shop:42.b_c-d", 0x7d87c0989f317aa4U, 0, 4, 676},
    {"merchant-00000000000000000000000000000000000000000000000001", 0x6673c0b421572ceaU, 0, 10,
     234},
    {"@outside:USD", 0xbe54cca6fba84ae2U, 0, 2, 738},
};

TEST(PartitionMap, AccountsLiveForEverWhereTheyWereOpened) {
  for (const Home& home : homes) {
    const AccountId id = AccountId::from_trusted(home.account);
    EXPECT_EQ(hash64(home.account), home.hash) << home.account;
    EXPECT_EQ(PartitionMap(2).partition_of(id), home.of_2) << home.account;
    EXPECT_EQ(PartitionMap(16).partition_of(id), home.of_16) << home.account;
    EXPECT_EQ(PartitionMap(1'024).partition_of(id), home.of_1024) << home.account;
  }
}

}  // namespace
}  // namespace florin
