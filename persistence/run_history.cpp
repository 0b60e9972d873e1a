// The file in words, so that a person can read it; the last line is the checksum of those above.
#include "persistence/run_history.hpp"

#include <sstream>

#include "persistence/journal/text_record.hpp"

namespace florin {
namespace {

constexpr std::string_view first_line_of_runs = "florin runs 1";

std::string text_of(const RunHistory& history) {
  std::string text(first_line_of_runs);
  text += "\nlife " + std::to_string(history.life) + "\n";
  for (const auto& [start, process] : history.processes)
    text += "start " + std::to_string(start) + " process " + std::to_string(process) + "\n";
  return with_checksum(std::move(text));
}

}  // namespace

void RunHistory::add(std::uint32_t of_life, std::uint64_t start, Incarnation process) {
  if (of_life != life) processes.clear();
  life = of_life;
  // Of later starts nothing is there, unless somebody has put only the file `starts` back.
  processes.erase(processes.lower_bound(start), processes.end());
  processes.emplace(start, process);
  if (processes.size() > runs_max) processes.erase(processes.begin());
}

bool RunHistory::contradicts(std::uint32_t of_life, std::uint64_t start,
                             Incarnation process) const {
  if (of_life != life || processes.empty() || start < processes.begin()->first) return false;
  const auto found = processes.find(start);
  return found == processes.end() || found->second != process;
}

Result<RunHistory, Error> read_run_history(FileSystem& files, const std::string& path) {
  constexpr std::uint64_t bytes_max = 64 << 10;
  FLORIN_TRY(text, read_text(files, path, bytes_max));
  RunHistory history;
  if (!text) return history;
  std::istringstream in(*text);
  std::string word;
  std::getline(in, word);
  in >> word >> history.life;
  while (in >> word && word == "start") {
    std::uint64_t start = 0;
    Incarnation process = 0;
    in >> start >> word >> process;
    history.processes[start] = process;
  }
  // What was read is right when it is written the same way again.
  if (*text != text_of(history))
    return Err{Error{Errc::corrupt,
                     path + ": is not what this program writes there; restore it from a backup of "
                            "this very disk, or give the disk up (florin node rejoin)"}};
  return history;
}

Status<Error> write_run_history(FileSystem& files, const std::string& path,
                                const RunHistory& history) {
  return replace_file(files, path, text_of(history));
}

}  // namespace florin
