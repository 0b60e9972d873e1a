// DiskBook: what a node keeps, durably, of the disks of the other nodes; and the comparison that finds a disk which is not
// the one that was there. Pure: who owns it writes text() to a file when it has changed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/disk/disk_frame.hpp"
#include "cluster/placement/replica_id.hpp"
#include "persistence/journal/file_system.hpp"

namespace florin {

enum class DiskFinding : std::uint8_t {
  fine = 1,
  replaced,  // an operator has said that this disk is lost, and the node goes on with another one
  started_before,  // it was started as often before: an empty disk, or a copy
  made_anew,       // in another directory, however often that was started
  behind,          // its log lacks what it once had
  other_run,       // another process was run as the start that is known
};

struct DiskVerdict {
  DiskFinding finding = DiskFinding::fine;
  std::uint32_t group = 0;         // of `behind`: the first such group
  std::uint64_t had = 0, has = 0;  // of `behind`: entries; of the two of runs: starts
  bool operator==(const DiskVerdict&) const = default;
};

// Is `word` of the disk that `kept` is of? `life`: of that node's disk, as far as is known. A life that nobody here has
// heard of yet is believed: a disk gets it only from a member that knows of it.
DiskVerdict compare_disk(const std::optional<KeptDisk>& kept, std::uint32_t life,
                         const DiskWord& word);

class DiskBook {
 public:
  // Of the file's text. Errc::corrupt when it is something else.
  static Result<DiskBook, Error> parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  [[nodiscard]] std::optional<KeptDisk> of(NodeNumber node) const;
  // A word that was found to be fine. True: something is to be written.
  bool take(NodeNumber node, const DiskWord& word);

  bool operator==(const DiskBook&) const = default;

 private:
  std::map<NodeNumber, KeptDisk> disks_;
};

// An empty book when there is no file. Errc::corrupt with the path when it is something else.
Result<DiskBook, Error> read_disk_book(FileSystem& files, const std::string& path);

}  // namespace florin
