// What all links of a node share: who we are, the loop, the receiver, chance, and the book of
// refusals. Loop thread only, but refusal_counts().
#pragma once

#include <atomic>
#include <vector>

#include "cluster/links/framed_wire.hpp"
#include "cluster/links/hello.hpp"
#include "cluster/links/peer_links.hpp"

namespace florin::links {

class LinkContext {
 public:
  LinkContext(const PeerLinksOptions& options, LinkLoop& loop, Receiver& receiver);

  LinkLoop& loop;
  Receiver& receiver;
  const LinkTimes times;
  const FormatLevel reads;  // this process

  // What the cluster writes: a peer that does not read it gets no link.
  [[nodiscard]] FormatLevel needed() const noexcept { return needed_; }
  void need(FormatLevel level) noexcept { needed_ = level; }

  // Our hello with a fresh nonce.
  [[nodiscard]] Hello hello();
  // Of dials to all peers: one that goes and comes again does not count from the beginning.
  [[nodiscard]] std::uint64_t next_attempt() noexcept { return ++attempts_; }
  [[nodiscard]] std::uint64_t random();
  [[nodiscard]] std::shared_ptr<FramedWire> make_wire(std::shared_ptr<Wire> wire, WireOwner& owner);

  void count(Refusal why) noexcept { ++counts_[static_cast<std::size_t>(why)]; }
  // An incoming one: counts it, tells the receiver unless it was told of the same reason within a
  // second.
  void refused_incoming(NodeNumber node, const std::string& address, const Refused& reason);
  [[nodiscard]] std::array<std::uint64_t, refusal_count> refusal_counts() const;

  void tick();  // deadlines, keep-alives, silence of all wires
  void close_all();

 private:
  struct Told {
    SteadyTime when;
    std::uint64_t suppressed = 0;
    bool ever = false;
  };

  Hello identity_;  // without nonces
  FormatLevel needed_ = 0;
  PerChannel<std::size_t> frame_bytes_max_{};
  std::vector<std::weak_ptr<FramedWire>> wires_;
  std::array<std::atomic<std::uint64_t>, refusal_count> counts_{};
  std::array<Told, refusal_count> told_;
  SteadyTime last_tick_;
  std::uint64_t attempts_ = 0;
};

}  // namespace florin::links
