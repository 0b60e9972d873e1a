// One line for each case, a progress bar meanwhile, and the sequence of moves that leads to a violation.
#include "apps/florin_sim/explore.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>

#include "sim/explore/hosted/hosted_explorer.hpp"

namespace florin::sim {
namespace {

constexpr int exit_usage = 2;
constexpr int exit_incomplete = 3;
constexpr int exit_violation = 129;

using Steady = std::chrono::steady_clock;

std::uint64_t milliseconds_since(Steady::time_point began) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - began).count());
}

void print_moves(const std::vector<std::string>& moves) {
  for (std::size_t i = 0; i < moves.size(); ++i)
    std::printf("  %3zu  %s\n", i + 1, moves[i].c_str());
  std::fflush(stdout);
}

// An assert of a partition is a found bug too: say how it came to it. The process is lost already.
void on_abort(int) {
  std::printf("aborted after these moves (or by one that is possible behind them):\n");
  print_moves(moves_at_hand());
  std::_Exit(127);
}

class Bar {
 public:
  Bar(std::string name, std::size_t at, std::size_t of)
      : name_(std::move(name)), at_(at), of_(of), shown_(::isatty(STDERR_FILENO) != 0) {}
  ~Bar() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }
  Bar(const Bar&) = delete;
  Bar& operator=(const Bar&) = delete;

  void draw(const ExploreProgress& progress) {
    if (!shown_ || Steady::now() < next_) return;
    next_ = Steady::now() + std::chrono::milliseconds(100);
    constexpr std::size_t width = 30;
    std::string bar(width * at_ / of_, '#');
    bar.resize(width, '.');
    std::fprintf(stderr, "\r[%s] case %zu/%zu %s: %llu states, %llu ends, %llu/s\x1b[K",
                 bar.c_str(), at_ + 1, of_, name_.c_str(),
                 static_cast<unsigned long long>(progress.states),
                 static_cast<unsigned long long>(progress.ends),
                 static_cast<unsigned long long>(progress.states * 1'000 /
                                                 (milliseconds_since(began_) + 1)));
  }

 private:
  std::string name_;
  std::size_t at_, of_;
  bool shown_;
  Steady::time_point began_ = Steady::now();
  Steady::time_point next_;
};

