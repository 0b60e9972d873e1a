// florin recover-cluster: reads the directories that are left of a cluster, writes the first one of a new cluster.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <memory>
#include <optional>

#include "apps/florin/commands.hpp"
#include "apps/florin/offline.hpp"
#include "apps/florin/progress_bar.hpp"
#include "apps/florin/recover_view.hpp"

namespace florin::cli {

namespace {

// One bar for each step.
class StepBars {
 public:
  void update(std::string_view step, std::uint64_t done, std::uint64_t all) {
    if (step != step_) {
      bar_.reset();
      bar_.emplace(std::string(step), stderr_is_terminal());
      step_ = step;
    }
    bar_->update(done, all);
  }

 private:
  std::string step_;
  std::optional<ProgressBar> bar_;
};

void recover(Globals& globals, const RecoverRequest& request) {
  const auto report = [&] {
    StepBars bars;
    return recover_cluster(
        request, [&](std::string_view step, auto done, auto all) { bars.update(step, done, all); });
  }();
  if (!report) {
    std::fprintf(stderr, "florin: %s\n", report.error().context.c_str());
    if (report.error().code == Errc::locked)
      std::fputs("  stop the node first, or copy its directory while it is stopped\n", stderr);
    if (globals.json) std::printf("%s\n", error_json(report.error()).c_str());
    globals.exit_code = exit_for(report.error().code);
    return;
  }
  std::fputs(globals.json ? (recovered_json(*report) + "\n").c_str()
                          : render_recovered(*report, request.to).c_str(),
             stdout);
  globals.exit_code = exit_for(*report);
}

constexpr const char* help_footer =
    "When a majority of a cluster's nodes is lost for good. Reads the directories of any of its "
    "nodes (or "
    "copies;\n"
    "the nodes are stopped), keeps of each partition the log that the nodes would have agreed on, "
    "and "
    "writes\n"
    "NEWDIR: the first node of a new cluster, with all of the history. Nothing is written to what "
    "is read.\n"
    "Then start it, and add nodes (florin node add); docs/OPERATIONS.md has the steps.\n\n"
    "Exit codes: 0 written, 1 something may be missing and --accept-missing was not given (nothing "
    "written),\n"
    "2 wrong usage, 3 a node uses a directory, 5 a directory cannot be read, they are of different "
    "clusters, or\n"
    "they contradict each other (both are named).\n\n"
    "Examples:\n"
    "  florin recover-cluster --from node1 --from node3 --to /var/lib/florin --cluster prod-eu-2 "
    "\\\n"
    "    --node 4 --peer 10.0.0.4:7400 --http 10.0.0.4:8080\n"
    "  florin recover-cluster --from node2 --to new --cluster prod-eu-2 --peer 10.0.0.4:7400 \\\n"
    "    --http 10.0.0.4:8080 --accept-missing --json";

}  // namespace

void add_recover_command(CLI::App& app, Globals& globals) {
  auto request = std::make_shared<RecoverRequest>();
  CLI::App* command = app.add_subcommand(
      "recover-cluster", "Found a new cluster out of directories that are left of one");
  command
      ->add_option("--from", request->from,
                   "data directory of a stopped node, or a copy; as often as there are some")
      ->required();
  command->add_option("--to", request->to, "new data directory: not there yet, or empty")
      ->required();
  command->add_option("--cluster", request->cluster, "the new cluster's name, not the old one's")
      ->required();
  command
      ->add_option("--node", request->founder.node,
                   "the new node's number, never used before; default: the first one that is free")
      ->check(CLI::Range(1, 65535));
  command->add_option("--peer", request->founder.peer, "HOST:PORT where other nodes reach it")
      ->required();
  command->add_option("--http", request->founder.http, "HOST:PORT where clients reach it")
      ->required();
  command->add_flag("--accept-missing", request->accept_missing,
                    "write it although acknowledged transfers may be missing");
  command->footer(help_footer);
  command->callback([&globals, request] { recover(globals, *request); });
}

}  // namespace florin::cli
