// RunHistory: which processes have run on a data directory. A directory that was put back from an older copy counts its
// starts on, and after as many as the newest one had, the count says nothing any more (start_record.hpp): the process that
// another node has met at that start was never run on this one. The file `runs`, replaced whole at each start, before
// `starts` and before anybody is spoken to.
//
// Crash between the two files: the last line is of a start that nobody has heard of; the next one has the same number and
// takes its place.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/ids.hpp"
#include "persistence/journal/file_system.hpp"

namespace florin {

struct RunHistory {
  static constexpr std::size_t runs_max = 1000;  // the newest; 40 KB

  std::uint32_t life = 0;                          // of the node's disk
  std::map<std::uint64_t, Incarnation> processes;  // by the number of their start

  // A life that is another one begins with nothing.
  void add(std::uint32_t of_life, std::uint64_t start, Incarnation process);
  // True: another process than this one was run as that start. What is not kept contradicts nothing.
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
