// The connection that we dial to one peer and send on; dials again, ever more slowly, while there
// is none. Loop thread only.
#pragma once

#include "cluster/links/backoff.hpp"
#include "cluster/links/link_context.hpp"
#include "cluster/links/peer.hpp"

namespace florin::links {

class OutgoingLink final : public WireOwner {
 public:
  OutgoingLink(LinkContext& context, std::shared_ptr<Peer> peer);
  ~OutgoingLink();
  OutgoingLink(const OutgoingLink&) = delete;
  OutgoingLink& operator=(const OutgoingLink&) = delete;

  void dial();
  void kick();
  // The peer is removed: says so to both sides. Then destroy it.
  void leave(const Refused& why);
  // The cluster writes this from now on.
  void need(FormatLevel level);

  void on_wire_frame(Frame frame) override;
  void on_wire_broken(const Refused& why) override;
  void refill(std::string& out, std::uint64_t& next_sequence) override;

 private:
  enum class Stage { down, wants_hello, wants_accepted, up };

  void opened(Opened opened);
  void on_hello(const Frame& frame);
  void on_accepted(const Frame& frame);
  void refuse(const Refused& why);  // we end it, and tell the peer
  void ended(const Refused& why);   // dials again later
  void tell_failure(const Refused& why);

  LinkContext& context_;
  std::shared_ptr<Peer> peer_;
  Backoff backoff_;
  Stage stage_ = Stage::down;
  std::uint64_t attempt_ = 0;
  std::uint64_t nonce_ = 0;  // of our hello
  std::uint16_t version_ = protocol_version_before;
  FormatLevel reads_ = 0;  // the peer, while the link is up
  SteadyTime up_since_;
  std::shared_ptr<FramedWire> wire_;
  std::shared_ptr<void> dialling_, redial_;
  std::optional<Refused> told_;  // the failure told last: the same one is not told again
};

}  // namespace florin::links
