// Names for logs and metrics.
#include "cluster/links/link_types.hpp"

namespace florin::links {

std::string_view to_string(Channel channel) noexcept {
  switch (channel) {
    case Channel::consensus: return "consensus";
    case Channel::messages: return "messages";
    case Channel::bulk: return "bulk";
  }
  return "unknown";
}

std::string_view to_string(Refusal why) noexcept {
  switch (why) {
    case Refusal::garbage: return "garbage";
    case Refusal::wrong_version: return "wrong_version";
    case Refusal::wrong_cluster: return "wrong_cluster";
    case Refusal::wrong_partitions: return "wrong_partitions";
    case Refusal::unknown_node: return "unknown_node";
    case Refusal::wrong_node: return "wrong_node";
    case Refusal::wrong_certificate: return "wrong_certificate";
    case Refusal::tls: return "tls";
    case Refusal::oversized: return "oversized";
    case Refusal::replayed: return "replayed";
    case Refusal::older_connection: return "older_connection";
    case Refusal::replaced: return "replaced";
    case Refusal::handshake_timeout: return "handshake_timeout";
    case Refusal::silent: return "silent";
    case Refusal::too_many: return "too_many";
    case Refusal::closed: return "closed";
    case Refusal::unreachable: return "unreachable";
    case Refusal::stopped: return "stopped";
    case Refusal::removed: return "removed";
  }
  return "unknown";
}

}  // namespace florin::links
