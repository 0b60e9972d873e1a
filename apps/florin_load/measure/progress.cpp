// See progress.hpp.
#include "apps/florin_load/measure/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "apps/florin_load/http/http_engine.hpp"

namespace florin::load {

namespace {
constexpr std::int64_t draw_every_ns = 100'000'000;
constexpr std::uint64_t bar_chars = 24;
}  // namespace

bool stderr_is_terminal() noexcept { return ::isatty(STDERR_FILENO) == 1; }

Progress::Progress(std::string label, std::uint64_t total, bool enabled)
    : label_(std::move(label)), total_(total), enabled_(enabled), started_ns_(monotonic_ns()) {}

void Progress::update(std::uint64_t done, std::uint64_t in_flight, std::uint64_t errors) {
  if (!enabled_ || (++calls_ & 15) != 0) return;
  const std::int64_t now = monotonic_ns();
  if (now - drawn_ns_ >= draw_every_ns) draw(done, in_flight, errors, now);
}

void Progress::finish(std::uint64_t done) {
  if (!enabled_) return;
  draw(done, 0, 0, monotonic_ns());
  std::fputc('\n', stderr);
}

void Progress::draw(std::uint64_t done, std::uint64_t in_flight, std::uint64_t errors,
                    std::int64_t now_ns) {
  drawn_ns_ = now_ns;
  const double seconds = static_cast<double>(now_ns - started_ns_) / 1e9;
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string bar;
  if (total_ != 0) {
    const std::uint64_t filled = std::min(bar_chars, done * bar_chars / total_);
    bar = "[" + std::string(filled, '#') + std::string(bar_chars - filled, '.') + "] ";
  }
  std::fprintf(stderr, "\r%-14s %s%llu%s%s  %.0f/s  in flight %llu  retries/errors %llu\x1b[K",
               label_.c_str(), bar.c_str(), static_cast<unsigned long long>(done),
               total_ != 0 ? "/" : "", total_ != 0 ? std::to_string(total_).c_str() : "", rate,
               static_cast<unsigned long long>(in_flight), static_cast<unsigned long long>(errors));
  std::fflush(stderr);
}

}  // namespace florin::load
