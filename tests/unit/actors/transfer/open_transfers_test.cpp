// What a partition has under way while another one is dead: bounded, and nothing is lost or recorded by the bound.
#include <gtest/gtest.h>

#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

class OpenTransfers : public ::testing::TestWithParam<Protocol> {
 protected:
  PartitionKit kit_{2, {.open_transfers_max = 2}};
  AccountId payer_ = kit_.account(0, "payer");
  AccountId near_ = kit_.account(0, "near");
  AccountId far_ = kit_.account(1, "far");

  void SetUp() override {
    kit_.open(payer_, 1'000);
    kit_.open(near_);
    kit_.open(far_);
  }
  StartTransfer sent(const AccountId& to) {
    const StartTransfer message = kit_.transfer(payer_, to, 100, GetParam());
    kit_.send(message);
    return message;
  }
};
INSTANTIATE_TEST_SUITE_P(BothProtocols, OpenTransfers,
                         ::testing::Values(Protocol::tcc, Protocol::saga));

TEST_P(OpenTransfers, TheNextIsOverloadedAndMayComeAgain) {
  sent(far_);
  sent(far_);
  const StartTransfer third = sent(far_);
  EXPECT_EQ(kit_.replies(third.request), std::vector<std::string>{"not_accepted"});
  EXPECT_EQ(kit_.state(0).open_transfer_count(), 2U);
  kit_.run_until_quiet();
  EXPECT_EQ(kit_.state(0).open_transfer_count(), 0U);

  StartTransfer again = third;
  again.request = 900;
  kit_.send(again);
  kit_.run_until_quiet();
  EXPECT_EQ(kit_.replies(900), std::vector<std::string>{"completed"});
  EXPECT_EQ(kit_.account_state(far_).available, 300);
  kit_.expect_quiet_books();
}

// What needs nobody else goes on, and so does what is known already.
TEST_P(OpenTransfers, TransfersInsideThePartitionAndRepeatsAreNotHeldUp) {
  const StartTransfer first = sent(far_);
  sent(far_);
  const StartTransfer local = sent(near_);
  EXPECT_EQ(kit_.replies(local.request), std::vector<std::string>{"completed"});
  StartTransfer repeat = first;
  repeat.request = 900;
  kit_.send(repeat);
  EXPECT_TRUE(kit_.replies(900).empty()) << "it waits for the outcome";
  kit_.run_until_quiet();
  EXPECT_EQ(kit_.replies(900).size(), 1U);
}

}  // namespace
}  // namespace florin
