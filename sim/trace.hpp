// Trace: a rolling hash over every step of a run; equal hashes mean equal runs. Text only when asked for:
// a line is formatted only if text() is true.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "sim/plan/random.hpp"
#include "sim/ports/event_queue.hpp"

namespace florin::sim {

// What happened; part of the hash, so the numbers stay.
enum class Step : std::uint8_t {
  fault = 1,
  node_started = 2,
  node_crashed = 3,
  start_failed = 4,
  turn = 5,
  entry_durable = 6,
  checkpoint = 7,
  packet_sent = 8,
  packet_lost = 9,
  request = 10,
  answer = 11,
  timeout = 12,
  healed = 13,
  quiet = 14,
  leads = 15,
  commanded = 16,
  replica_made = 17,
  replica_gone = 18,
  refused = 19,
  rebuild = 20,
  call_outside = 21,
  payer = 22,
  hint = 23,
};

class Trace {
 public:
  // `out`: where text goes; null = no text.
  explicit Trace(std::FILE* out = nullptr) : out_(out) {}

  void step(Step step, SimTime time, std::uint64_t a = 0, std::uint64_t b = 0,
            std::uint64_t c = 0) {
    ++steps_;
    hash_ = mix(hash_ ^ static_cast<std::uint64_t>(step), static_cast<std::uint64_t>(time));
    hash_ = mix(mix(hash_, a), mix(b, c));
  }
  [[nodiscard]] bool text() const { return out_ != nullptr; }
  void line(SimTime time, std::string_view text) {
    if (out_ == nullptr) return;
    std::fprintf(out_, "%6lld.%06lld  %.*s\n", static_cast<long long>(time / second),
                 static_cast<long long>(time % second), static_cast<int>(text.size()), text.data());
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  std::FILE* out_;
  std::uint64_t hash_ = 0;
  std::uint64_t steps_ = 0;
};

}  // namespace florin::sim
