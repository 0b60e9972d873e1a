// What people and metrics see of a node's part of the cluster.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/format_level.hpp"
#include "base/ids.hpp"
#include "cluster/links/link_types.hpp"
#include "cluster/replication/chain_heads.hpp"

namespace florin {

struct ReplicaView {
  std::uint32_t group = 0;  // the partition
  std::string role;         // leader, follower, candidate
  std::uint64_t term = 0;
  links::NodeNumber leader = 0;  // 0: none known
  LogIndex commit = 0, last = 0;
  std::uint64_t elections = 0;
  std::vector<links::NodeNumber> voters, learners;
  bool is_fetching = false;  // far behind: gets the log in pieces
};

struct PeerView {
  links::NodeNumber node = 0;
  std::string address;
  bool is_up = false;
  std::uint64_t sent_bytes = 0, received_bytes = 0, dropped_frames = 0;
};

// As the map of the cluster says.
struct MemberView {
  links::NodeNumber node = 0;
  std::string peer, http;
  std::string state;  // active, drained, leaving, removed
  bool is_up = false;
  std::optional<FormatLevel> reads_format_level;  // none: it has not said it to this process
};

struct PlacementView {
  PartitionId partition = 0;
  bool is_settled = true;                 // has what is wanted
  bool is_known = false;                  // its leader has said what it has
  std::vector<links::NodeNumber> wanted;  // nodes
  std::vector<links::NodeNumber> voters, learners;
  std::uint32_t moves_to_go = 0;
};

// What this node thinks of its own clock.
struct ClockView {
  std::string standing = "unsure";       // right, off (from most others), unsure, alone
  std::optional<std::int64_t> ahead_us;  // of most others; none: not known
};

// Heads of the hash chain of a replica here.
struct ChainView {
  PartitionId partition = 0;
  LogIndex commit = 0;
  bool stands_apart = false;  // most others differ: it serves nothing
  std::vector<links::NodeNumber> differs_from;
  std::vector<ChainHead> heads;  // ascending
};

struct ClusterView {
  ClockView clock;
  std::string id;
  links::NodeNumber node = 0;
  std::string standing = "member";    // of this node: outside, unheard, doubtful, member, removed
  std::string standing_reason;        // one sentence; empty: it serves
  links::NodeNumber meta_leader = 0;  // who decides about the map; 0: nobody known
  bool is_formed = false;
  LogIndex map_version = 0;
  FormatLevel format_level = 0;        // what the cluster writes (base/format_level.hpp)
  FormatLevel reads_format_level = 0;  // this node
  std::vector<MemberView> nodes;
  std::vector<PlacementView> partitions;
  std::uint32_t moves_to_go = 0;
  std::vector<ReplicaView> replicas;
  std::vector<PeerView> peers;
};

}  // namespace florin
