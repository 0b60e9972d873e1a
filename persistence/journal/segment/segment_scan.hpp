// Walks the blocks of one segment in order, checking every checksum and that indexes are contiguous (or go
// back, in a segment that allows it: frames that are replaced later are visited all the same). Decides
// nothing about damage: it says where the valid blocks end and, if asked, whether a later block exists.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/journal/file_system.hpp"
#include "persistence/journal/segment/segment_format.hpp"
#include "persistence/journal/segment/segment_index.hpp"

namespace florin::journal {

// Reads a file through one large window; views are valid until the next call.
class FileWindow {
 public:
  FileWindow(File& file, std::string path) : file_(file), path_(std::move(path)) {}
  // Up to `length` bytes at `offset`; fewer only at the end of the file.
  Result<std::string_view, Error> view(std::uint64_t offset, std::size_t length);
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  Result<std::size_t, Error> bytes_there(std::uint64_t offset, std::size_t wanted);

  File& file_;
  const std::string path_;
  std::string buffer_;
  std::uint64_t begin_ = 0;
  std::size_t filled_ = 0;
};

struct ScannedFrame {
  FrameHeader header;
  std::uint64_t offset = 0;  // of the frame in the file
  std::string_view bytes;
};

struct ScanEnd {
  std::uint64_t end_offset = 0;  // where no further valid block begins
  std::uint64_t last_block = 0;  // offset of the last valid block; 0 = none
  BlockSequence next_sequence = 0;
  bool closed_cleanly = false;  // the last valid block is the mark of a clean stop
};

// Reads blocks from data_begin() until the first one that is not valid, or `until` (a block's end) is
// reached. `next_index` is checked and advanced by every entry. Errc::corrupt when a block whose checksum
// holds has impossible contents, else only what reading or `visit` returns.
Result<ScanEnd, Error> scan_blocks(FileWindow& window, const SegmentHeader& header,
                                   std::uint64_t until, std::vector<LogIndex>& next_index,
                                   const std::function<Status<Error>(const ScannedFrame&)>& visit);

struct Tail {
  bool has_later_block = false;   // a valid block header with a sequence > `sequence` follows
  std::uint64_t later_block = 0;  // its offset
  std::uint64_t data_end = 0;  // behind the last byte that is not zero; <= offset when all are zero
};

// Looks through everything from `offset`, where block `sequence` is not valid, to the end of the file. A later
// block's header alone is proof enough: it is not written before block `sequence` was durable.
Result<Tail, Error> inspect_tail(FileWindow& window, std::uint64_t data_id, std::uint64_t offset,
                                 BlockSequence sequence);

}  // namespace florin::journal
