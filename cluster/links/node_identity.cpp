// Text of identities. See node_identity.hpp.
#include "cluster/links/node_identity.hpp"

#include <algorithm>
#include <charconv>

namespace florin::links {
namespace {

constexpr std::string_view scheme = "florin://";
constexpr std::string_view node_part = "/node/";

bool is_id_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

bool is_valid_cluster_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, is_id_char);
}

std::string authority_uri(std::string_view cluster) { return std::string(scheme).append(cluster); }

std::string identity_uri(const NodeIdentity& identity) {
  return authority_uri(identity.cluster) + std::string(node_part) + std::to_string(identity.node);
}

std::optional<std::string> parse_authority_uri(std::string_view uri) {
  if (!uri.starts_with(scheme)) return std::nullopt;
  uri.remove_prefix(scheme.size());
  if (!is_valid_cluster_id(uri)) return std::nullopt;
  return std::string(uri);
}

std::optional<NodeIdentity> parse_identity_uri(std::string_view uri) {
  const auto at = uri.find(node_part, scheme.size());
  if (!uri.starts_with(scheme) || at == std::string_view::npos) return std::nullopt;
  auto cluster = parse_authority_uri(uri.substr(0, at));
  const std::string_view digits = uri.substr(at + node_part.size());
  NodeNumber node = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), node);
  const bool is_number = parsed.ec == std::errc{} && parsed.ptr == digits.data() + digits.size();
  if (!cluster || !is_number || node == 0 || digits.front() == '0') return std::nullopt;
  return NodeIdentity{std::move(*cluster), node};
}

}  // namespace florin::links
