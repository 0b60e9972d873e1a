// Who a certificate speaks for: the URI "florin://<cluster>/node/<number>" in its subject
// alternative names. Names of machines play no part, so a node may move to another machine. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cluster/links/link_types.hpp"

namespace florin::links {

struct NodeIdentity {
  std::string cluster;
  NodeNumber node = 0;

  bool operator==(const NodeIdentity&) const = default;
};

// 1..64 characters of a-z, A-Z, 0-9, '.', '_', '-'.
bool is_valid_cluster_id(std::string_view id) noexcept;

std::string authority_uri(
    std::string_view cluster);  // "florin://<cluster>", in the certificate of the CA
std::string identity_uri(const NodeIdentity& identity);
std::optional<NodeIdentity> parse_identity_uri(std::string_view uri);
std::optional<std::string> parse_authority_uri(std::string_view uri);

}  // namespace florin::links
