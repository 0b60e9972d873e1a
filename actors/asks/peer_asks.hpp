// PeerAsks: what the nodes of a cluster say to each other about clients' messages: a leader's side (questions that
// come in, their answers that go back) and the asker's (answers that come in). The node and the simulated node
// both have one.
//
// An answer is taken by the process that asked and by no other: replies for an earlier incarnation of this node are
// dropped here, before any number in them is looked at. Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "actors/asks/cluster_router.hpp"
#include "actors/asks/forwarded_asks.hpp"
#include "cluster/replication/peer_fault.hpp"

namespace florin {

// A frame of a peer that nothing was done with.
struct DroppedFrame {
  enum class Why : std::uint8_t {
    unreadable,  // not what this version sends
    refused,     // it may not say that: `fault`
    other_incarnation  // an answer for an earlier process of this node, or a question of one that is gone or came before
  };
  Why why = Why::unreadable;
  std::string reason;
  PeerFault fault = PeerFault::malformed;
};

class PeerAsks {
 public:
  using Send = std::function<bool(NodeNumber to, std::string frame)>;
  using DeliverHere = std::function<void(std::vector<Reply>)>;

  // `kept_for`: how long an asker may still wait. `reads`: messages above that format level are unknown. `router`
  // outlives it.
  PeerAsks(ClusterRouter& router, Incarnation process, AskTime kept_for,
           FormatLevel reads = format_level_own)
      : router_(router), process_(process), reads_(reads), asks_(kept_for) {}
  // Once, before anything else. `deliver_here`: replies to asks of this process.
  void set_ports(Send send, DeliverHere deliver_here) {
    send_ = std::move(send);
    deliver_here_ = std::move(deliver_here);
  }

  // What a node may tell a partition (actors/messages/peer_rights.hpp); without it anybody may tell anything.
  using Rights = std::function<std::optional<PeerFault>(std::span<const Message>, PartitionId to,
                                                        NodeNumber from)>;
  void set_rights(Rights rights) { rights_ = std::move(rights); }

  // Bodies of frames that `from` has sent.
  std::optional<DroppedFrame> on_tell(NodeNumber from, std::string_view body);
  std::optional<DroppedFrame> on_ask(NodeNumber from, std::string_view body, AskTime now);
  std::optional<DroppedFrame> on_replies(std::string_view body);

  // Released replies of partitions that are led here: to whoever asked.
  void deliver(std::vector<Reply> replies);

  // Is it an answer to this process?
  [[nodiscard]] bool is_own(Incarnation asker) const { return asker == process_; }
  [[nodiscard]] std::size_t owed() const { return asks_.size(); }

 private:
  ClusterRouter& router_;
  Incarnation process_;
  FormatLevel reads_;
  ForwardedAsks asks_;
  Send send_;
  DeliverHere deliver_here_;
  Rights rights_ = [](auto, auto, auto) { return std::nullopt; };
};

}  // namespace florin
