// One function for each rule; each remark says what to write instead.
#include "runtime/config/cluster_rules.hpp"

#include <map>
#include <string>
#include <utility>

namespace florin {
namespace {

using Remark = TomlPlaces::Remark;
using Cluster = NodeConfig::Cluster;

std::string place_of(std::size_t node, std::string_view key) {
  return "cluster.node[" + std::to_string(node) + "]." + std::string(key);
}

// Names are not resolved: what a name means may change, "localhost" does not.
bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos;
}

// Settings of a cluster without a cluster: a node that silently stands alone would split the money.
void check_alone(const Cluster& cluster, std::vector<Remark>& out) {
  if (!cluster.nodes.empty()) {
    out.push_back({"cluster.id",
                   "cluster.id is missing",
                   "has nodes, but no id",
                   "write id = \"NAME\" below [cluster], the same on every node",
                   {},
                   {}});
  } else if (cluster.self != 0) {
    out.push_back({"cluster.self",
                   "a node number without a cluster",
                   "is for a cluster only",
                   "give the file with [cluster] and [[cluster.node]] with --config",
                   {},
                   {}});
  }
}

void check_ids(const Cluster& cluster, std::vector<Remark>& out) {
  std::map<std::uint16_t, std::size_t> seen;
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i) {
    const auto [first, is_new] = seen.emplace(cluster.nodes[i].id, i);
    if (is_new) continue;
    out.push_back({place_of(first->second, "id"), "two nodes have the same id", "first here",
                   "each node has a number of its own, never used before", place_of(i, "id"),
                   "again here"});
  }
}

void check_addresses(const Cluster& cluster, std::vector<Remark>& out) {
  std::map<std::pair<std::string, std::uint16_t>, std::string> seen;
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i) {
    const auto& node = cluster.nodes[i];
    for (const auto& [key, text] : {std::pair{"peer", &node.peer}, std::pair{"http", &node.http}}) {
      const auto address = ListenAddress::parse(*text);
      if (!address) continue;  // the reader has refused it
      const auto place = place_of(i, key);
      const auto [first, is_new] = seen.emplace(std::pair{address->host, address->port}, place);
      if (is_new) continue;
      out.push_back({first->second, "an address is used twice", "first here",
                     "peer and http of every node are different addresses", place, "again here"});
    }
  }
}

void check_self(const Cluster& cluster, std::vector<Remark>& out) {
  if (cluster.nodes.empty()) {
    out.push_back({"cluster",
                   "the cluster has no nodes",
                   "no [[cluster.node]] follows",
                   "write [[cluster.node]] with id, peer and http once for each node",
                   {},
                   {}});
    return;
  }
  if (cluster.find(cluster.self) != nullptr) return;
  std::string numbers;
  for (const auto& node : cluster.nodes)
    numbers.append(numbers.empty() ? "" : ", ").append(std::to_string(node.id));
  const auto hint = "start with --node N; the nodes of this cluster are " + numbers;
  if (cluster.self == 0) {
    out.push_back({"cluster", "which node is this?", "no node number is given", hint, {}, {}});
  } else {
    out.push_back({"cluster.self",
                   "node " + std::to_string(cluster.self) + " is not known",
                   "not the id of a [[cluster.node]]",
                   hint,
                   {},
                   {}});
  }
}

void check_replication(const Cluster& cluster, std::vector<Remark>& out) {
  if (cluster.nodes.empty()) return;
  if (cluster.replication % 2 == 0) {
    out.push_back({"cluster.replication",
                   "replication must be odd",
                   "an even number needs one copy more and survives no failure more",
                   "take " + std::to_string(cluster.replication - 1) + " or " +
                       std::to_string(cluster.replication + 1),
                   {},
                   {}});
  } else if (cluster.replication > cluster.nodes.size()) {
    out.push_back({"cluster.replication",
                   "replication " + std::to_string(cluster.replication) + " needs as many nodes",
                   "there are " + std::to_string(cluster.nodes.size()) + " [[cluster.node]]",
                   "no node holds two copies of a partition: add nodes or lower replication "
                   "(the default is 3)",
                   {},
                   {}});
  }
}

void check_certificates(const Cluster& cluster, std::vector<Remark>& out) {
  const std::pair<const char*, const std::string*> files[] = {
      {"cluster.ca", &cluster.ca},
      {"cluster.certificate", &cluster.certificate},
      {"cluster.key", &cluster.key}};
  std::string given, missing;
  for (const auto& [place, file] : files) {
    auto& list = file->empty() ? missing : given;
    list.append(list.empty() ? "" : ", ").append(place);
  }
  if (!given.empty() && !missing.empty()) {
    out.push_back({given.substr(0, given.find(',')),
                   "certificates are not complete",
                   "needs " + missing + " too",
                   "give ca, certificate and key; `florin cert` makes them",
                   {},
                   {}});
  } else if (given.empty() && !cluster.insecure) {
    out.push_back({"cluster",
                   "links between nodes need certificates",
                   "has no ca, certificate and key",
                   "make them with `florin cert`; on one machine insecure = true does without",
                   {},
                   {}});
  } else if (!given.empty() && cluster.insecure) {
    out.push_back({"cluster.insecure", "insecure = true and certificates contradict each other",
                   "links with certificates are always secure", "leave out one of them",
                   "cluster.certificate", "given here"});
  }
}

void check_loopback(const Cluster& cluster, std::vector<Remark>& out) {
  if (!cluster.insecure) return;
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i) {
    const auto address = ListenAddress::parse(cluster.nodes[i].peer);
    if (!address || is_loopback(address->host)) continue;
    out.push_back({place_of(i, "peer"), "insecure links on a network", "not a loopback address",
                   "make certificates with `florin cert`, or use 127.0.0.1", "cluster.insecure",
                   "asked for here"});
  }
}

void check_times(const Cluster& cluster, std::vector<Remark>& out) {
  if (cluster.election_ms >= 3 * cluster.heartbeat_ms) return;
  out.push_back({"cluster.election_ms",
                 "election_ms must be at least 3 heartbeats",
                 "heartbeat_ms is " + std::to_string(cluster.heartbeat_ms),
                 "one lost heartbeat must not end a term; 10 heartbeats are usual",
                 {},
                 {}});
}

}  // namespace

std::vector<Remark> find_cluster_faults(const NodeConfig& config) {
  std::vector<Remark> out;
  if (!config.is_cluster()) {
    check_alone(config.cluster, out);
    return out;
  }
  for (const auto check : {check_ids, check_addresses, check_self, check_replication,
                           check_certificates, check_loopback, check_times})
    check(config.cluster, out);
  return out;
}

}  // namespace florin
