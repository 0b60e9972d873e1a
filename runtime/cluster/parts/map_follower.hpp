// MapFollower: what changes outside of membership when the map does: links to nodes that came or went, the format level of
// what is written, and what people should know of their configuration. On the consensus thread, and before it runs.
//
// Crash: the map comes again out of its log, and all of this with it.
#pragma once

#include <functional>
#include <vector>

#include "base/format_level.hpp"
#include "cluster/links/peer_links.hpp"
#include "cluster/membership/cluster_map.hpp"
#include "persistence/data_directory.hpp"
#include "runtime/config/node_config.hpp"

namespace florin {

class Metrics;

// All members but this node: by the map; before there is one, by the configuration.
std::vector<NodeNumber> other_members(const NodeConfig& config, const ClusterMap& map);
// Of a node's HTTP side; empty: nobody knows.
std::string http_address(NodeNumber node, const NodeConfig& config, const ClusterMap& map);

class MapFollower {
 public:
  // All outlive it.
  MapFollower(const NodeConfig& config, FormatLevels& levels, DataDirectory& directory,
              Metrics& metrics)
      : config_(config), levels_(levels), directory_(directory), metrics_(metrics) {}

  // An error is one of the directory: the process must end.
  Status<Error> follow(const ClusterMap& map, links::PeerLinks& links);
  // What this node's configuration says counts: an address may have changed, or be another one seen from here. Of nodes
  // that were added later, it need not say anything.
  void link_to(const ClusterMember& member, links::PeerLinks& links) const;

 private:
  [[nodiscard]] NodeNumber self() const { return static_cast<NodeNumber>(config_.cluster.self); }
  Status<Error> follow_format_level(FormatLevel level, links::PeerLinks& links);
  void report_configuration(const ClusterMap& map);

  const NodeConfig& config_;
  FormatLevels& levels_;
  DataDirectory& directory_;
  Metrics& metrics_;
  bool reported_ = false;
};

}  // namespace florin
