// How a call is known inside the cluster.
#include "psp/call_key.hpp"

#include <gtest/gtest.h>

namespace florin::psp {
namespace {

TEST(CallKey, NamesACallTheSameEverywhere) {
  EXPECT_EQ(call_id("sandbox", "po-1"), call_id("sandbox", "po-1"));
  EXPECT_NE(call_id("sandbox", "po-1"), call_id("sandbox", "po-2"));
  EXPECT_NE(call_id("sandbox", "po-1"), call_id("other", "po-1"));
}

}  // namespace
}  // namespace florin::psp
