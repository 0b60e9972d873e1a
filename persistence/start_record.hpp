// StartRecord: how often a data directory was started, and which files it consisted of then, so that an empty directory, an
// older one or a copy is not taken for the one that was there. The file `starts`, replaced whole at each start, before
// anything else is written or anybody is spoken to. Pure but for reading and writing it.
//
// Files are known by inode and time of birth: both stay through a reboot or a remount, the device's number does not. A copy
// (cp, rsync, tar, a backup that was put back file by file) has others. A block-level snapshot has the same: only other
// nodes can tell it from the newest one (cluster/disk/).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "persistence/journal/file_system.hpp"

namespace florin {

struct FileIdentity {
  std::uint64_t inode = 0;    // 0: not known
  std::uint64_t born_ns = 0;  // since 1970; 0: this file system does not keep it
  bool operator==(const FileIdentity&) const = default;
};

struct StartRecord {
  std::uint64_t data_id = 0;  // of the directory
  std::uint32_t life = 0;     // one more each time that the node's disk was given up as lost
  std::uint64_t starts = 0;   // of this life
  FileIdentity log;           // the directory log/
  FileIdentity first_segment;
  bool operator==(const StartRecord&) const = default;
};

// Are `now`'s files others than those of the last start? What is not known of either does not count.
bool was_copied(const StartRecord& before, const StartRecord& now) noexcept;

// nullopt: there is none; the directory is new, or from before there was one. Errc::corrupt with the path when it is
// something else.
Result<std::optional<StartRecord>, Error> read_start_record(FileSystem& files,
                                                            const std::string& path);
// Whole or not at all, durable when it returns.
Status<Error> write_start_record(FileSystem& files, const std::string& path,
                                 const StartRecord& record);

}  // namespace florin
