// What a peer has sent that no honest peer sends. It is refused before it changes anything, counted and told
// (ReplicatedLogPorts::refused): a node whose key somebody else has, or another build, or a damaged machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cluster/consensus/consensus_engine.hpp"

namespace florin {

enum class PeerFault : std::uint8_t {
  malformed = 1,   // not a frame, or lengths and counts that do not fit together
  foreign_sender,  // it speaks for a replica of another node
  unknown_group,   // a group or partition that this cluster does not have
  term_too_far,    // a term further ahead than elections can have gone
  out_of_bounds,   // an index, commit or count above its bound, or of what this node cannot have
  wrong_bytes,     // the bytes of an entry are not what the message says of them
  not_its_place,   // it speaks for a partition that the map does not give it
};
inline constexpr std::uint8_t peer_faults = 7;
std::string_view to_string(PeerFault fault) noexcept;

// Of a stepped message. None: honest messages are refused like that too, when they are late.
std::optional<PeerFault> fault_of(consensus::Refusal refusal) noexcept;

}  // namespace florin
