// Format levels: how much of what Florin stores and sends a program can read. Every event, message and body of a reply
// says in its declaration since which level it exists (base/wire_number.hpp).
//
// A cluster has a level, which only rises: the leader of the meta group raises it when every node of the map has said
// that it reads the next one (docs/adr/0019-nodes-of-two-versions.md). Nothing above the level is written or sent, so
// that a node of the version before can read all there is until the last node is of the new one.
#pragma once

#include <atomic>
#include <cstdint>

namespace florin {

using FormatLevel = std::uint16_t;

// What this program reads, and writes once its cluster lets it. One more with the first event, message, body or frame
// that the version before does not know.
inline constexpr FormatLevel format_level_own = 3;

// The levels of one process: up to which it reads, for as long as it runs, and up to which it writes, as its cluster (or a
// node alone: its start) has raised it. Read by any thread; raised by one.
class FormatLevels {
 public:
  explicit FormatLevels(FormatLevel reads = format_level_own) : reads_(reads) {}

  [[nodiscard]] FormatLevel reads() const noexcept { return reads_; }
  [[nodiscard]] FormatLevel written() const noexcept {
    return written_.load(std::memory_order_acquire);
  }
  // Never lowers it.
  void raise(FormatLevel to) noexcept {
    if (to > written()) written_.store(to, std::memory_order_release);
  }

 private:
  const FormatLevel reads_;
  std::atomic<FormatLevel> written_{0};
};

// What is of `level` may be written and sent. `levels`: of the process; null: it writes all that it reads.
[[nodiscard]] inline bool may_write(const FormatLevels* levels, FormatLevel level) noexcept {
  return levels == nullptr || level <= levels->written();
}

}  // namespace florin
