// Words shared by all parts of the links: node numbers, channels, and why a peer is refused.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace florin::links {

using NodeNumber = std::uint16_t;  // 1..65535, unique in a cluster, never used again

// Classes of traffic, most urgent first. Each has a queue of its own; order is kept within a
// channel only.
enum class Channel : std::uint8_t {
  consensus = 0,  // votes, appends, heartbeats: late ones cost elections
  messages = 1,   // between partitions and from the edge to leaders
  bulk = 2,       // snapshots: large, may wait
};
inline constexpr std::size_t channel_count = 3;
inline constexpr std::array all_channels{Channel::consensus, Channel::messages, Channel::bulk};

constexpr std::size_t index_of(Channel channel) noexcept {
  return static_cast<std::size_t>(channel);
}

template <class T>
using PerChannel = std::array<T, channel_count>;

// Why a connection was not made or has ended. The numbers travel in refusals: never reuse one.
enum class Refusal : std::uint8_t {
  garbage = 1,  // not our protocol, or a frame that must not come here
  wrong_version = 2,
  wrong_cluster = 3,
  wrong_partitions = 4,
  unknown_node = 5,  // not among our peers
  wrong_node = 6,    // another node than the dialled one answered, or it looked for another one
  wrong_certificate = 7,  // the certificate names another node or cluster than the hello
  tls = 8,        // the TLS handshake failed: no certificate, other authority, expired, not TLS 1.3
  oversized = 9,  // a frame longer than the limit
  replayed = 10,  // a frame or hello which is not the next one
  older_connection = 11,  // a newer connection of the same process is there
  replaced = 12,          // the same node has connected anew
  handshake_timeout = 13,
  silent = 14,       // no byte for too long: half open, stopped, or cut off
  too_many = 15,     // too many connections that have not said who they are
  closed = 16,       // the peer closed, or the network broke
  unreachable = 17,  // nobody accepts there
  stopped = 18,      // we stop, or the peer was removed
  removed = 19,      // the acceptor's map of the cluster says that the dialler was removed for ever
};
inline constexpr std::size_t refusal_count = 20;  // one more than the largest number

// Stable lower-case name, for logs and metrics.
std::string_view to_string(Refusal why) noexcept;
std::string_view to_string(Channel channel) noexcept;

struct Refused {
  Refusal why = Refusal::closed;
  std::string text;               // for a person
  std::uint64_t map_version = 0;  // with `removed`: of the map that says it
};

struct Tls {
  std::string ca_file, cert_file, key_file;  // PEM; `florin cert` makes them
};

struct ChannelCaps {
  std::size_t queue_bytes = 0;  // of frames that wait, the one being sent included
  std::size_t queue_frames = 0;
  std::size_t frame_bytes = 0;  // of one frame, sent or received: the same on all nodes
};

using Milliseconds = std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

struct LinkTimes {
  Milliseconds handshake_timeout{5000};  // from accept or dial to the end of the hellos
  Milliseconds keep_alive_after{1000};   // of not having written
  Milliseconds silent_after{4000};       // of not having read: the link is dead
  Milliseconds redial_first{50};
  Milliseconds redial_max{2000};
};

}  // namespace florin::links