void print_report(const ExploreReport& r, std::uint64_t ms) {
  const std::string schedules =
      !r.complete ? "-" : (r.schedules_overflow ? "> 2^128" : decimal(r.schedules));
  std::printf("%-14s %u/%u/%u %12llu %12llu %8llu %7zu %7zu %6zu %5llu.%01llu  %s\n",
              r.name.c_str(), unsigned{r.budget.duplications}, unsigned{r.budget.losses},
              unsigned{r.budget.crashes}, static_cast<unsigned long long>(r.states),
              static_cast<unsigned long long>(r.moves), static_cast<unsigned long long>(r.ends),
              r.deepest, r.local_states, r.turns, static_cast<unsigned long long>(ms / 1'000),
              static_cast<unsigned long long>(ms % 1'000 / 100), schedules.c_str());
  if (!r.violation.empty()) {
    std::printf("VIOLATION in %s: %s\n", r.name.c_str(), r.violation.c_str());
    print_moves(r.path);
  } else if (!r.complete) {
    std::printf("  stopped at the limit of states: not everything was seen (--states-max)\n");
  }
  std::fflush(stdout);
}

std::vector<ExploreCase> chosen(const std::string& which) {
  std::vector<ExploreCase> cases;
  for (const ExploreCase& each : explore_cases())
    if (which == "all" || which == each.name) cases.push_back(each);
  return cases;
}

std::vector<HostedCase> chosen_hosted(const std::string& which) {
  std::vector<HostedCase> cases;
  for (const HostedCase& each : hosted_cases())
    if (which == "payments" || which == each.name) cases.push_back(each);
  return cases;
}

int list_cases() {
  for (const ExploreCase& each : explore_cases())
    std::printf("%-14s %s\n", each.name.c_str(), each.shows.c_str());
  for (const HostedCase& each : hosted_cases())
    std::printf("%-24s %s\n", each.name.c_str(), each.about.c_str());
  return 0;
}

// One hosted order: worlds, and which cells of its state table they meet.
int run_hosted(const ExploreOptions& options, const std::vector<HostedCase>& cases) {
  const HostedBudget budget{options.budget.duplications, options.budget.losses,
                            options.budget.crashes};
  std::printf("%-24s %5s %12s %12s %8s %8s %7s %7s\n", "case", "d/l/c", "states", "moves", "ends",
              "rests", "deepest", "s");
  HostedCells met{};
  int exit_code = 0;
  for (std::size_t i = 0; i < cases.size() && exit_code != exit_violation; ++i) {
    const auto began = Steady::now();
    HostedReport r;
    {
      Bar bar(cases[i].name, i, cases.size());
      r = explore_hosted(cases[i], budget, options.states_max, [&](std::uint64_t states) {
        bar.draw({.states = states});
        return true;
      });
    }
    const auto ms = milliseconds_since(began);
    std::printf("%-24s %u/%u/%u %12llu %12llu %8llu %8llu %7llu %5llu.%01llu\n", r.name.c_str(),
                unsigned{budget.duplications}, unsigned{budget.losses}, unsigned{budget.crashes},
                static_cast<unsigned long long>(r.states), static_cast<unsigned long long>(r.moves),
                static_cast<unsigned long long>(r.ends), static_cast<unsigned long long>(r.rests),
                static_cast<unsigned long long>(r.deepest),
                static_cast<unsigned long long>(ms / 1'000),
                static_cast<unsigned long long>(ms % 1'000 / 100));
    for (std::size_t p = 0; p < met.size(); ++p)
      for (std::size_t c = 0; c < met[p].size(); ++c) met[p][c] += r.cells[p][c];
    if (!r.violation.empty()) {
      std::printf("VIOLATION in %s: %s\n", r.name.c_str(), r.violation.c_str());
      print_moves(r.path);
      exit_code = exit_violation;
    } else if (!r.complete) {
      std::printf("  stopped at the limit of states: not everything was seen (--states-max)\n");
      exit_code = exit_incomplete;
    }
    std::fflush(stdout);
  }
  if (options.which == "payments")
    for (const std::string& cell : cells_against_table(met)) std::printf("cell %s\n", cell.c_str());
  return exit_code;
}

}  // namespace

void add_explore_options(CLI::App& app, ExploreOptions& options) {
  app.add_option("--explore", options.which,
                 "all interleavings of one case, of \"all\" of transfers, or of \"payments\"; "
                 "\"list\" names them")
      ->expected(0, 1)
      ->default_str("all")
      ->group("Exploration");
  const auto budget = [&](const char* name, std::uint8_t& value, const char* what) {
    app.add_option(name, value, what)
        ->check(CLI::Range(0, 9))
        ->capture_default_str()
        ->group("Exploration");
  };
  budget("--duplications", options.budget.duplications, "messages that come twice");
  budget("--losses", options.budget.losses, "messages that get lost");
  budget("--crashes", options.budget.crashes, "crashes, of any partition at any moment");
  budget("--unsynced", options.budget.unsynced_max,
         "entries that a partition may be ahead of its disk");
  app.add_option("--states-max", options.states_max, "stop there")
      ->capture_default_str()
      ->group("Exploration");
}

int run_explore(const ExploreOptions& options) {
  if (options.which == "list") return list_cases();
  if (const auto hosted = chosen_hosted(options.which); !hosted.empty())
    return run_hosted(options, hosted);
  const std::vector<ExploreCase> cases = chosen(options.which);
  if (cases.empty() || options.budget.unsynced_max == 0) {
    std::fprintf(stderr, "florin-sim: no case '%s' (--explore list), or --unsynced is 0\n",
                 options.which.c_str());
    return exit_usage;
  }
  std::signal(SIGABRT, on_abort);
  std::printf("%-14s %5s %12s %12s %8s %7s %7s %6s %7s  %s\n", "case", "d/l/c", "states", "moves",
              "ends", "deepest", "local", "turns", "s", "schedules");
  int exit_code = 0;
  for (std::size_t i = 0; i < cases.size() && exit_code != exit_violation; ++i) {
    const auto began = Steady::now();
    ExploreReport report;
    {
      Bar bar(cases[i].name, i, cases.size());
      report = explore(cases[i], options.budget, options.states_max,
                       [&](const ExploreProgress& progress) {
                         bar.draw(progress);
                         return true;
                       });
    }
    print_report(report, milliseconds_since(began));
    if (!report.violation.empty())
      exit_code = exit_violation;
    else if (!report.complete)
      exit_code = exit_incomplete;
  }
  return exit_code;
}

}  // namespace florin::sim
