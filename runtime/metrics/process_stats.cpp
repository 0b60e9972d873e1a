// Numbers of the own process, from /proc.
#include "runtime/metrics/process_stats.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace florin {
namespace {

// Seconds since 1970 at which the machine started ("btime" of /proc/stat).
double boot_time_seconds() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double value = 0;
    if (word == "btime" && file >> value) return value;
  }
  return 0;
}

// Field numbers as in proc(5); the name (field 2) may hold spaces, so counting starts behind its
// ')'.
void read_stat(ProcessStats& stats) {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return;
  const auto behind_name = line.rfind(')');
  if (behind_name == std::string::npos) return;
  std::istringstream fields(line.substr(behind_name + 1));
  const std::istream_iterator<std::string> begin(fields);
  const std::vector<std::string> words(begin, {});
  constexpr std::size_t first = 3;
  constexpr std::size_t utime = 14, stime = 15, starttime = 22, vsize = 23, rss = 24;
  if (words.size() <= rss - first) return;
  const auto number = [&](std::size_t field) { return std::stoull(words[field - first]); };
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  stats.cpu_seconds = static_cast<double>(number(utime) + number(stime)) / ticks;
  static const double boot_time = boot_time_seconds();
  stats.start_time_seconds = boot_time + static_cast<double>(number(starttime)) / ticks;
  stats.virtual_bytes = number(vsize);
  stats.resident_bytes = number(rss) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void read_fds(ProcessStats& stats) {
  std::error_code failed;
  for (auto it = std::filesystem::directory_iterator("/proc/self/fd", failed);
       !failed && it != std::filesystem::directory_iterator(); it.increment(failed)) {
    ++stats.open_fds;
  }
  if (stats.open_fds != 0) --stats.open_fds;  // the directory just read
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) stats.max_fds = limit.rlim_cur;
}

}  // namespace

ProcessStats read_process_stats() {
  ProcessStats stats;
  try {
    read_stat(stats);
    read_fds(stats);
  } catch (const std::exception&) {  // a page without these numbers is better than no page
  }
  return stats;
}

}  // namespace florin
