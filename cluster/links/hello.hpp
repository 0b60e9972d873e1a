// What two nodes tell each other before anything else, and whether they may talk. Pure: no sockets.
//
//   acceptor -> dialler  hello {who I am, newest version that I speak, nonce A}
//   dialler  -> acceptor hello {who I am, whom I want, session, attempt, nonce D, echo A, what I read}
//   acceptor -> dialler  accepted {echo D, what I read}      or refused {why, text}, then it closes
//
// A node speaks its own version of this and the one before. The acceptor begins in the older one, so that a dialler of
// the version before understands it; the dialler goes on in the newest that both speak. What a node reads (its format
// level, base/format_level.hpp) is in hellos and answers of version 5; who speaks version 4 reads level 0.
//
// The echoed nonces make a recorded conversation worthless. `session` is drawn at each start of a
// process and `attempt` counts its dials, so that of two connections of one process the newer one
// is known.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/format_level.hpp"
#include "base/result.hpp"
#include "cluster/links/node_identity.hpp"

namespace florin::links {

inline constexpr std::uint16_t protocol_version = 5;
inline constexpr std::uint16_t protocol_version_before = 4;
// What a program that reads up to `reads` speaks: one that is held to level 0 is as one that was built before levels.
constexpr std::uint16_t newest_version(FormatLevel reads) noexcept {
  return reads == 0 ? protocol_version_before : protocol_version;
}

struct Hello {
  std::uint16_t version = protocol_version_before;
  std::string cluster;
  std::uint32_t partitions = 0;
  NodeNumber from = 0;
  NodeNumber to =
      0;  // from the acceptor, which does not know yet: the newest version that it speaks; 0 = version 4
  std::uint64_t session = 0;
  std::uint64_t attempt = 0;
  std::uint64_t nonce = 0;
  std::uint64_t echo = 0;  // the other's nonce; 0 from the acceptor
  FormatLevel reads = 0;   // from version 5 on

  bool operator==(const Hello&) const = default;
};

std::string encode(const Hello& hello);
// Refused: garbage; wrong_version (before anything behind the version is read). `newest`: that is spoken here.
Result<Hello, Refused> decode_hello(std::string_view bytes,
                                    std::uint16_t newest = protocol_version);
// In which version a dialler that speaks up to `newest` answers the acceptor's hello.
std::uint16_t version_to_speak(const Hello& acceptor, std::uint16_t newest) noexcept;

// u8 why; with `removed` the u64 version of the map that says so; text.
std::string encode(const Refused& refused);
// Text from a peer: anything not printable is replaced, what is too long is cut.
Refused decode_refused(std::string_view bytes);

struct Accepted {
  std::uint64_t echo = 0;
  FormatLevel reads = 0;  // from version 5 on
  bool operator==(const Accepted&) const = default;
};
std::string encode(const Accepted& accepted, std::uint16_t version);
std::optional<Accepted> decode_accepted(std::string_view bytes, std::uint16_t version);

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
// Both sides, once they know: `needed` is what the cluster writes. The text says what to do.
std::optional<Refused> check_reads(NodeNumber node, FormatLevel reads, FormatLevel needed);

// Which connection of a peer is the newest one.
struct ConnectionStamp {
  std::uint64_t session = 0;
  std::uint64_t attempt = 0;
};
// Same process and not a later attempt.
bool is_older(const ConnectionStamp& candidate, const ConnectionStamp& known) noexcept;

}  // namespace florin::links
