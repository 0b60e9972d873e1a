// What a ReplicatedLog needs of the node around it, and what it goes by.
#pragma once

#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "cluster/consensus/consensus_engine.hpp"
#include "cluster/links/link_types.hpp"
#include "cluster/placement/replica_id.hpp"
#include "cluster/replication/log_streams.hpp"
#include "cluster/replication/peer_fault.hpp"
#include "cluster/replication/replica_entry.hpp"

namespace florin {

using GroupNumber = std::uint32_t;  // the partition, or `partitions` for the meta group
using Reign =
    std::uint64_t;  // one stretch in which this replica leads; never comes again in a process

class ReplicatedLogPorts {
 public:
  virtual ~ReplicatedLogPorts() = default;
  // False: dropped. `bulk`: pieces of a log, which may wait.
  virtual bool send(NodeNumber to, bool bulk, std::string frame) = 0;
  virtual void committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) = 0;
  virtual void leading(GroupNumber group, Reign reign, consensus::Term term) = 0;
  virtual void following(GroupNumber group) = 0;  // the reign has ended
  virtual void confirmed(GroupNumber group, Reign reign, std::uint64_t ticket) = 0;
  // Who leads as far as this replica knows; 0: nobody known.
  virtual void leader_seen(GroupNumber group, consensus::Term term, NodeNumber leader) = 0;
  // A peer has sent what no honest peer sends; it was not taken.
  virtual void refused(NodeNumber from, PeerFault fault) = 0;
  // No: time does not pass for the groups, and what a node sends is lost (cluster/disk/).
  [[nodiscard]] virtual bool takes_part() const { return true; }
  [[nodiscard]] virtual bool takes_frames_of(NodeNumber) const { return true; }
};

struct ReplicatedLogOptions {
  NodeNumber self = 0;
  LogStreams streams;
  consensus::GroupLimits limits;
  std::uint64_t log_kept = 4096;     // entries that raft can still send, at least
  std::size_t tail_bytes = 4 << 20;  // of one group's newest entries, kept for slow followers
  std::size_t piece_bytes = limits::piece_bytes;  // of a fetched piece of the log, or one entry
  std::size_t round_bytes_soft = limits::round_bytes_soft;  // of frames, and of proposals
  // Messages of one round to one peer are one frame up to here: small ones do not wait behind, nor get lost with, large
  // ones.
  std::size_t frame_bytes_full = 1 << 20;
  std::uint32_t fetch_patience_ticks = 20;  // then a piece is asked for again
  // Then raft tells a replica once more that it needs entries which raft's log no longer has.
  std::uint32_t snapshot_patience_ticks = 20;
};

// One replica that this node has, and what its group began with.
struct ReplicaHere {
  GroupNumber group = 0;
  consensus::ReplicaId replica = 0;
  consensus::ConfState first_conf;  // of a new group
};

}  // namespace florin
