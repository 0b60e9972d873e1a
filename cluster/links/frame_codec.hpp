// Frames on the wire: 16 bytes of header, then the body. Pure: no sockets.
//
//   bytes 0-1  "FL"
//   byte  2    kind
//   byte  3    channel; 0x80 is set on the last piece of a frame
//   bytes 4-7  length of the body, little-endian
//   bytes 8-15 sequence number, little-endian: 1, 2, 3, ... in each direction of each connection
//
// A frame of a channel travels in one or more pieces; pieces of different channels may alternate,
// so a large frame never holds up an urgent one for longer than a piece.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cluster/links/link_types.hpp"

namespace florin::links {

enum class FrameKind : std::uint8_t {
  hello = 1,
  accepted = 2,
  refused = 3,
  keep_alive = 4,
  data = 5
};

inline constexpr std::size_t frame_header_bytes = 16;
inline constexpr std::size_t piece_bytes_max = 256 * 1024;
inline constexpr std::size_t control_bytes_max = 1024;  // hello, accepted, refused

struct FrameHeader {
  FrameKind kind = FrameKind::data;
  Channel channel = Channel::consensus;
  bool last = true;
  std::uint32_t length = 0;
  std::uint64_t sequence = 0;

  bool operator==(const FrameHeader&) const = default;
};

// Appends header and body; header.length is taken from the body.
void append_frame(std::string& out, FrameHeader header, std::string_view body);

// `bytes` are exactly frame_header_bytes. Refused: garbage, oversized.
Result<FrameHeader, Refused> decode_header(std::string_view bytes);

struct Frame {
  FrameKind kind = FrameKind::data;
  Channel channel = Channel::consensus;
  std::string bytes;
};

// Cuts a stream into frames, puts pieces together, checks length and sequence.
class FrameReader {
 public:
  using Sink = std::function<bool(Frame)>;  // false: stop reading

  explicit FrameReader(PerChannel<std::size_t> frame_bytes_max)
      : frame_bytes_max_(frame_bytes_max) {}

  // Before this only control frames of at most control_bytes_max are taken.
  void allow_data() noexcept { data_allowed_ = true; }

  // Calls the sink for each frame that is complete. An answer means the peer must be cut off;
  // nothing may be fed afterwards.
  std::optional<Refused> feed(std::string_view bytes, const Sink& sink);

 private:
  std::optional<Refused> begin_piece();
  [[nodiscard]] std::string& target() noexcept;

  PerChannel<std::size_t> frame_bytes_max_;
  PerChannel<std::string> parts_;  // frames of which pieces are missing
  std::string control_;
  std::string header_bytes_;  // of the piece being read
  FrameHeader header_;
  std::size_t missing_ = 0;     // bytes of its body still to come
  std::uint64_t sequence_ = 0;  // of the last piece
  bool data_allowed_ = false;
};

}  // namespace florin::links
