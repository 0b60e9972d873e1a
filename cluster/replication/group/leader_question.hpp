// LeaderQuestion: "is this still the leader?", asked of a majority for whoever wants to know. Pure.
//
// One question at a time for each group: its answer serves all who asked before it was put. Raft may drop it without a
// word, so it is put again, under another name, when nobody has answered for some ticks. A crash forgets it, as it does
// those who asked.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace florin {

class LeaderQuestion {
 public:
  // Tickets grow; the answer to one answers all before it.
  void want(std::uint64_t ticket) { wanted_ = std::max(wanted_, ticket); }
  // Of a reign that begins.
  void forget() { wanted_ = asked_ = confirmed_ = 0; }
  void tick() { ++ticks_; }

  // Somebody asks, and nothing is under way.
  [[nodiscard]] bool is_new() const { return wanted_ > asked_ && !waits(); }
  [[nodiscard]] bool is_due(std::uint32_t patience_ticks) const {
    return waits() ? ticks_ >= patience_ticks : wanted_ > asked_;
  }
  // `context` names it, and comes once in a process.
  void put(std::uint64_t context) {
    asked_ = wanted_;
    ticks_ = 0;
    context_ = context;
  }
  // The ticket that is confirmed; none: this is not the answer that is waited for.
  std::optional<std::uint64_t> answered(std::uint64_t context) {
    if (context != context_ || !waits()) return std::nullopt;
    return confirmed_ = asked_;
  }

 private:
  [[nodiscard]] bool waits() const { return asked_ > confirmed_; }

  std::uint64_t wanted_ = 0, asked_ = 0, confirmed_ = 0;
  std::uint64_t context_ = 0;
  std::uint32_t ticks_ = 0;  // since it was put
};

}  // namespace florin
