// See framed_wire.hpp.
#include "cluster/links/framed_wire.hpp"

#include "cluster/links/hello.hpp"

namespace florin::links {
namespace {

constexpr std::size_t read_bytes = 64 * 1024;

}  // namespace

FramedWire::FramedWire(std::shared_ptr<Wire> wire, WireOwner& owner,
                       const PerChannel<std::size_t>& frame_bytes_max, const LinkTimes& times)
    : wire_(std::move(wire)),
      owner_(&owner),
      times_(times),
      reader_(frame_bytes_max),
      in_(read_bytes),
      last_read_(wire_->opened),
      last_write_(wire_->opened) {}

void FramedWire::start() { read_more(); }

void FramedWire::established() {
  is_established_ = true;
  reader_.allow_data();
}

void FramedWire::send(FrameKind kind, std::string body) {
  control_.emplace_back(kind, std::move(body));
  kick();
}

void FramedWire::kick() {
  if (is_writing_ || is_closed_) return;
  out_.clear();
  for (; !control_.empty(); control_.pop_front())
    append_frame(out_, {control_.front().first, Channel::consensus, true, 0, next_sequence_++},
                 control_.front().second);
  if (owner_ != nullptr) owner_->refill(out_, next_sequence_);
  if (out_.empty()) return;
  is_writing_ = true;
  const auto done = [self = shared_from_this()](const std::string& error, std::size_t) {
    self->written(error);
  };
  wire_->write(out_.data(), out_.size(), done);
}

void FramedWire::written(const std::string& error) {
  is_writing_ = false;
  if (is_closed_) return;
  // The read side learns more: a refusal may be there to be read although our write failed.
  if (!error.empty()) return;
  last_write_ = std::chrono::steady_clock::now();
  kick();
  if (is_finishing_ && !is_writing_) wire_->shutdown_send();
}

void FramedWire::read_more() {
  const auto done = [self = shared_from_this()](const std::string& error, std::size_t bytes) {
    self->received(error, bytes);
  };
  wire_->read(in_.data(), in_.size(), done);
}

void FramedWire::received(const std::string& error, std::size_t bytes) {
  if (is_closed_) return;
  if (!error.empty()) {
    const auto why = error.find("alert") == std::string::npos ? Refusal::closed : Refusal::tls;
    return is_finishing_ ? close() : broken({why, error});
  }
  last_read_ = std::chrono::steady_clock::now();
  if (!is_finishing_) {
    const FrameReader::Sink sink = [this](Frame frame) {
      if (owner_ == nullptr) return false;
      if (frame.kind != FrameKind::keep_alive) owner_->on_wire_frame(std::move(frame));
      return owner_ != nullptr;
    };
    const auto refused = reader_.feed({in_.data(), bytes}, sink);
    if (refused && owner_ != nullptr) {
      WireOwner* const owner = owner_;
      finish(*refused);
      owner->on_wire_broken(*refused);
    }
  }
  if (!is_closed_) read_more();
}

void FramedWire::finish(const Refused& why) {
  owner_ = nullptr;
  is_finishing_ = true;
  send(FrameKind::refused, encode(why));
}

void FramedWire::broken(const Refused& why) {
  WireOwner* const owner = owner_;
  close();
  if (owner != nullptr) owner->on_wire_broken(why);
}

void FramedWire::close() {
  owner_ = nullptr;
  is_closed_ = true;
  wire_->close();
}

void FramedWire::tick(SteadyTime now, bool was_paused) {
  if (is_closed_) return;
  if (is_finishing_ && ticks_to_linger_-- <= 0) return close();
  if (was_paused) last_read_ = now;
  if (!is_established_ && now - wire_->opened > times_.handshake_timeout)
    return broken({Refusal::handshake_timeout, "no hello in time"});
  if (is_established_ && now - last_read_ > times_.silent_after) {
    return broken(
        {Refusal::silent, "no byte for " + std::to_string(times_.silent_after.count()) + " ms"});
  }
  if (is_established_ && !is_writing_ && now - last_write_ >= times_.keep_alive_after)
    send(FrameKind::keep_alive, "");
}

}  // namespace florin::links
