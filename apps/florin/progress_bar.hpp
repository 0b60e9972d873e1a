// A bar on stderr for work of known size. Silent when stderr is no terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace florin::cli {

class ProgressBar {
 public:
  // `enabled` false draws nothing at all.
  ProgressBar(std::string label, bool enabled);
  // Removes the bar: what is printed next begins on a clean line.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Cheap to call often: draws at most ten times a second.
  void update(std::uint64_t done_bytes, std::uint64_t all_bytes);

  // One line, without control characters: label, bar, per cent, MiB, MiB/s.
  static std::string line(const std::string& label, std::uint64_t done_bytes,
                          std::uint64_t all_bytes, std::chrono::milliseconds elapsed);

 private:
  std::string label_;
  bool enabled_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point next_draw_;
};

bool stderr_is_terminal() noexcept;

}  // namespace florin::cli
