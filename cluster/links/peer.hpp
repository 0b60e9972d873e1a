// What is known of one peer and shared between the thread of the links and those that send: its
// queues, whether it is up, counters. Every function may be called from any thread.
#pragma once

#include <mutex>

#include "cluster/links/peer_links.hpp"
#include "cluster/links/send_queue.hpp"

namespace florin::links {

class Peer {
 public:
  Peer(PeerAddress address, const PerChannel<ChannelCaps>& caps);

  enum class Push {
    refused,
    queued,
    queued_and_writer_sleeps,  // somebody must kick it
  };
  Push push(Channel channel, std::string frame);

  // The outgoing link.
  void went_up();
  void went_down(const Refused& why);  // what waited is dropped
  void dial_failed(const Refused& why);
  void refill(std::string& out, std::uint64_t& next_sequence);
  std::optional<Channel> take_room();
  // The incoming link.
  void incoming_changed(bool up);
  void received(Channel channel, std::size_t bytes);

  [[nodiscard]] PeerStatus status() const;
  [[nodiscard]] const PeerAddress& address() const noexcept { return address_; }
  [[nodiscard]] NodeNumber node() const noexcept { return address_.node; }

 private:
  const PeerAddress address_;
  mutable std::mutex mutex_;
  // guarded by mutex_
  SendQueue queue_;
  bool writer_awake_ = false;  // it will call refill() again without a kick
  PeerStatus status_;          // without what queue_ knows
  SteadyTime outgoing_changed_, incoming_changed_;
};

}  // namespace florin::links
