// RunHistory: which processes have taken part with a data directory. A directory that was put back from an older copy
// counts its starts on, and after as many as the newest one had, the count says nothing any more (start_record.hpp): the
// process that another node has met at that start never took part with this one. The file `runs`, replaced whole when a
// run takes part, before others are told so. A start that was refused adds nothing, so that no number of them makes room.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/format_level.hpp"
#include "base/ids.hpp"
#include "persistence/journal/file_system.hpp"

namespace florin {

// In a cluster of at least this level no node keeps a run that has not taken part. Below it programs of the version before
// do, so nothing is compared with this.
inline constexpr FormatLevel run_history_level = 3;

struct RunHistory {
  static constexpr std::size_t runs_max = 1000;  // the newest; 40 KB

  std::uint32_t life = 0;  // of the node's disk
  std::map<std::uint64_t, Incarnation>
      processes;  // by the number of their start; whole from the first one on

  // A life that is another one begins with nothing.
  void add(std::uint32_t of_life, std::uint64_t start, Incarnation process);
  // True: this process has not taken part as that start. From before the first one nothing is known.
  [[nodiscard]] bool contradicts(std::uint32_t of_life, std::uint64_t start,
                                 Incarnation process) const;
  bool operator==(const RunHistory&) const = default;
};

// Empty when there is none: the directory is new, or from before there was one. Errc::corrupt with the path when it is
// something else.
Result<RunHistory, Error> read_run_history(FileSystem& files, const std::string& path);
// Whole or not at all, durable when it returns.
Status<Error> write_run_history(FileSystem& files, const std::string& path,
                                const RunHistory& history);

}  // namespace florin
