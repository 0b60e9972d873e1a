// Walking the blocks of a segment.
#include "persistence/journal/segment/segment_scan.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "persistence/journal/crc32c.hpp"

namespace florin::journal {
namespace {

constexpr std::size_t window_bytes = std::size_t{1} << 20;

struct BlockView {
  BlockHeader header;
  std::string_view body;
};

// The block at `offset` when it is whole and is number `sequence`.
Result<std::optional<BlockView>, Error> read_block(FileWindow& window, std::uint64_t data_id,
                                                   std::uint64_t offset, BlockSequence sequence) {
  const std::optional<BlockView> none;
  FLORIN_TRY(head, window.view(offset, block_header_bytes));
  const auto header = decode_block_header(head, data_id);
  if (!header || header->sequence != sequence || header->body_bytes > block_bytes_max) return none;
  FLORIN_TRY(body, window.view(offset + block_header_bytes, header->body_bytes));
  if (body.size() != header->body_bytes || crc32c(body) != header->body_crc) return none;
  return std::optional<BlockView>(BlockView{*header, body});
}

// A block whose checksum holds was written by us whole: contents that do not fit are damage (or our bug).
Status<Error> visit_frames(const BlockView& block, std::uint64_t body_offset,
                           const std::string& path, bool replaceable,
                           std::vector<LogIndex>& next_index,
                           const std::function<Status<Error>(const ScannedFrame&)>& visit) {
  std::size_t at = 0;
  std::uint32_t entries = 0;
  for (; at + frame_header_bytes <= block.body.size(); ++entries) {
    const auto frame = block.body.substr(at);
    const FrameHeader header = decode_frame_header(frame);
    const std::uint64_t offset = body_offset + at;
    if (header.length > frame.size() - frame_header_bytes || !frame_intact(frame, header))
      return Err{corrupt_error(path, offset, "an entry does not match its checksum")};
    if (header.partition >= next_index.size())
      return Err{corrupt_error(path, offset, "an entry names an unknown partition")};
    LogIndex& expected = next_index[header.partition];
    if (replaceable ? header.index == 0 || header.index > expected : header.index != expected)
      return Err{corrupt_error(path, offset,
                               "partition " + std::to_string(header.partition) + " has entry " +
                                   std::to_string(header.index) + " where entry " +
                                   std::to_string(expected) + " must follow")};
    expected = header.index + 1;
    FLORIN_TRY_VOID(visit({header, offset, frame.substr(frame_header_bytes, header.length)}));
    at += frame_header_bytes + header.length;
  }
  if (at != block.body.size() || entries != block.header.entry_count)
    return Err{corrupt_error(path, body_offset, "a block's entries do not fill it")};
  return Unit{};
}

bool all_zero(std::string_view bytes) noexcept {
  return bytes.empty() ||
         (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

}  // namespace

Result<std::string_view, Error> FileWindow::view(std::uint64_t offset, std::size_t length) {
  if (offset < begin_ || offset + length > begin_ + filled_) {
    begin_ = offset;
    filled_ = 0;
    FLORIN_TRY(wanted, bytes_there(offset, std::max(length, window_bytes)));
    if (buffer_.size() < wanted) buffer_.resize(wanted);
    FLORIN_TRY(got, file_.read_at(offset, buffer_));
    filled_ = got;
  }
  const auto skip = static_cast<std::size_t>(offset - begin_);
  return std::string_view(buffer_).substr(skip, std::min(length, filled_ - skip));
}

// A length that a file claims is worth no memory before the file is that long.
Result<std::size_t, Error> FileWindow::bytes_there(std::uint64_t offset, std::size_t wanted) {
  if (wanted <= window_bytes) return wanted;
  FLORIN_TRY(size, file_.size());
  const std::uint64_t there = size > offset ? size - offset : 0;
  return std::max<std::size_t>(window_bytes, std::min<std::uint64_t>(wanted, there));
}

Result<ScanEnd, Error> scan_blocks(FileWindow& window, const SegmentHeader& header,
                                   std::uint64_t until, std::vector<LogIndex>& next_index,
                                   const std::function<Status<Error>(const ScannedFrame&)>& visit) {
  ScanEnd end;
  end.end_offset = data_begin(header.next_index.size());
  end.next_sequence = header.first_sequence;
  while (end.end_offset < until) {
    FLORIN_TRY(block, read_block(window, header.data_id, end.end_offset, end.next_sequence));
    if (!block) break;
    const std::uint64_t body_offset = end.end_offset + block_header_bytes;
    FLORIN_TRY_VOID(
        visit_frames(*block, body_offset, window.path(), header.replaceable, next_index, visit));
    end.last_block = end.end_offset;
    end.closed_cleanly = (block->header.flags & flag_closed_cleanly) != 0;
    end.end_offset = align_block(body_offset + block->header.body_bytes);
    ++end.next_sequence;
  }
  return end;
}

Result<Tail, Error> inspect_tail(FileWindow& window, std::uint64_t data_id, std::uint64_t offset,
                                 BlockSequence sequence) {
  Tail tail;
  while (true) {
    // Overlapping by a header's length, so that none is missed between two views.
    FLORIN_TRY(bytes, window.view(offset, window_bytes));
    for (auto at = bytes.find(block_magic_bytes()); at != bytes.npos && !tail.has_later_block;
         at = bytes.find(block_magic_bytes(), at + 1)) {
      const auto header = decode_block_header(bytes.substr(at), data_id);
      // The block under suspicion itself may have a whole header and a torn body: that proves nothing.
      if (!header || header->sequence <= sequence) continue;
      tail.has_later_block = true;
      tail.later_block = offset + at;
    }
    const auto last = all_zero(bytes) ? bytes.npos : bytes.find_last_not_of('\0');
    if (last != bytes.npos) tail.data_end = offset + last + 1;
    if (bytes.size() < window_bytes) return tail;
    offset += window_bytes - block_header_bytes;
  }
}

}  // namespace florin::journal
