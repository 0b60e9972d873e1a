// Gateway: how the edge asks actors. One ask carries any number of messages to any partitions and is
// answered once, when all have answered or patience is over. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "actors/asks/asks.hpp"
#include "cluster/cluster_view.hpp"
#include "cluster/membership/meta_replica.hpp"
#include "cluster/partition_map.hpp"
#include "persistence/event_log.hpp"

namespace florin {

class Metrics;

class Gateway {
 public:
  virtual ~Gateway() = default;
  // `done` is called exactly once, on any thread (also on the calling one), and must not block.
  // A full inbox or a stopping node answers NotAccepted for the messages concerned: nothing was decided.
  // Either all messages of an ask are reads that any replica may answer (FollowerRead), or none is.
  virtual void ask(std::vector<Addressed> messages, std::chrono::milliseconds patience,
                   std::function<void(AskReplies)> done) = 0;
};

// What the HTTP edge may use of a node.
struct NodeServices {
  Gateway& gateway;
  EventLogReader& log;  // durable entries: whatever position a reply carries can be read
  const PartitionMap& map;
  Metrics& metrics;
  std::function<bool()> ready;           // recovered and not draining
  std::function<ClusterView()> cluster;  // empty: one node for itself
  // HOST:PORT of the API of the node that leads a partition, "" when it is not known. Empty: one node for itself.
  std::function<std::string(PartitionId)> leader_address = {};
  // Decides and logs a change of the cluster, wherever the meta group is led; `done` once, on any thread. Empty: one
  // node for itself.
  std::function<void(ClusterCommand, CommandDone)> change_cluster = {};
  // Hash chains of the replicas here. Empty: one node for itself.
  std::function<std::vector<ChainView>()> chains = {};
  // One sentence; empty (as is what it says): starting or stopping.
  std::function<std::string()> why_not_ready = {};
  // Raw bytes that came from a payment provider, for people; waits for the disk. Empty: nobody keeps them.
  std::function<void(std::string_view)> keep_raw = {};
};

}  // namespace florin
