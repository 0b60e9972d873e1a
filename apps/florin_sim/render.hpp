// What florin-sim prints: one line for a seed, the line that replays a failure, the summary, a progress bar.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/sim_run.hpp"

namespace florin::sim {

struct Summary {
  RunKind kind = RunKind::solo;
  std::uint64_t seeds = 0;
  std::uint64_t ok = 0;
  std::uint64_t entries = 0, requests = 0, completed = 0, refused = 0, crashes = 0, packets = 0,
                packets_lost = 0, simulated_us = 0;
  std::uint64_t hash = 0;  // over all trace hashes, whatever their order
  std::vector<RunReport> failures;
  std::chrono::milliseconds took{};

  void add(const RunReport& report);
};

// `--seed 7`, for a cluster `--cluster --seed 7`.
std::string seed_arguments(std::uint64_t seed, RunKind kind);
std::string hex(std::uint64_t value);
std::string line_of(const RunReport& report);
// The one line that shows the failure again.
std::string replay_line(const RunReport& report);
std::string text_of(const Summary& summary);
std::string json_of(const Summary& summary);
std::string progress_line(const Summary& summary, std::uint64_t count);

}  // namespace florin::sim
