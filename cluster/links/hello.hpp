// What two nodes tell each other before anything else, and whether they may talk. Pure: no sockets.
//
//   acceptor -> dialler  hello {who I am, nonce A}
//   dialler  -> acceptor hello {who I am, whom I want, session, attempt, nonce D, echo A}
//   acceptor -> dialler  accepted {echo D}      or refused {why, text}, then it closes
//
// The echoed nonces make a recorded conversation worthless. `session` is drawn at each start of a
// process and `attempt` counts its dials, so that of two connections of one process the newer one
// is known.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cluster/links/node_identity.hpp"

namespace florin::links {

inline constexpr std::uint16_t protocol_version = 4;

struct Hello {
  std::uint16_t version = protocol_version;
  std::string cluster;
  std::uint32_t partitions = 0;
  NodeNumber from = 0;
  NodeNumber to = 0;  // 0 from the acceptor, which does not know yet
  std::uint64_t session = 0;
  std::uint64_t attempt = 0;
  std::uint64_t nonce = 0;
  std::uint64_t echo = 0;  // the other's nonce; 0 from the acceptor

  bool operator==(const Hello&) const = default;
};

std::string encode(const Hello& hello);
// Refused: garbage; wrong_version (before anything behind the version is read).
Result<Hello, Refused> decode_hello(std::string_view bytes);

std::string encode(const Refused& refused);
// Text from a peer: anything not printable is replaced, what is too long is cut.
Refused decode_refused(std::string_view bytes);

std::string encode_accepted(std::uint64_t echo);
std::optional<std::uint64_t> decode_accepted(std::string_view bytes);

// `certified` is empty without TLS. Common to both sides: cluster, partitions, certificate.
std::optional<Refused> check_cluster(const Hello& mine, const Hello& theirs,
                                     const std::optional<NodeIdentity>& certified);
// The dialler looks at the acceptor's hello; `dialled` is the node it wanted.
std::optional<Refused> check_acceptor(const Hello& mine, const Hello& theirs,
                                      const std::optional<NodeIdentity>& certified,
                                      NodeNumber dialled);
// The acceptor looks at the dialler's hello. Whether it is a peer at all is for the caller to say.
std::optional<Refused> check_dialler(const Hello& mine, const Hello& theirs,
                                     const std::optional<NodeIdentity>& certified);

// Which connection of a peer is the newest one.
struct ConnectionStamp {
  std::uint64_t session = 0;
  std::uint64_t attempt = 0;
};
// Same process and not a later attempt.
bool is_older(const ConnectionStamp& candidate, const ConnectionStamp& known) noexcept;

}  // namespace florin::links
