// ClusterRouter: from a partition to the replica that leads it: an inbox here, or a node behind a link. Knows
// who leads from the node's own replicas and, for partitions that are not here, from what peers say.
//
// Reads that any replica may answer (FollowerRead) go to the one here, whoever leads; if there is none here, to
// the leader or some other node that has one.
//
// A message for a leader that is not known, or no longer the leader, is lost: partitions send again what stays
// unanswered, at once when they hear of a new leader, and the request desk asks again when the era of the
// partition has changed.
// Thread-safe once set up.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/asks/router.hpp"
#include "base/format_level.hpp"
#include "cluster/replication/replicated_log.hpp"

namespace florin {

class ClusterRouter final : public Router {
 public:
  // Sends a frame of partition messages; false: dropped.
  using Send = std::function<bool(NodeNumber, std::string)>;

  // `process`: of this start of the node.
  ClusterRouter(PartitionMap map, NodeNumber self, Incarnation process)
      : Router(map), self_(self), process_(process), places_(map.partitions()) {}

  // Nodes that should have a replica and can be reached.
  using Reachable = std::function<std::vector<NodeNumber>(PartitionId)>;

  void set_send(Send send) { send_ = std::move(send); }
  void set_reachable(Reachable reachable) { reachable_ = std::move(reachable); }
  // What the cluster writes: no node is asked in words of a later level, which it may not know. Outlives the router; without it
  // all levels of this program are spoken.
  void set_levels(const FormatLevels& levels) { levels_ = &levels; }
  // A replica that comes, or goes. An inbox that was attached lives as long as the router.
  void attach(PartitionId partition, Inbox& inbox) {
    places_.at(partition).inbox.store(&inbox, std::memory_order_release);
  }
  void detach(PartitionId partition) {
    places_.at(partition).inbox.store(nullptr, std::memory_order_release);
  }

  using Router::tell;
  Taken ask(PartitionId to, std::vector<Message>& messages) override;
  void tell(PartitionId to, std::vector<Message> messages) override;
  [[nodiscard]] std::uint64_t era(PartitionId of) const override {
    return places_.at(of).era.load(std::memory_order_acquire);
  }

  // For messages that a peer has sent here: never sent on. False: not led here.
  bool push_here(PartitionId to, std::vector<Message> messages);
  Taken ask_here(PartitionId to, std::vector<Message>& messages);

  // A later term wins; 0: the leader of that term is not known. True: somebody leads who did not before.
  bool leader_seen(PartitionId partition, std::uint64_t term, NodeNumber leader);
  // A link to that node (what it is asked goes there), or from it (its answers come here), has come up or has broken.
  enum class Link { to, from };
  // Returns the partitions that it leads and that are to be sent to again: when a link is up. What may be lost begins a
  // new era: questions with a link to it that breaks, answers with one from it, which is heard of only when it is back.
  std::vector<PartitionId> link_changed(NodeNumber node, Link link, bool up);
  [[nodiscard]] NodeNumber leader(PartitionId partition) const {
    return places_.at(partition).leader.load(std::memory_order_acquire);
  }
  // Other nodes that may be asked for what any replica knows: the leader first, as far as it is known.
  [[nodiscard]] std::vector<NodeNumber> holders(PartitionId of) const;
  [[nodiscard]] std::uint64_t term(PartitionId partition) const {
    return places_.at(partition).term.load(std::memory_order_acquire);
  }

 private:
  Taken read(PartitionId to, std::vector<Message>& messages);
  static Taken asked(std::size_t count, std::vector<Message>& messages);
  struct Place {
    std::atomic<Inbox*> inbox{nullptr};  // null: no replica here
    std::atomic<NodeNumber> leader{0};
    std::atomic<std::uint64_t> term{0};
    std::atomic<std::uint64_t> era{1};
  };

  Taken ask_known(NodeNumber leader, PartitionId to, std::vector<Message>& messages);
  [[nodiscard]] bool are_above_the_level(const std::vector<Message>& messages) const;
  std::size_t send_ask(NodeNumber to, PartitionId partition, const std::vector<Message>& messages);

  NodeNumber self_;
  Incarnation process_;
  std::atomic<std::uint64_t> frames_asked_{0};
  std::vector<Place> places_;
  Send send_;
  const FormatLevels* levels_ = nullptr;
  Reachable reachable_ = [](PartitionId) { return std::vector<NodeNumber>(); };
};

}  // namespace florin
