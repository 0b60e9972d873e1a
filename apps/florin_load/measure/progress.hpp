// One line on stderr that moves: done of total, rate, in flight, errors. Silent when stderr is no terminal.
#pragma once

#include <cstdint>
#include <string>

namespace florin::load {

class Progress {
 public:
  // total 0: unknown, no bar.
  Progress(std::string label, std::uint64_t total, bool enabled);
  // Cheap to call often: draws at most ten times a second.
  void update(std::uint64_t done, std::uint64_t in_flight, std::uint64_t errors);
  void finish(std::uint64_t done);

 private:
  void draw(std::uint64_t done, std::uint64_t in_flight, std::uint64_t errors, std::int64_t now_ns);

  std::string label_;
  std::uint64_t total_;
  bool enabled_;
  std::uint64_t calls_ = 0;
  std::int64_t started_ns_;
  std::int64_t drawn_ns_ = 0;
};

// True when stderr is a terminal.
bool stderr_is_terminal() noexcept;

}  // namespace florin::load
