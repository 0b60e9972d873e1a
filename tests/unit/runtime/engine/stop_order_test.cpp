// The stop of a node, step by step.
#include "runtime/engine/stop_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace florin {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

struct FakeNode {
  void begin_drain() { done.emplace_back("drains"); }
  void hand_over(milliseconds time) {
    done.push_back("hands over for " + std::to_string(time.count()) + " ms");
  }
  std::size_t ask_to_stop() {
    done.emplace_back("asks");
    return 3;
  }
  bool wait_for(std::size_t managers, std::chrono::steady_clock::time_point) {
    done.push_back("waits for " + std::to_string(managers));
    return all_stop;
  }
  void shut_down() { done.emplace_back("ends"); }

  bool all_stop = true;
  std::vector<std::string> done;
};

TEST(StopOrder, DrainsHandsOverTakesLastTurnsAndEnds) {
  FakeNode node;
  EXPECT_TRUE(stop_in_order(node, milliseconds(600)));
  EXPECT_THAT(node.done,
              ElementsAre("drains", "hands over for 300 ms", "asks", "waits for 3", "ends"))
      << "handing over leaves half of the time to the last turns";
}

TEST(StopOrder, EndsAlsoWhenSomebodyDoesNotStopInTime) {
  FakeNode node;
  node.all_stop = false;
  EXPECT_FALSE(stop_in_order(node, milliseconds(60'000)));
  EXPECT_THAT(node.done,
              ElementsAre("drains", "hands over for 1000 ms", "asks", "waits for 3", "ends"));
}

}  // namespace
}  // namespace florin
