// The heads of all replicas of each partition side by side (GET /v1/cluster/chains), at the highest entry that all of them
// still know: the same hash means the same history up to there. Pure: bodies in, text or JSON out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apps/florin/cluster_status.hpp"
#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::cli {

class ClusterCompare {
 public:
  // Errc::invalid when an answer is none of a node of a cluster, or nodes of two clusters were asked.
  static Result<ClusterCompare, Error> read(const std::vector<NodeAnswer>& answers);

  // Partitions of which two replicas have different histories, or one has stopped because of that.
  [[nodiscard]] std::size_t that_differ() const;
  // Partitions with more than one replica, of which no entry is known to all of those: asked again, it may be.
  [[nodiscard]] std::size_t not_comparable() const;
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string json() const;

 private:
  struct Replica {
    std::uint64_t commit = 0;
    bool serves = true;
    std::vector<std::uint64_t> differs_from;
    std::map<std::uint64_t, std::string> heads;  // index -> hash
  };
  struct Partition {
    std::map<std::uint64_t, Replica> replicas;   // by node
    [[nodiscard]] std::uint64_t common() const;  // index; 0: none
    [[nodiscard]] bool differs() const;
  };
  class Reader;

  std::string cluster_;
  std::map<std::uint64_t, Partition> partitions_;
  std::vector<NodeAnswer> silent_;
};

}  // namespace florin::cli
