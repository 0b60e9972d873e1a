// florin-sim: runs the deterministic simulator on one seed or many. Exit codes: 0 ok, 2 wrong usage, and of
// the first failure 127 crash, 128 not live, 129 not correct.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "apps/florin_sim/batch.hpp"
#include "apps/florin_sim/explore.hpp"
#include "apps/florin_sim/render.hpp"
#include "apps/florin_sim/replay.hpp"
#include "apps/florin_sim/scaling.hpp"
#include "apps/florin_sim/scenario.hpp"

namespace florin::sim {
namespace {

constexpr int exit_usage = 2;
constexpr const char* footer =
    "Exit codes: 0 ok, 2 wrong usage; of the first failure: 127 crash, 128 not live, 129 not "
    "correct.\n\n"
    "Examples:\n"
    "  florin-sim --seed 7 --trace           one seed, every step as text\n"
    "  florin-sim --count 2000 --jobs 2      seeds 1 to 2000 in two processes\n"
    "  florin-sim --cluster --count 200      the same as clusters: replicated partitions, "
    "elections, failovers\n"
    "  florin-sim --count 100 --twice        each seed twice: the same trace hash?\n"
    "  florin-sim --seed 7 --minimise        a failing seed: the fewest faults and actions that "
    "still fail\n"
    "  florin-sim --replay sim-7.plan --trace  what --minimise has written, step by step\n"
    "  florin-sim --regressions sim/regressions  seeds and plans that once found a bug\n"
    "  florin-sim --scaling 32               throughput of 1 to 32 nodes in virtual time "
    "(sim/scaling/README.md)\n"
    "  florin-sim --explore all              every interleaving of one transfer "
    "(sim/explore/README.md)\n";

struct Options {
  BatchOptions batch;
  std::string scenario;
  bool trace = false;
  bool json = false;
  bool keep_going = false;
  bool worker = false;  // started by another florin-sim: reports go to it
  ExploreOptions explore;
  ReplayOptions replay;
  ScalingOptions scaling;
};

class Screen {
 public:
  explicit Screen(const Options& options) : options_(options), bar_(::isatty(STDERR_FILENO) != 0) {
    summary_.kind = options.batch.kind;
  }

  bool show(const RunReport& report) {
    summary_.add(report);
    summary_.took = elapsed();
    if (report.outcome != Outcome::ok && !options_.json) {
      clear();
      std::printf("%s\n  %s\n", line_of(report).c_str(), replay_line(report).c_str());
      std::fflush(stdout);
    }
    draw();
    return options_.keep_going || report.outcome == Outcome::ok;
  }

  int finish() {
    clear();
    summary_.took = elapsed();
    if (options_.json)
      std::printf("%s\n", json_of(summary_).c_str());
    else
      std::printf("%s\n", text_of(summary_).c_str());
    return summary_.failures.empty() ? 0 : static_cast<int>(summary_.failures.front().outcome);
  }

 private:
  using Steady = std::chrono::steady_clock;
  [[nodiscard]] std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - began_);
  }
  void draw() {
    if (!bar_ || Steady::now() < next_draw_) return;
    next_draw_ = Steady::now() + std::chrono::milliseconds(100);
    std::fprintf(stderr, "\r%s\x1b[K", progress_line(summary_, options_.batch.count).c_str());
  }
  void clear() const {
    if (bar_) std::fputs("\r\x1b[K", stderr);
  }

  const Options& options_;
  const bool bar_;
  Summary summary_;
  const Steady::time_point began_ = Steady::now();
  Steady::time_point next_draw_;
};

int run_seeds(const Options& options) {
  if (options.batch.count == 1 && !options.json)
    std::fputs(
        (to_string(draw_plan(options.batch.first_seed, options.batch.kind).options) + "\n").c_str(),
        stdout);
  Screen screen(options);
  run_batch(options.batch, [&](const RunReport& report) {
    if (options.batch.count == 1 && !options.json && report.outcome == Outcome::ok)
      std::printf("%s\n", line_of(report).c_str());
    return screen.show(report);
  });
  return screen.finish();
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app(
      "florin-sim: a whole cluster in one thread under one seed, with everything going wrong.",
      "florin-sim");
  app.footer(footer);
  app.add_option("--seed", options.batch.first_seed, "the first seed")->capture_default_str();
  app.add_option("--count", options.batch.count, "how many seeds from there on")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40))
      ->capture_default_str();
  app.add_flag_callback(
      "--cluster", [&options] { options.batch.kind = RunKind::cluster; },
      "seeds are clusters of three or five nodes with replicated partitions; without it none is");
  app.add_option("--jobs", options.batch.jobs, "worker processes")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_flag("--trace", options.trace, "every step as text; one seed only");
  app.add_flag("--twice", options.batch.twice, "run each seed twice and compare the trace hashes");
  app.add_flag("--keep-going", options.keep_going, "do not stop at the first failure");
  app.add_flag("--json", options.json, "print the summary as JSON");
  app.add_flag("--worker", options.worker)->group("");  // not for people
  app.add_option("--stride", options.batch.stride)->group("")->check(CLI::PositiveNumber);
  add_replay_options(app, options.replay);
  add_explore_options(app, options.explore);
  add_scaling_options(app, options.scaling);
  app.add_option("--scenario", options.scenario,
                 "run one scenario file (sim/scenarios/README.md) and print it");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_usage;
  }
  if (options.worker)
    return options.replay.replay.empty() ? run_worker_seeds(options.batch)
                                         : run_plan_as_worker(options.replay);
  if (!options.scenario.empty()) return run_scenario_file(options.scenario);
  options.scaling.json = options.json;
  if (options.scaling.nodes_max != 0) return run_scaling_table(options.scaling);
  if (!options.explore.which.empty()) return run_explore(options.explore);
  if (options.trace && options.batch.count != 1) {
    std::fputs("florin-sim: --trace shows one seed; leave --count out\n", stderr);
    return exit_usage;
  }
  if (options.replay.minimise)
    return run_minimise(options.replay, options.batch.first_seed, options.batch.kind);
  if (!options.replay.replay.empty()) return run_replay(options.replay, options.trace);
  if (!options.replay.regressions.empty()) return run_regressions(options.replay);
  // In this process, so that a debugger or a sanitizer sees it.
  return options.trace ? run_and_show(draw_plan(options.batch.first_seed, options.batch.kind), true)
                       : run_seeds(options);
}

}  // namespace
}  // namespace florin::sim

int main(int argc, char** argv) { return florin::sim::run(argc, argv); }
