// See outgoing_link.hpp.
#include "cluster/links/outgoing_link.hpp"

namespace florin::links {

OutgoingLink::OutgoingLink(LinkContext& context, std::shared_ptr<Peer> peer)
    : context_(context),
      peer_(std::move(peer)),
      backoff_(context.times.redial_first, context.times.redial_max) {}

OutgoingLink::~OutgoingLink() {
  if (wire_ != nullptr) wire_->close();
}

void OutgoingLink::dial() {
  redial_.reset();
  attempt_ = context_.next_attempt();
  const auto done = [this](Opened answer) { opened(std::move(answer)); };
  dialling_ = context_.loop.dial(peer_->address().host, peer_->address().port, done);
}

void OutgoingLink::opened(Opened answer) {
  dialling_.reset();
  if (answer.wire == nullptr) return ended(answer.refused);
  stage_ = Stage::wants_hello;
  wire_ = context_.make_wire(std::move(answer.wire), *this);
  wire_->start();
}

void OutgoingLink::on_wire_frame(Frame frame) {
  if (frame.kind == FrameKind::refused) {
    Refused why = decode_refused(frame.bytes);
    wire_->close();
    // Whose word it is is known only behind its hello, which its certificate has signed for.
    if (why.why == Refusal::removed && stage_ != Stage::wants_accepted)
      why = {Refusal::garbage, "says that we were removed before it says who it is", 0};
    return ended(why);
  }
  if (stage_ == Stage::wants_hello && frame.kind == FrameKind::hello) return on_hello(frame);
  if (stage_ == Stage::wants_accepted && frame.kind == FrameKind::accepted)
    return on_accepted(frame);
  refuse({Refusal::garbage, "a frame that must not come on a connection we dialled"});
}

void OutgoingLink::on_hello(const Frame& frame) {
  const std::uint16_t newest = newest_version(context_.reads);
  const auto theirs = decode_hello(frame.bytes, newest);
  if (!theirs) return refuse(theirs.error());
  Hello mine = context_.hello();
  if (const auto refused = check_acceptor(mine, *theirs, wire_->wire().certified, peer_->node()))
    return refuse(*refused);
  mine.version = version_ = version_to_speak(*theirs, newest);
  mine.to = peer_->node();
  mine.attempt = attempt_;
  mine.echo = theirs->nonce;
  nonce_ = mine.nonce;
  stage_ = Stage::wants_accepted;
  wire_->send(FrameKind::hello, encode(mine));
}

void OutgoingLink::on_accepted(const Frame& frame) {
  const auto accepted = decode_accepted(frame.bytes, version_);
  if (!accepted || accepted->echo != nonce_)
    return refuse({Refusal::replayed, "an answer that is not to our hello: recorded earlier?"});
  if (const auto refused = check_reads(peer_->node(), accepted->reads, context_.needed()))
    return refuse(*refused);
  stage_ = Stage::up;
  reads_ = accepted->reads;
  up_since_ = std::chrono::steady_clock::now();
  told_.reset();
  wire_->established();
  peer_->went_up();
  context_.receiver.on_link(peer_->node(), {Direction::outgoing, true, {}, accepted->reads});
}

void OutgoingLink::kick() {
  if (stage_ == Stage::up) wire_->kick();
}

void OutgoingLink::refill(std::string& out, std::uint64_t& next_sequence) {
  if (stage_ != Stage::up) return;
  peer_->refill(out, next_sequence);
  while (const auto channel = peer_->take_room())
    context_.receiver.on_room(peer_->node(), *channel);
}

void OutgoingLink::need(FormatLevel level) {
  if (stage_ != Stage::up) return;
  if (const auto refused = check_reads(peer_->node(), reads_, level)) refuse(*refused);
}

void OutgoingLink::refuse(const Refused& why) {
  wire_->finish(why);
  ended(why);
}

void OutgoingLink::on_wire_broken(const Refused& why) { ended(why); }

void OutgoingLink::leave(const Refused& why) {
  dialling_.reset();
  redial_.reset();
  if (wire_ != nullptr) wire_->finish(why);
  wire_.reset();
  if (stage_ != Stage::up) return;
  stage_ = Stage::down;
  peer_->went_down(why);
  context_.receiver.on_link(peer_->node(), {Direction::outgoing, false, why});
}

void OutgoingLink::ended(const Refused& why) {
  wire_.reset();
  context_.count(why.why);
  const bool was_up = stage_ == Stage::up;
  stage_ = Stage::down;
  // A link that was up for a while has proved itself: dial at once. One that breaks at once must
  // not spin.
  if (was_up && std::chrono::steady_clock::now() - up_since_ >= context_.times.redial_max)
    backoff_.reset();
  const auto again = [this] { dial(); };
  redial_ = context_.loop.after(backoff_.next(context_.random()), again);
  if (was_up) {
    peer_->went_down(why);
    context_.receiver.on_link(peer_->node(), {Direction::outgoing, false, why});
  } else {
    peer_->dial_failed(why);
    tell_failure(why);
  }
}

void OutgoingLink::tell_failure(const Refused& why) {
  if (told_ && told_->why == why.why && told_->text == why.text) return;
  told_ = why;
  const auto& address = peer_->address();
  context_.receiver.on_refused({Direction::outgoing, address.node,
                                address.host + ":" + std::to_string(address.port), why, 0});
}

}  // namespace florin::links
