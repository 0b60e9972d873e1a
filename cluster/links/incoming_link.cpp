// See incoming_link.hpp.
#include "cluster/links/incoming_link.hpp"

namespace florin::links {

IncomingLink::~IncomingLink() {
  if (wire_ != nullptr) wire_->close();
}

void IncomingLink::start(std::shared_ptr<Wire> wire) {
  mine_ = context_.hello();
  mine_.to = newest_version(context_.reads);
  wire_ = context_.make_wire(std::move(wire), *this);
  wire_->send(FrameKind::hello, encode(mine_));
  wire_->start();
}

void IncomingLink::on_wire_frame(Frame frame) {
  if (peer_ == nullptr && frame.kind == FrameKind::hello) return on_hello(frame);
  if (peer_ != nullptr && frame.kind == FrameKind::data) {
    peer_->received(frame.channel, frame.bytes.size());
    return context_.receiver.on_frame(peer_->node(), frame.channel, std::move(frame.bytes));
  }
  if (frame.kind == FrameKind::refused) {
    const auto self = shared_from_this();
    const Refused why = decode_refused(frame.bytes);
    wire_->close();
    return on_wire_broken(why);
  }
  refuse(node(), {Refusal::garbage, "a frame that must not come here"});
}

void IncomingLink::on_hello(const Frame& frame) {
  const auto theirs = decode_hello(frame.bytes, newest_version(context_.reads));
  if (!theirs) return refuse(0, theirs.error());
  if (const auto refused = check_dialler(mine_, *theirs, wire_->wire().certified))
    return refuse(theirs->from, *refused);
  if (const auto refused = check_reads(theirs->from, theirs->reads, context_.needed()))
    return refuse(theirs->from, *refused);
  auto admitted = door_.admit(*this, *theirs);
  if (!admitted) return refuse(theirs->from, admitted.error());
  peer_ = *admitted;
  reads_ = theirs->reads;
  wire_->established();
  wire_->send(FrameKind::accepted, encode({theirs->nonce, context_.reads}, theirs->version));
  peer_->incoming_changed(true);
  context_.receiver.on_link(peer_->node(), {Direction::incoming, true, {}, theirs->reads});
}

void IncomingLink::refill(std::string& out, std::uint64_t& next_sequence) {
  static_cast<void>(out), static_cast<void>(next_sequence);  // we only receive here
}

void IncomingLink::need(FormatLevel level) {
  if (peer_ == nullptr) return;
  if (const auto refused = check_reads(node(), reads_, level)) refuse(node(), *refused);
}

void IncomingLink::refuse(NodeNumber node, const Refused& why) {
  const auto self = shared_from_this();
  wire_->finish(why);
  context_.refused_incoming(node, wire_->wire().remote, why);
  down(why);
  door_.gone(*this);
}

void IncomingLink::on_wire_broken(const Refused& why) {
  const auto self = shared_from_this();
  if (peer_ == nullptr) {
    context_.refused_incoming(0, wire_->wire().remote, why);
  } else {
    context_.count(why.why);  // on_link tells
  }
  down(why);
  door_.gone(*this);
}

void IncomingLink::end(const Refused& why) {
  wire_->finish(why);
  context_.count(why.why);
  down(why);
}

void IncomingLink::down(const Refused& why) {
  wire_.reset();  // it lingers on its own until the peer has read why
  if (peer_ == nullptr) return;
  peer_->incoming_changed(false);
  context_.receiver.on_link(peer_->node(), {Direction::incoming, false, why});
  peer_.reset();
}

}  // namespace florin::links
