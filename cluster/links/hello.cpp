// Encoding and checks of hellos. See hello.hpp.
#include "cluster/links/hello.hpp"

#include <algorithm>

#include "base/little_endian.hpp"

namespace florin::links {
namespace {

constexpr std::string_view magic = "FLORINLK";
constexpr std::size_t text_bytes_max = 300;

Refused refuse(Refusal why, std::string text) { return Refused{why, std::move(text), 0}; }

std::string printable(std::string_view text) {
  std::string out(text.substr(0, text_bytes_max));
  std::ranges::replace_if(
      out, [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

template <class T>
void take_into(std::string_view& bytes, T& value, bool& ok) {
  const auto taken = take_le<T>(bytes);
  ok = ok && taken.has_value();
  value = taken.value_or(0);
}

std::string spoken(std::uint16_t newest) {
  std::string text = std::to_string(protocol_version_before);
  if (newest > protocol_version_before) text += " and " + std::to_string(newest);
  return text;
}

}  // namespace

std::string encode(const Hello& hello) {
  std::string out(magic);
  append_le(out, hello.version);
  append_le(out, hello.partitions);
  append_le(out, hello.from);
  append_le(out, hello.to);
  append_le(out, hello.session);
  append_le(out, hello.attempt);
  append_le(out, hello.nonce);
  append_le(out, hello.echo);
  if (hello.version >= protocol_version) append_le(out, hello.reads);
  return out + hello.cluster;
}

Result<Hello, Refused> decode_hello(std::string_view bytes, std::uint16_t newest) {
  if (!bytes.starts_with(magic)) return Err{refuse(Refusal::garbage, "a hello without our magic")};
  bytes.remove_prefix(magic.size());
  Hello hello;
  bool ok = true;
  take_into(bytes, hello.version, ok);
  if (ok && (hello.version < protocol_version_before || hello.version > newest)) {
    return Err{refuse(Refusal::wrong_version, "speaks version " + std::to_string(hello.version) +
                                                  " of the link protocol, we speak " +
                                                  spoken(newest))};
  }
  take_into(bytes, hello.partitions, ok);
  take_into(bytes, hello.from, ok);
  take_into(bytes, hello.to, ok);
  take_into(bytes, hello.session, ok);
  take_into(bytes, hello.attempt, ok);
  take_into(bytes, hello.nonce, ok);
  take_into(bytes, hello.echo, ok);
  if (hello.version >= protocol_version) take_into(bytes, hello.reads, ok);
  if (!ok || !is_valid_cluster_id(bytes)) return Err{refuse(Refusal::garbage, "a damaged hello")};
  hello.cluster = bytes;
  return hello;
}

std::string encode(const Refused& refused) {
  std::string out(1, static_cast<char>(refused.why));
  if (refused.why == Refusal::removed) append_le(out, refused.map_version);
  return out + printable(refused.text);
}

Refused decode_refused(std::string_view bytes) {
  const auto code = bytes.empty() ? 0U : static_cast<unsigned char>(bytes.front());
  if (code == 0 || code >= refusal_count)
    return refuse(Refusal::closed, "the peer refused us without a reason");
  bytes.remove_prefix(1);
  Refused refused = refuse(static_cast<Refusal>(code), {});
  if (refused.why == Refusal::removed) {
    const auto version = take_le<std::uint64_t>(bytes);
    if (!version) return refuse(Refusal::garbage, "a damaged refusal");
    refused.map_version = *version;
  }
  refused.text = "the peer refused us: " + printable(bytes);
  return refused;
}

std::uint16_t version_to_speak(const Hello& acceptor, std::uint16_t newest) noexcept {
  return std::clamp(acceptor.to, protocol_version_before, newest);
}

std::string encode(const Accepted& accepted, std::uint16_t version) {
  std::string out;
  append_le(out, accepted.echo);
  if (version >= protocol_version) append_le(out, accepted.reads);
  return out;
}

std::optional<Accepted> decode_accepted(std::string_view bytes, std::uint16_t version) {
  Accepted accepted;
  bool ok = true;
  take_into(bytes, accepted.echo, ok);
  if (version >= protocol_version) take_into(bytes, accepted.reads, ok);
  if (!ok || !bytes.empty()) return std::nullopt;
  return accepted;
}

std::optional<Refused> check_cluster(const Hello& mine, const Hello& theirs,
                                     const std::optional<NodeIdentity>& certified) {
  if (theirs.cluster != mine.cluster) {
    return refuse(Refusal::wrong_cluster, "node " + std::to_string(theirs.from) +
                                              " belongs to cluster \"" + theirs.cluster +
                                              "\", we belong to \"" + mine.cluster + "\"");
  }
  if (theirs.partitions != mine.partitions) {
    return refuse(Refusal::wrong_partitions, "node " + std::to_string(theirs.from) + " has " +
                                                 std::to_string(theirs.partitions) +
                                                 " partitions, we have " +
                                                 std::to_string(mine.partitions));
  }
  const NodeIdentity claimed{theirs.cluster, theirs.from};
  if (certified && *certified != claimed) {
    return refuse(Refusal::wrong_certificate, "says it is " + identity_uri(claimed) +
                                                  ", its certificate says " +
                                                  identity_uri(*certified));
  }
  return std::nullopt;
}

std::optional<Refused> check_acceptor(const Hello& mine, const Hello& theirs,
                                      const std::optional<NodeIdentity>& certified,
                                      NodeNumber dialled) {
  if (auto refused = check_cluster(mine, theirs, certified)) return refused;
  if (theirs.from == dialled) return std::nullopt;
  return refuse(Refusal::wrong_node, "node " + std::to_string(theirs.from) +
                                         " answers at the address of node " +
                                         std::to_string(dialled));
}

std::optional<Refused> check_dialler(const Hello& mine, const Hello& theirs,
                                     const std::optional<NodeIdentity>& certified) {
  if (auto refused = check_cluster(mine, theirs, certified)) return refused;
  if (theirs.to != mine.from) {
    return refuse(Refusal::wrong_node, "node " + std::to_string(theirs.from) + " looks for node " +
                                           std::to_string(theirs.to) + ", this is node " +
                                           std::to_string(mine.from));
  }
  if (theirs.echo == mine.nonce) return std::nullopt;
  return refuse(Refusal::replayed, "a hello that does not answer ours: recorded earlier?");
}

std::optional<Refused> check_reads(NodeNumber node, FormatLevel reads, FormatLevel needed) {
  if (reads >= needed) return std::nullopt;
  return refuse(Refusal::wrong_version,
                "node " + std::to_string(node) + " reads up to format level " +
                    std::to_string(reads) + ", and this cluster writes " + std::to_string(needed) +
                    ": start node " + std::to_string(node) + " with the version of the others");
}

bool is_older(const ConnectionStamp& candidate, const ConnectionStamp& known) noexcept {
  return candidate.session == known.session && candidate.attempt <= known.attempt;
}

}  // namespace florin::links
