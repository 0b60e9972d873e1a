// A connection that we accepted and receive on. Says hello first, is admitted or refused by the
// door, then hands frames to the receiver. Loop thread only.
#pragma once

#include "cluster/links/link_context.hpp"
#include "cluster/links/peer.hpp"

namespace florin::links {

class IncomingLink;

// Who keeps the accepted links.
class Door {
 public:
  // The hello is in order: is this a peer, and its newest connection? Answers the peer or why not.
  virtual Result<std::shared_ptr<Peer>, Refused> admit(IncomingLink& link, const Hello& hello) = 0;
  // The link has ended and may be let go.
  virtual void gone(IncomingLink& link) = 0;

 protected:
  ~Door() = default;
};

class IncomingLink final : public WireOwner, public std::enable_shared_from_this<IncomingLink> {
 public:
  IncomingLink(LinkContext& context, Door& door) : context_(context), door_(door) {}
  ~IncomingLink();
  IncomingLink(const IncomingLink&) = delete;
  IncomingLink& operator=(const IncomingLink&) = delete;

  void start(std::shared_ptr<Wire> wire);
  // Ended from our side (replaced, peer removed): tells the peer. Does not call gone().
  void end(const Refused& why);
  // The cluster writes this from now on.
  void need(FormatLevel level);

  void on_wire_frame(Frame frame) override;
  void on_wire_broken(const Refused& why) override;
  void refill(std::string& out, std::uint64_t& next_sequence) override;

  [[nodiscard]] NodeNumber node() const noexcept {
    return peer_ == nullptr ? NodeNumber{0} : peer_->node();
  }

 private:
  void on_hello(const Frame& frame);
  void refuse(NodeNumber node, const Refused& why);
  void down(const Refused& why);

  LinkContext& context_;
  Door& door_;
  Hello mine_;
  std::shared_ptr<FramedWire> wire_;
  std::shared_ptr<Peer> peer_;  // once admitted
  FormatLevel reads_ = 0;       // as it has said
};

}  // namespace florin::links
