// florin audit verify and florin replay: they read the data directory of a stopped node, no more. florin mend-term
// writes it: one number for each group that a lie has made unusable. So does florin accept-log: what is left of a log counts.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <memory>

#include "apps/florin/commands.hpp"
#include "apps/florin/offline.hpp"
#include "apps/florin/progress_bar.hpp"

namespace florin::cli {

namespace {

void fail(Globals& globals, const Error& error) {
  std::fprintf(stderr, "florin: %s\n", error.context.c_str());
  if (error.code == Errc::locked)
    std::fputs("  stop the node first: two processes must not use one data directory\n", stderr);
  if (globals.json) std::printf("%s\n", error_json(error).c_str());
  globals.exit_code = exit_for(error.code);
}

// The directory was read, and the error of this code says that it has no such thing: neither damage nor wrong usage.
void refuse(Globals& globals, const Error& error, Errc not_there) {
  fail(globals, error);
  if (error.code == not_there) globals.exit_code = exit_refused;
}

void show(const Globals& globals, const std::string& text, const std::string& json) {
  std::fputs(globals.json ? (json + "\n").c_str() : text.c_str(), stdout);
}

void verify(Globals& globals, const std::string& data_dir) {
  auto log = OfflineLog::open(data_dir);
  if (!log) return fail(globals, log.error());
  const auto report = [&] {
    ProgressBar bar("audit", stderr_is_terminal());
    return audit_data_directory(*log, [&](auto done, auto all) { bar.update(done, all); });
  }();
  if (!report) return fail(globals, report.error());
  show(globals, render_audit(*report), audit_json(*report));
  globals.exit_code = exit_for(*report);
}

struct ReplayOptions {
  std::string data_dir, account, until;
};

void replay(Globals& globals, const ReplayOptions& o) {
  const auto until = parse_until(o.until);
  if (!until) return fail(globals, until.error());
  const auto account = parse_replay_account(o.account, *until);
  if (!account) return fail(globals, account.error());
  auto log = OfflineLog::open(o.data_dir);
  if (!log) return fail(globals, log.error());
  const auto balance = [&] {
    ProgressBar bar("replay", stderr_is_terminal());
    return replay_account(*log, *account, *until,
                          [&](auto done, auto all) { bar.update(done, all); });
  }();
  if (!balance) return refuse(globals, balance.error(), Errc::missing);
  show(globals, render_balance(*balance), balance_json(*balance));
}

void add_audit(CLI::App& app, Globals& globals) {
  CLI::App* group = app.add_subcommand("audit", "Prove what a data directory says");
  group->require_subcommand(1);
  auto data_dir = std::make_shared<std::string>();
  CLI::App* command = group->add_subcommand(
      "verify", "Recompute the hash chain, replay every event, compare with state and books");
  command->add_option("DATA_DIR", *data_dir, "data directory of a stopped node")->required();
  command->footer(
      "Exit codes: 0 clean, 3 a node uses the directory, 4 a divergence (the first one is "
      "printed),\n"
      "5 the data is damaged or cannot be read (file and offset are printed).\n\n"
      "Examples:\n  florin audit verify ./data\n  florin audit verify ./data --json");
  command->callback([&globals, data_dir] { verify(globals, *data_dir); });
}

void add_replay(CLI::App& app, Globals& globals) {
  auto o = std::make_shared<ReplayOptions>();
  CLI::App* command = app.add_subcommand(
      "replay", "The balance of an account at an earlier moment, from events alone");
  command->add_option("--data-dir", o->data_dir, "data directory of a stopped node")->required();
  command->add_option("--account", o->account, "account id")->required();
  command->add_option(
      "--until", o->until,
      "a position (that event is included) or an RFC 3339 time; default: the end of the log");
  command->footer(
      "Exit codes: 0 done, 1 the account did not exist then, 2 wrong usage, 3 a node uses the "
      "directory,\n"
      "5 the data is damaged or cannot be read.\n\n"
      "Examples:\n  florin replay --data-dir ./data --account alice\n"
      "  florin replay --data-dir ./data --account alice --until p3:17:0\n"
      "  florin replay --data-dir ./data --account alice --until 2026-11-22T04:05:06Z --json");
  command->callback([&globals, o] { replay(globals, *o); });
}

void mend(Globals& globals, const std::string& data_dir) {
  const auto mended = mend_terms(data_dir);
  if (!mended) return refuse(globals, mended.error(), Errc::invalid);
  show(globals, render_mended(*mended), mended_json(*mended));
}

void add_mend(CLI::App& app, Globals& globals) {
  auto data_dir = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "mend-term", "Lower a stored election term that is above the bound, on every stopped node");
  command->add_option("DATA_DIR", *data_dir, "data directory of a stopped cluster's node")
      ->required();
  command->footer(
      "Only when florind refuses to start because of such a term. Stop all nodes, run this on each "
      "of\n"
      "them, then start them (docs/OPERATIONS.md).\n\n"
      "Exit codes: 0 mended, 1 no term is above the bound, 3 a node uses the directory,\n"
      "5 the data is damaged, is of no cluster or cannot be mended; nothing was written.\n\n"
      "Examples:\n  florin mend-term ./data\n  florin mend-term ./data --json");
  command->callback([&globals, data_dir] { mend(globals, *data_dir); });
}

void accept(Globals& globals, const std::string& data_dir) {
  const auto accepted = accept_log(data_dir);
  if (!accepted) return refuse(globals, accepted.error(), Errc::invalid);
  show(globals, render_accepted(*accepted), accepted_json(*accepted));
}

void add_accept(CLI::App& app, Globals& globals) {
  auto data_dir = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "accept-log",
      "Let one node start again with a log whose end is lost: what is gone is given up");
  command->add_option("DATA_DIR", *data_dir, "data directory of a stopped node, not of a cluster's")
      ->required();
  command->footer(
      "Only when florind refuses to start because log files are missing, and they are nowhere to "
      "be "
      "found:\n"
      "a disk that is not mounted is mounted instead, an older copy is replaced by the newest "
      "one.\n\n"
      "Exit codes: 0 accepted, 1 nothing is missing, 3 a node uses the directory,\n"
      "5 the log is damaged, or the directory is of a cluster; nothing was written.\n\n"
      "Examples:\n  florin accept-log ./data\n  florin accept-log ./data --json");
  command->callback([&globals, data_dir] { accept(globals, *data_dir); });
}

}  // namespace

void add_offline_commands(CLI::App& app, Globals& globals) {
  add_audit(app, globals);
  add_replay(app, globals);
  add_mend(app, globals);
  add_accept(app, globals);
}

}  // namespace florin::cli
