// Encoding of frame headers and the reader. See frame_codec.hpp for the layout.
#include "cluster/links/frame_codec.hpp"

#include <algorithm>

#include "base/little_endian.hpp"

namespace florin::links {
namespace {

constexpr unsigned last_flag = 0x80;

bool is_control(FrameKind kind) noexcept { return kind != FrameKind::data; }

Err<Refused> garbage(std::string text) { return Err{Refused{Refusal::garbage, std::move(text)}}; }

}  // namespace

void append_frame(std::string& out, FrameHeader header, std::string_view body) {
  out += "FL";
  out.push_back(static_cast<char>(header.kind));
  out.push_back(static_cast<char>(index_of(header.channel) | (header.last ? last_flag : 0U)));
  append_le(out, static_cast<std::uint32_t>(body.size()));
  append_le(out, header.sequence);
  out += body;
}

Result<FrameHeader, Refused> decode_header(std::string_view bytes) {
  FLORIN_ASSERT(bytes.size() == frame_header_bytes);
  if (bytes.substr(0, 2) != "FL") return garbage("does not speak Florin's link protocol");
  const auto kind = static_cast<unsigned char>(bytes[2]);
  const auto channel = static_cast<unsigned char>(bytes[3]);
  if (kind < static_cast<unsigned>(FrameKind::hello) ||
      kind > static_cast<unsigned>(FrameKind::data))
    return garbage("unknown kind of frame " + std::to_string(kind));
  if ((channel & ~last_flag) >= channel_count)
    return garbage("unknown channel " + std::to_string(channel));
  FrameHeader header{static_cast<FrameKind>(kind), static_cast<Channel>(channel & ~last_flag),
                     (channel & last_flag) != 0, load_le<std::uint32_t>(bytes.substr(4)),
                     load_le<std::uint64_t>(bytes.substr(8))};
  if (is_control(header.kind) && !header.last) return garbage("a control frame in pieces");
  const std::size_t max = is_control(header.kind) ? control_bytes_max : piece_bytes_max;
  if (header.length > max) {
    return Err{Refused{Refusal::oversized, "a piece of " + std::to_string(header.length) +
                                               " bytes, at most " + std::to_string(max) +
                                               " are allowed"}};
  }
  return header;
}

std::string& FrameReader::target() noexcept {
  return is_control(header_.kind) ? control_ : parts_[index_of(header_.channel)];
}

std::optional<Refused> FrameReader::begin_piece() {
  auto header = decode_header(header_bytes_);
  if (!header) return header.error();
  header_ = *header;
  if (header_.sequence != sequence_ + 1) {
    return Refused{Refusal::replayed, "frame " + std::to_string(header_.sequence) +
                                          " where frame " + std::to_string(sequence_ + 1) +
                                          " is next"};
  }
  sequence_ = header_.sequence;
  if (is_control(header_.kind)) return std::nullopt;
  if (!data_allowed_) return Refused{Refusal::garbage, "data before the hello"};
  const std::size_t size = target().size() + header_.length;
  const std::size_t max = frame_bytes_max_[index_of(header_.channel)];
  if (size <= max) return std::nullopt;
  return Refused{Refusal::oversized, "a frame of more than " + std::to_string(max) +
                                         " bytes on channel " +
                                         std::string(to_string(header_.channel))};
}

std::optional<Refused> FrameReader::feed(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    if (header_bytes_.size() < frame_header_bytes) {
      const auto n = std::min(bytes.size(), frame_header_bytes - header_bytes_.size());
      header_bytes_ += bytes.substr(0, n);
      bytes.remove_prefix(n);
      // What is not ours is known by its first two bytes: no need to wait for sixteen.
      if (!std::string_view("FL").starts_with(std::string_view(header_bytes_).substr(0, 2)))
        return Refused{Refusal::garbage, "does not speak Florin's link protocol"};
      if (header_bytes_.size() < frame_header_bytes) break;
      if (auto refused = begin_piece()) return refused;
      missing_ = header_.length;
    }
    const auto n = std::min(bytes.size(), missing_);
    target() += bytes.substr(0, n);
    bytes.remove_prefix(n);
    missing_ -= n;
    if (missing_ > 0) break;
    header_bytes_.clear();
    if (!header_.last) continue;
    Frame frame{header_.kind, header_.channel, std::move(target())};
    target().clear();
    if (!sink(std::move(frame))) break;
  }
  return std::nullopt;
}

}  // namespace florin::links
