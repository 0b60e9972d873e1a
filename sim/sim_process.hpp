// SimProcess: what a node has in memory from one start to the next crash. Of a single node: SoloProcess, the
// counterpart of runtime/engine/. Of a node of a cluster: ClusterProcess, that of runtime/cluster/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/disk/disk_frame.hpp"
#include "cluster/membership/membership_keeper.hpp"
#include "cluster/membership/own_standing.hpp"
#include "persistence/start_record.hpp"
#include "sim/checker.hpp"
#include "sim/sim_node.hpp"

namespace florin::sim {

// A node's idea of the cluster, and its replicas of partitions as they are.
struct MembersSeen {
  const ClusterMap* map = nullptr;  // null: there is no meta group
  bool leads_meta = false;
  std::vector<ReplicatedLog::Status> groups;  // the meta group among them
};

// Which disk a node of a cluster runs on, and how far its logs reach there at most.
struct DiskSeen {
  StartRecord start;
  std::vector<GroupReach> reaches;
};

class SimProcess {
 public:
  virtual ~SimProcess() = default;
  // Opens the node's log and stores and recovers.
  static Result<std::unique_ptr<SimProcess>, Error> start(SimNode& node);

  // Messages of partitions of other nodes, none of which have replicas.
  virtual void receive(PartitionId to, std::vector<Message> messages) {
    static_cast<void>(to), static_cast<void>(messages);
  }
  // Why it was not taken; nothing when it was.
  virtual std::optional<NotAccepted::Why> receive_request(PartitionId to, Message message,
                                                          RequestId request) = 0;
  // What came back of a call that this process made, for an actor of that partition, wherever that is led now.
  virtual void receive_answer(PartitionId to, Message message) = 0;
  virtual void receive_frame(std::uint32_t from_node, std::string frame) = 0;
  virtual Partition* partition(PartitionId id) = 0;
  [[nodiscard]] virtual bool is_quiet() const = 0;
  [[nodiscard]] virtual bool leads(PartitionId id) const = 0;
  virtual void clock_was_set() = 0;
  virtual void give_leadership(PartitionId partition, std::uint32_t to_node) {
    static_cast<void>(partition), static_cast<void>(to_node);
  }
  // What waits in each of its partitions.
  [[nodiscard]] virtual std::vector<QueuesSeen> queues() = 0;
  // Adds what is open and what waits in all its partitions.
  virtual void count_open(DiskNeeds& needs) const = 0;
  // --- of a cluster's node -----------------------------------------------------------------------------
  virtual void receive_clock_frame(std::uint32_t from_node, const std::string& frame) {
    static_cast<void>(from_node), static_cast<void>(frame);
  }
  virtual void receive_peer(std::uint32_t from_node, std::string frame) {
    static_cast<void>(from_node), static_cast<void>(frame);
  }
  // --- of a cluster's node with a meta group -----------------------------------------------------------
  virtual void receive_facts(std::uint32_t from_node, std::string frame) {
    static_cast<void>(from_node), static_cast<void>(frame);
  }
  virtual void receive_command(ClusterCommand command, std::uint64_t number) {
    static_cast<void>(command), static_cast<void>(number);
  }
  [[nodiscard]] virtual bool knows_node(std::uint32_t node) const {
    return static_cast<void>(node), true;
  }
  [[nodiscard]] virtual MembersSeen members() const { return {}; }
  // What its links hear: another node has let it in, or says by its map that it was removed.
  virtual void let_in(NodeNumber by) { static_cast<void>(by); }
  virtual void told_removed(NodeNumber by, LogIndex map_version) {
    static_cast<void>(by), static_cast<void>(map_version);
  }
  [[nodiscard]] virtual Standing standing() const { return Standing::member; }
  [[nodiscard]] virtual FormatLevel written() const { return 0; }
  virtual void heard_reads(NodeNumber node, FormatLevel level) {
    static_cast<void>(node), static_cast<void>(level);
  }
  [[nodiscard]] virtual DiskSeen disk_seen() const { return {}; }
  // Of a cluster's node: its replicas.
  [[nodiscard]] virtual std::vector<ReplicatedLog::Status> groups() const { return {}; }
  // The log or a store has failed: the process must end.
  [[nodiscard]] const std::optional<Error>& fatal() const { return fatal_; }

 protected:
  std::optional<Error> fatal_;
};

// Of the messages that wait there.
std::size_t from_clients(const Inbox& inbox);

}  // namespace florin::sim
