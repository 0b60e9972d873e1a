// A wire that carries frames: reads and checks them, writes them in batches, sends keep-alives and
// notices silence. Both kinds of link are built on it. Loop thread only.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cluster/links/frame_codec.hpp"
#include "cluster/links/link_loop.hpp"

namespace florin::links {

// What a link does with its wire. After on_wire_broken, or close() or finish(), nothing is called
// any more.
class WireOwner {
 public:
  virtual void on_wire_frame(Frame frame) = 0;
  virtual void on_wire_broken(const Refused& why) = 0;
  // Appends data to send, if there is any.
  virtual void refill(std::string& out, std::uint64_t& next_sequence) = 0;

 protected:
  ~WireOwner() = default;
};

class FramedWire : public std::enable_shared_from_this<FramedWire> {
 public:
  FramedWire(std::shared_ptr<Wire> wire, WireOwner& owner,
             const PerChannel<std::size_t>& frame_bytes_max, const LinkTimes& times);

  void start();        // begins to read
  void established();  // hellos are done: data may come, no deadline any more
  void send(FrameKind kind, std::string body);
  void kick();  // the owner has something for refill()
  // Tells the peer why, closes when that is sent and the peer has closed, or at the next but one
  // tick.
  void finish(const Refused& why);
  void close();
  // Called now and then. `was_paused`: this process itself stood still, so silence proves nothing.
  void tick(SteadyTime now, bool was_paused);

  [[nodiscard]] const Wire& wire() const noexcept { return *wire_; }

 private:
  void read_more();
  void received(const std::string& error, std::size_t bytes);
  void written(const std::string& error);
  void broken(const Refused& why);

  std::shared_ptr<Wire> wire_;
  WireOwner* owner_;  // null once nothing more is to be told
  LinkTimes times_;
  FrameReader reader_;
  std::vector<char> in_;
  std::string out_;  // being written
  std::deque<std::pair<FrameKind, std::string>> control_;
  std::uint64_t next_sequence_ = 1;
  SteadyTime last_read_, last_write_;
  bool is_established_ = false;
  bool is_writing_ = false;
  bool is_finishing_ = false;
  int ticks_to_linger_ = 2;
  bool is_closed_ = false;
};

}  // namespace florin::links
