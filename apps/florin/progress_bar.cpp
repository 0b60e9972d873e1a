// See progress_bar.hpp.
#include "apps/florin/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace florin::cli {

namespace {
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds draw_every{100};
constexpr std::uint64_t bar_chars = 30;
constexpr std::uint64_t mib = std::uint64_t{1} << 20;
}  // namespace

bool stderr_is_terminal() noexcept { return ::isatty(STDERR_FILENO) == 1; }

ProgressBar::ProgressBar(std::string label, bool enabled)
    : label_(std::move(label)),
      enabled_(enabled),
      started_(steady_clock::now()),
      next_draw_(started_ + draw_every) {}

ProgressBar::~ProgressBar() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void ProgressBar::update(std::uint64_t done_bytes, std::uint64_t all_bytes) {
  if (!enabled_) return;
  const auto now = steady_clock::now();
  if (now < next_draw_) return;
  next_draw_ = now + draw_every;
  drawn_ = true;
  const auto elapsed = std::chrono::duration_cast<milliseconds>(now - started_);
  std::fprintf(stderr, "\r%s\x1b[K", line(label_, done_bytes, all_bytes, elapsed).c_str());
  std::fflush(stderr);
}

std::string ProgressBar::line(const std::string& label, std::uint64_t done_bytes,
                              std::uint64_t all_bytes, milliseconds elapsed) {
  const std::uint64_t all = std::max<std::uint64_t>(all_bytes, 1);
  const std::uint64_t done = std::min(done_bytes, all);
  // Quotients first: petabytes times 100 still fit.
  const auto filled = static_cast<std::size_t>(done / (all / bar_chars + 1));
  const std::uint64_t percent = done == all ? 100 : done / (all / 100 + 1);
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count(), 1));
  std::string out = label + " [" + std::string(filled, '#') + std::string(bar_chars - filled, '.');
  out += "] " + std::to_string(percent) + "%  " + std::to_string(done / mib) + "/" +
         std::to_string(all / mib) + " MiB  " + std::to_string(done * 1000 / mib / ms) + " MiB/s";
  return out;
}

}  // namespace florin::cli
