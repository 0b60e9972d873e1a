// A merge patch of metadata: the cases of RFC 7396 that texts and null can make.
#include "domain/account/account_metadata.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

TEST(AccountMetadata, SetsAddsAndRemoves) {
  const Metadata before{{"a", "1"}, {"b", "2"}, {"c", "3"}};
  EXPECT_EQ(patched(before, {{{"b", "x"}}, {}}), (Metadata{{"a", "1"}, {"b", "x"}, {"c", "3"}}));
  EXPECT_EQ(patched(before, {{{"aa", "x"}, {"z", ""}}, {}}),
            (Metadata{{"a", "1"}, {"aa", "x"}, {"b", "2"}, {"c", "3"}, {"z", ""}}));
  EXPECT_EQ(patched(before, {{}, {"a", "c"}}), (Metadata{{"b", "2"}}));
  EXPECT_EQ(patched(before, {{{"0", "x"}}, {"a", "b", "c"}}), (Metadata{{"0", "x"}}));
}

TEST(AccountMetadata, RemovesNothingWhereThereIsNothing) {
  EXPECT_EQ(patched({}, {{}, {"a"}}), Metadata());
  EXPECT_EQ(patched({{"b", "2"}}, {{}, {"a", "c"}}), (Metadata{{"b", "2"}}));
}

TEST(AccountMetadata, IsTheSameWhenAPatchComesTwice) {
  const MetadataPatch patch{{{"a", "x"}, {"n", "1"}}, {"b", "q"}};
  const Metadata once = patched({{"a", "1"}, {"b", "2"}}, patch);
  EXPECT_EQ(patched(once, patch), once);
  EXPECT_EQ(patched(once, {}), once);
}

}  // namespace
}  // namespace florin
