// The order in which a node stops, alone or one of a cluster: nothing new is taken, others lead, the partitions take their last
// turns and write their state, then everything ends. Each node says what these steps are for it; what a thread does for one of
// them (handing over, ending) is asked of the control actor in front of it (NodeControls), with a time-out. None of the steps may
// be skipped because the one before it took too long.
//
// Crash between any two: as everywhere. What was not durable nobody has heard of.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace florin {

inline constexpr std::chrono::milliseconds hand_over_time_max{1000};

// A node has begin_drain(); hand_over(time); ask_to_stop(), which says how many managers were asked; wait_for(managers,
// deadline), true when that many have stopped; shut_down(). True: all managers have stopped in time.
template <class Node>
bool stop_in_order(Node& node, std::chrono::milliseconds time_max) {
  const auto deadline = std::chrono::steady_clock::now() + time_max;
  node.begin_drain();
  node.hand_over(std::min(hand_over_time_max, time_max / 2));
  const bool all = node.wait_for(node.ask_to_stop(), deadline);
  node.shut_down();
  return all;
}

}  // namespace florin
