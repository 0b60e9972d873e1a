// run_seed: one whole run: draw everything from the seed, safety phase with faults, heal, liveness phase,
// last reads, restart of every node, last checks.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "sim/plan/fault_plan.hpp"
#include "sim/plan/member_plan.hpp"
#include "sim/plan/options.hpp"
#include "sim/plan/workload.hpp"

namespace florin::sim {

// The numbers are exit codes of florin-sim; a crash (127) is seen by the process that started the run.
enum class Outcome : std::uint8_t { ok = 0, crash = 127, liveness = 128, correctness = 129 };
std::string_view to_string(Outcome outcome);

// All that a run is made of. A minimiser takes items out of its lists and runs it again.
struct RunPlan {
  SimOptions options;
  FaultPlan faults;
  MemberPlan members;
  Workload workload;

  [[nodiscard]] RunKind kind() const {
    return options.replication > 0 ? RunKind::cluster : RunKind::solo;
  }
};
RunPlan draw_plan(std::uint64_t seed, RunKind kind);
// Many lines: options, every fault, every command of operators, every action.
std::string to_string(const RunPlan& plan);

struct RunReport {
  std::uint64_t seed = 0;
  RunKind kind = RunKind::solo;
  Outcome outcome = Outcome::ok;
  std::string checker;  // which one failed
  std::string what;
  std::uint64_t trace_hash = 0;
  std::uint64_t events = 0;
  std::uint64_t entries = 0;
  std::uint64_t requests = 0;
  std::uint64_t completed = 0;  // transfers
  std::uint64_t refused = 0;    // transfers
  std::uint64_t crashes = 0;
  std::uint64_t packets = 0;
  std::uint64_t packets_lost = 0;
  std::uint64_t simulated_us = 0;
};

// `trace`: where text goes; null = none, and nothing is formatted.
RunReport run_plan(const RunPlan& plan, std::FILE* trace = nullptr);
inline RunReport run_seed(std::uint64_t seed, RunKind kind, std::FILE* trace = nullptr) {
  return run_plan(draw_plan(seed, kind), trace);
}

}  // namespace florin::sim
