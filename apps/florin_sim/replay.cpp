// Plans in files: made smaller, run again, run one after the other.
#include "apps/florin_sim/replay.hpp"

#include <unistd.h>
#include <CLI/App.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "apps/florin_sim/batch.hpp"
#include "apps/florin_sim/render.hpp"
#include "sim/plan/minimise.hpp"
#include "sim/plan/plan_file.hpp"

namespace florin::sim {
namespace {

constexpr int exit_usage = 2;

Result<std::string, Error> read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return Err{Error{Errc::io, path + " cannot be read"}};
  return text.str();
}

Result<RunPlan, Error> load_plan(const std::string& path) {
  FLORIN_TRY(text, read_file(path));
  return read_plan(text, path);
}

std::string size_of(const RunPlan& plan) {
  return std::to_string(plan.faults.faults.size()) + " faults, " +
         std::to_string(plan.workload.actions.size()) + " actions";
}

int complain(const std::string& what) {
  std::fprintf(stderr, "florin-sim: %s\n", what.c_str());
  return exit_usage;
}

// One line of a list of seeds: `<seed>  # why it is kept`, or `<seed> cluster  # ...`.
struct KnownSeed {
  std::uint64_t seed = 0;
  RunKind kind = RunKind::solo;
  std::string why;
};

Result<KnownSeed, Error> read_seed(const std::string& line, const std::string& where) {
  const std::size_t comment = line.find('#');
  if (comment == std::string::npos)
    return Err{Error{Errc::corrupt, where + ": `# why it is kept` is missing"}};
  KnownSeed known;
  known.why = line.substr(std::min(comment + 2, line.size()));
  std::istringstream words(line.substr(0, comment));
  std::string word;
  words >> word;
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), known.seed);
  if (code != std::errc{} || end != word.data() + word.size())
    return Err{Error{Errc::corrupt, where + ": '" + word + "' is not a seed"}};
  while (words >> word) {
    if (word != "cluster")
      return Err{Error{Errc::corrupt, where + ": unknown word '" + word + "'"}};
    known.kind = RunKind::cluster;
  }
  return known;
}

Result<std::vector<KnownSeed>, Error> read_seeds(const std::string& path) {
  FLORIN_TRY(text, read_file(path));
  std::istringstream lines(text);
  std::vector<KnownSeed> seeds;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find_first_not_of(" \t") == std::string::npos || line.front() == '#') continue;
    FLORIN_TRY(known, read_seed(line, path + ":" + std::to_string(number)));
    seeds.push_back(std::move(known));
  }
  return seeds;
}

// Runs it in a process of its own; says what it was only when it fails.
bool is_clean(const RunPlan& plan, const std::string& name, const std::string& replay) {
  const RunReport report = run_in_process(plan);
  if (report.outcome == Outcome::ok) return true;
  std::printf("%s: %s\n  %s\n", name.c_str(), line_of(report).c_str(), replay.c_str());
  return false;
}

}  // namespace

void add_replay_options(CLI::App& app, ReplayOptions& options) {
  app.add_flag("--minimise", options.minimise,
               "shrink the faults and actions of --seed while it still fails");
  app.add_option("--out", options.out,
                 "with --minimise: the file of the smallest plan (default sim-<seed>.plan)");
  app.add_option("--replay", options.replay,
                 "run the plan of this file; with --trace step by step");
  app.add_option("--regressions", options.regressions, "run all seeds and plans of this folder");
}

int run_and_show(const RunPlan& plan, bool trace) {
  std::fputs(to_string(plan).c_str(), stdout);
  std::fflush(stdout);
  const RunReport report = run_plan(plan, trace ? stdout : nullptr);
  std::printf("%s\n", line_of(report).c_str());
  return static_cast<int>(report.outcome);
}

int run_replay(const ReplayOptions& options, bool trace) {
  const auto plan = load_plan(options.replay);
  if (!plan) return complain(plan.error().context);
  return run_and_show(*plan, trace);
}

int run_plan_as_worker(const ReplayOptions& options) {
  const auto plan = load_plan(options.replay);
  return plan ? run_worker_plan(*plan) : complain(plan.error().context);
}

int run_minimise(const ReplayOptions& options, std::uint64_t seed, RunKind kind) {
  const auto loaded = options.replay.empty() ? Result<RunPlan, Error>(draw_plan(seed, kind))
                                             : load_plan(options.replay);
  if (!loaded) return complain(loaded.error().context);
  const RunReport failure = run_in_process(*loaded);
  std::printf("%s\n", line_of(failure).c_str());
  if (failure.outcome == Outcome::ok) return complain("it does not fail: nothing to minimise");
  const bool bar = ::isatty(STDERR_FILENO) != 0;
  const Minimised small = minimise(*loaded, failure, run_in_process, [bar](const Minimised& now) {
    if (bar)
      std::fprintf(stderr, "\r%llu runs: %s\x1b[K", static_cast<unsigned long long>(now.runs),
                   size_of(now.plan).c_str());
  });
  if (bar) std::fputs("\r\x1b[K", stderr);
  const std::string path =
      options.out.empty() ? "sim-" + std::to_string(seed) + ".plan" : options.out;
  std::ofstream file(path);
  if (!(file << write_plan(small.plan, small.report)).flush())
    return complain(path + " cannot be written");
  std::printf("before: %s\nafter:  %s, in %llu runs\n%s\n  ./dev sim --replay %s --trace\n",
              size_of(*loaded).c_str(), size_of(small.plan).c_str(),
              static_cast<unsigned long long>(small.runs), line_of(small.report).c_str(),
              path.c_str());
  return static_cast<int>(failure.outcome);
}

int run_regressions(const ReplayOptions& options) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(options.regressions, error))
    paths.push_back(entry.path());
  if (error) return complain(options.regressions + ": " + error.message());
  std::ranges::sort(paths);
  int good = 0;
  int bad = 0;
  for (const std::string& path : paths) {
    if (path.ends_with(".plan")) {
      const auto plan = load_plan(path);
      if (!plan) return complain(plan.error().context);
      ++(is_clean(*plan, path, "./dev sim --replay " + path + " --trace") ? good : bad);
    } else if (path.ends_with(".seeds")) {
      const auto seeds = read_seeds(path);
      if (!seeds) return complain(seeds.error().context);
      for (const KnownSeed& known : *seeds)
        ++(is_clean(draw_plan(known.seed, known.kind), known.why,
                    "./dev sim " + seed_arguments(known.seed, known.kind) + " --trace")
               ? good
               : bad);
    }
  }
  if (good + bad == 0) return complain(options.regressions + " has no seeds and no plans");
  std::printf("%d passed, %d failed\n", good, bad);
  return bad == 0 ? 0 : static_cast<int>(Outcome::correctness);
}

}  // namespace florin::sim
