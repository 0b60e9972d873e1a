// PeerLinks: authenticated links between the nodes of a cluster. Each node dials each of its peers
// and sends on that connection only; what it receives comes on connections that it accepted.
//
// Promises: TLS 1.3 with certificates on both sides, the node number bound to the certificate;
// frames of one channel arrive in the order sent, at most once, never altered; bulk never holds up
// consensus for longer than one batch (256 KiB) and what the kernel has of it. Does not promise
// that a frame arrives: when a link breaks, what waited and what was on its way is lost. Raft and
// coordinators resend; a sender of bulk begins again when the link is up. No CAF, no Asio and no
// OpenSSL in this header.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/format_level.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "cluster/links/link_types.hpp"

namespace florin::links {

struct PeerAddress {
  NodeNumber node = 0;
  std::string host;  // name or IP address; looked up again at each dial
  std::uint16_t port = 0;
};

inline constexpr std::size_t mebibyte = 1024 * 1024;
inline constexpr PerChannel<ChannelCaps> default_caps{
    ChannelCaps{128 * mebibyte, 65'536, limits::frame_bytes_max},  // consensus
    ChannelCaps{64 * mebibyte, 65'536, 40 * mebibyte},             // messages
    ChannelCaps{48 * mebibyte, 1'024, 40 * mebibyte},              // bulk
};
// Each takes the largest frame that is sent on it: raft's message of entries; one entry, read by another node or
// fetched. What is told, asked and answered is cut long before that.
static_assert(limits::entry_bytes_max <= limits::raft_message_bytes);
static_assert(limits::raft_message_bytes + mebibyte <= limits::frame_bytes_max);
static_assert(limits::entry_bytes_max + mebibyte <= default_caps[1].frame_bytes);
static_assert(limits::entry_bytes_max + mebibyte <= default_caps[2].frame_bytes);
static_assert(limits::piece_bytes <= default_caps[2].frame_bytes);
static_assert(2 * limits::message_frame_bytes <= default_caps[1].frame_bytes);
static_assert(default_caps[0].frame_bytes <= default_caps[0].queue_bytes &&
              default_caps[1].frame_bytes <= default_caps[1].queue_bytes &&
              default_caps[2].frame_bytes <= default_caps[2].queue_bytes);

struct PeerLinksOptions {
  NodeNumber self = 0;
  std::string cluster;  // the cluster's id, as in the certificates
  std::uint32_t partitions = 0;
  std::string listen;  // "ip:port", "[ip6]:port"; port 0 = any
  std::vector<PeerAddress> peers;
  std::optional<Tls> tls;
  bool insecure = false;                 // without tls: then all addresses must be loopback
  FormatLevel reads = format_level_own;  // this process (base/format_level.hpp)
  PerChannel<ChannelCaps> caps = default_caps;
  LinkTimes times;
  std::size_t accepted_max = 128;  // open connections that came from outside, known or not
};

enum class Direction { outgoing, incoming };

struct LinkChange {
  Direction direction = Direction::outgoing;  // outgoing: whether send() works
  bool up = false;
  Refused reason;         // when down
  FormatLevel reads = 0;  // when up: the peer, as it has said
};

// A connection that was refused, by us or by the peer, or could not be made. For the log:
// repetitions are left out (counted in `suppressed`); the counters of status() have them all.
struct RefusedPeer {
  Direction direction = Direction::incoming;
  NodeNumber node = 0;  // 0: not known
  std::string address;
  Refused reason;
  std::uint64_t suppressed = 0;
};

// Called on the thread of the links, one call at a time; must not block, must not call stop().
// send() is allowed.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void on_frame(NodeNumber from, Channel channel, std::string bytes) = 0;
  virtual void on_link(NodeNumber node, const LinkChange& change) = 0;
  // The channel has refused a frame and is now at most half full.
  virtual void on_room(NodeNumber node, Channel channel) {
    static_cast<void>(node), static_cast<void>(channel);
  }
  virtual void on_refused(const RefusedPeer& refused) { static_cast<void>(refused); }
};

struct ChannelStatus {
  std::uint64_t sent_frames = 0, sent_bytes = 0;  // handed to the connection
  std::uint64_t received_frames = 0, received_bytes = 0;
  // Link down, queue full, too large, or waiting when the link broke.
  std::uint64_t dropped_frames = 0;
  std::size_t queued_frames = 0, queued_bytes = 0;
};

struct PeerStatus {
  PeerAddress address;
  bool outgoing_up = false, incoming_up = false;
  Milliseconds outgoing_since{0}, incoming_since{0};  // how long it has been so
  std::uint64_t connects = 0;                         // how often the outgoing link came up
  std::uint64_t failed_dials = 0;
  Refused last_refusal;  // why there was no link the last time; empty text: never
  PerChannel<ChannelStatus> channels;
};

struct LinksStatus {
  std::vector<PeerStatus> peers;
  std::array<std::uint64_t, refusal_count> refusals{};  // by Refusal, both directions
};

class PeerLinks {
 public:
  // Listens; nobody is dialled or told anything before begin(), so that who is told of a link may send by what the caller has by
  // then. `receiver` must live until stop() has returned.
  // Errors: invalid (addresses, certificates, or neither certificates nor insecure on loopback).
  static Result<std::unique_ptr<PeerLinks>, Error> make(PeerLinksOptions options,
                                                        Receiver& receiver);
  // Begins to dial, and to tell the receiver. Once.
  void begin();
  ~PeerLinks();  // stop()

  // Any thread; never blocks. False: the frame is dropped (link down, queue full, larger than the
  // channel's cap). True is no promise that it arrives.
  bool send(NodeNumber node, Channel channel, std::string frame);

  // Nodes that join and leave. An address of a known node that differs replaces it.
  Status<Error> add_peer(const PeerAddress& peer);
  // `map_version`: of the map by which it was removed for ever; whoever dials as that node is told so from then on.
  // 0: only the link goes.
  void remove_peer(NodeNumber node, std::uint64_t map_version = 0);

  // Links to peers that do not read what the cluster writes end, and none is made from now on. Never lowered.
  void need(FormatLevel level);

  // Any thread; never blocks. The task runs on the thread of the links, behind what that has to do; never once stop() was
  // called.
  void post(std::function<void()> task);

  [[nodiscard]] LinksStatus status() const;
  [[nodiscard]] std::uint16_t port() const noexcept;
  // Closes all links, waits for the thread: no callback afterwards. Idempotent; not from a
  // callback.
  void stop();

 private:
  class Impl;
  explicit PeerLinks(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace florin::links
