// ForwardedAsks: clients' messages that a peer has sent here because a partition is led here. Gives each a
// number of this node, and finds the asker again when the reply is released. Thread-safe.
//
// What is never answered (its partition was lost, and so the asker asks again) is forgotten after a while.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "actors/messages.hpp"
#include "cluster/links/link_types.hpp"

namespace florin {

class ForwardedAsks {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;
  static constexpr RequestId forwarded_bit = RequestId{1} << 63;

  explicit ForwardedAsks(std::chrono::milliseconds kept_for) : kept_for_(kept_for) {}

  // Gives the messages their numbers here.
  void take(links::NodeNumber from, std::vector<Message>& messages, SteadyTime now);
  // Takes replies to forwarded messages out of `replies`, by asker, with the asker's numbers.
  std::map<links::NodeNumber, std::vector<Reply>> give_back(std::vector<Reply>& replies);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Asker {
    links::NodeNumber node;
    RequestId request;
    SteadyTime asked;
  };
  void forget_old(SteadyTime now);

  std::chrono::milliseconds kept_for_;
  mutable std::mutex mutex_;
  std::unordered_map<RequestId, Asker> askers_;
  RequestId last_ = 0;
  SteadyTime next_look_;
};

}  // namespace florin
