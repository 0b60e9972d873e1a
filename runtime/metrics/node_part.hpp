// NodePart: what a node is made of, as far as somebody watches it: labels of metrics, rows of the table in ADR-0001.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace florin {

enum class NodePart : std::uint8_t {
  partition = 0,    // the manager of a partition, or of one replica of it
  journal = 1,      // the thread of a node that is alone
  checkpoints = 2,  // the thread that writes the state stores
  consensus = 3,    // the thread of a cluster's node: replicated log and journal
  links = 4,        // the thread of the connections to other nodes
  supervisor = 5,   // who watches the others
  outside = 6,      // the thread that makes calls to the outside
};

inline constexpr std::array node_parts{
    NodePart::partition, NodePart::journal,    NodePart::checkpoints, NodePart::consensus,
    NodePart::links,     NodePart::supervisor, NodePart::outside};

constexpr std::string_view to_string(NodePart part) {
  switch (part) {
    case NodePart::partition: return "partition";
    case NodePart::journal: return "journal";
    case NodePart::checkpoints: return "checkpoints";
    case NodePart::consensus: return "consensus";
    case NodePart::links: return "links";
    case NodePart::supervisor: return "supervisor";
    case NodePart::outside: return "outside";
  }
  return "";
}

}  // namespace florin
