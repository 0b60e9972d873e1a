// What the nodes of a cluster say of it (GET /v1/cluster), put together: which nodes there are and in what state, who
// leads each partition, how far behind each replica is, where replicas go, which links are down. Pure: bodies in,
// text or JSON out.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::cli {

struct NodeAnswer {
  std::string url;
  std::string body;   // of GET /v1/cluster; empty: it did not answer
  std::string error;  // why not
};

class ClusterStatus {
 public:
  // Errc::invalid when an answer is none of a node of a cluster, or nodes of two clusters were asked.
  static Result<ClusterStatus, Error> read(const std::vector<NodeAnswer>& answers);

  // How many partitions nobody leads, as far as the nodes asked can tell.
  [[nodiscard]] std::size_t without_leader() const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string json() const;

 private:
  struct Replica {
    std::string role;
    std::uint64_t term = 0, leader = 0, commit = 0, last = 0;
    bool is_catching_up = false;
  };
  struct Partition {
    std::map<std::uint64_t, Replica> replicas;  // by node, of those that answered
    std::map<std::uint64_t, bool> members;      // node -> is a learner
    std::uint64_t members_at = 0;               // commit index of who said so
    [[nodiscard]] std::uint64_t term() const;
    [[nodiscard]] std::uint64_t commit() const;  // the highest known
    [[nodiscard]] std::uint64_t leader() const;  // 0: none
  };
  struct Link {
    std::uint64_t from = 0, to = 0, sent = 0, received = 0, dropped = 0;
    std::string address;
    bool is_up = false;
  };
  struct Node {
    std::string url, error;
    std::uint64_t number = 0;  // 0: not known, it did not answer
    std::string clock;         // what it thinks of its own
    std::int64_t clock_ahead_ms = 0;
    std::string standing, standing_reason;  // of itself in the cluster
  };

  struct Member {
    std::string peer, http, state;
  };

  [[nodiscard]] std::string members_text() const;
  [[nodiscard]] std::string levels_text() const;
  [[nodiscard]] std::string partitions_text() const;
  [[nodiscard]] std::string links_text() const;

  class Reader;
  std::string cluster_;
  std::uint64_t map_version_ = 0, meta_leader_ = 0, moves_to_go_ = 0;  // of the newest map; 0: none
  std::uint64_t format_level_ = 0;                                     // as it says
  std::map<std::uint64_t, std::uint64_t> reads_format_level_;  // by node, as anybody has heard it
  std::map<std::uint64_t, Member> members_;                    // as it says
  std::set<std::uint64_t> seen_;  // nodes that answer, or that others reach
  // of partitions that are on their way: nodes
  std::map<std::uint64_t, std::vector<std::uint64_t>> wanted_;
  std::vector<Node> nodes_;
  std::map<std::uint64_t, Partition> partitions_;
  std::vector<Link> links_;
};

}  // namespace florin::cli
