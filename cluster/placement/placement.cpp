// Rendezvous hashing (Thaler and Ravishankar, 1998) by XXH3, and what follows from it.
#include "cluster/placement/placement.hpp"

#include <algorithm>
#include <array>

#include "cluster/partition_map.hpp"

namespace florin {
namespace {

// Hashed bytes are written out, so that machines of another byte order agree.
std::uint64_t score(PartitionId partition, NodeNumber node) {
  const std::array<char, 4> bytes{static_cast<char>(partition & 0xFF),
                                  static_cast<char>(partition >> 8), static_cast<char>(node & 0xFF),
                                  static_cast<char>(node >> 8)};
  return hash64({bytes.data(), bytes.size()});
}

bool contains(const std::vector<NodeNumber>& nodes, NodeNumber node) {
  return std::ranges::find(nodes, node) != nodes.end();
}

}  // namespace

std::vector<NodeNumber> replicas_for(PartitionId partition, std::span<const NodeNumber> nodes,
                                     std::uint32_t replication) {
  std::vector<NodeNumber> out(nodes.begin(), nodes.end());
  std::ranges::sort(out);
  const auto repeated = std::ranges::unique(out);
  out.erase(repeated.begin(), repeated.end());
  std::ranges::stable_sort(out, std::ranges::greater{},
                           [&](NodeNumber node) { return score(partition, node); });
  if (out.size() > replication) out.resize(replication);
  return out;
}

Placement place(std::uint32_t partitions, std::span<const NodeNumber> nodes,
                std::uint32_t replication) {
  Placement out;
  out.reserve(partitions);
  for (std::uint32_t i = 0; i < partitions; ++i)
    out.push_back(replicas_for(static_cast<PartitionId>(i), nodes, replication));
  return out;
}

// A removed replica is matched with an added one; what is left over of either stands alone (a
// partition that had too few or too many replicas).
std::vector<Move> plan_changes(const Placement& current, std::span<const NodeNumber> targets,
                               std::uint32_t replication) {
  std::vector<Move> out;
  for (std::size_t i = 0; i < current.size(); ++i) {
    const auto partition = static_cast<PartitionId>(i);
    const auto wanted = replicas_for(partition, targets, replication);
    std::vector<NodeNumber> added, removed;
    for (const auto node : wanted)
      if (!contains(current[i], node)) added.push_back(node);
    for (const auto node : current[i])
      if (!contains(wanted, node)) removed.push_back(node);
    std::ranges::sort(removed);  // current is a set: its order must not matter
    for (std::size_t k = 0; k < std::max(added.size(), removed.size()); ++k) {
      out.push_back({partition, k < added.size() ? added[k] : NodeNumber{0},
                     k < removed.size() ? removed[k] : NodeNumber{0}});
    }
  }
  return out;
}

void apply(const Move& move, Placement& placement) {
  auto& nodes = placement[move.partition];
  if (move.add != 0 && !contains(nodes, move.add)) nodes.push_back(move.add);
  if (move.remove != 0) std::erase(nodes, move.remove);
}

}  // namespace florin
