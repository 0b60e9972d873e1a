// The simulated network: what arrives, how often, when.
#include "sim/ports/sim_network.hpp"

#include <gtest/gtest.h>

namespace florin::sim {
namespace {

class SimNetworkTest : public testing::Test {
 protected:
  SimNetwork network(NetworkOptions options) { return SimNetwork(events_, trace_, 5, 3, options); }
  int send_all(SimNetwork& network, int packets, Endpoint from = 0, Endpoint to = 1) {
    int arrived = 0;
    for (int i = 0; i < packets; ++i) network.send(from, to, [&arrived] { ++arrived; });
    while (events_.run_one()) {}
    return arrived;
  }
  EventQueue events_;
  Trace trace_;
};

TEST_F(SimNetworkTest, APerfectNetworkDeliversEachPacketOnceInItsTime) {
  SimNetwork net = network({.delay_min = 100, .delay_max = 200});
  EXPECT_EQ(send_all(net, 50), 50);
  EXPECT_GE(events_.now(), 100);
  EXPECT_LE(events_.now(), 200);
  EXPECT_EQ(net.in_flight(), 0U);
}

TEST_F(SimNetworkTest, LosesAndDuplicatesAsOftenAsAsked) {
  SimNetwork losing = network({.loss_permille = 500});
  const int arrived = send_all(losing, 1'000);
  EXPECT_GT(arrived, 430);
  EXPECT_LT(arrived, 570);
  SimNetwork doubling = network({.duplicate_permille = 500});
  const int copies = send_all(doubling, 1'000);
  EXPECT_GT(copies, 1'430);
  EXPECT_LT(copies, 1'570);
}

TEST_F(SimNetworkTest, PacketsOvertakeEachOther) {
  SimNetwork net = network({.delay_min = 1, .delay_max = 1'000});
  std::vector<int> order;
  for (int i = 0; i < 20; ++i) net.send(0, 1, [&order, i] { order.push_back(i); });
  while (events_.run_one()) {}
  EXPECT_EQ(order.size(), 20U);
  EXPECT_FALSE(std::ranges::is_sorted(order));
}

TEST_F(SimNetworkTest, ACutLinkIsCutInOneDirectionUntilItIsMendedOrHealed) {
  SimNetwork net = network({});
  net.cut(0, 1);
  EXPECT_EQ(send_all(net, 5, 0, 1), 0);
  EXPECT_EQ(send_all(net, 5, 1, 0), 5);
  net.mend(0, 1);
  EXPECT_EQ(send_all(net, 5, 0, 1), 5);
  net.cut(0, 1);
  net.heal();
  EXPECT_EQ(send_all(net, 5, 0, 1), 5);
}

TEST_F(SimNetworkTest, ALinkMayBeAnHourLate) {
  SimNetwork net = network({});
  net.hold_back(0, 1, 1);
  EXPECT_EQ(send_all(net, 2), 2);
  EXPECT_GE(events_.now(), hour);
}

TEST_F(SimNetworkTest, TheFateOfAPacketDoesNotDependOnOtherLinks) {
  SimNetwork alone = network({.loss_permille = 300});
  std::string fates;
  for (int i = 0; i < 30; ++i) fates += send_all(alone, 1) == 0 ? 'l' : 'a';
  SimNetwork busy = network({.loss_permille = 300});
  std::string again;
  for (int i = 0; i < 30; ++i) {
    send_all(busy, 3, 1, 2);
    again += send_all(busy, 1) == 0 ? 'l' : 'a';
  }
  EXPECT_EQ(again, fates);
}

}  // namespace
}  // namespace florin::sim
