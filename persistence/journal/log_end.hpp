// LogEnd: how far a directory's log has reached at least, kept outside of the log, so that a log that was lost with its
// disk, is not mounted or is an older copy is not taken for a new one.
//
// A file beside florin.meta. It names a block of the log that was durable before it was written, so the log that
// belongs to it never ends earlier; it may well go on. Written with the first block of each segment and of each run, then
// every 512 blocks, at each start and at the close.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "persistence/journal/file_system.hpp"
#include "persistence/journal/segment/segment_format.hpp"

namespace florin::journal {

struct LogEnd {
  std::uint64_t data_id = 0;     // of the directory
  BlockSequence last_block = 0;  // was durable

  bool operator==(const LogEnd&) const = default;
};

// nullopt: there is no such file; the directory was written by a program that kept none, or is new. Errc::corrupt with
// the path when it is something else.
Result<std::optional<LogEnd>, Error> read_log_end(FileSystem& files, const std::string& path);
// Whole or not at all, durable when it returns.
Status<Error> write_log_end(FileSystem& files, const std::string& path, const LogEnd& end);

}  // namespace florin::journal
