// florin node add|remove|drain|resume and florin cluster rebalance: what an operator asks of a cluster.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "apps/florin/cluster_moves.hpp"
#include "apps/florin/commands.hpp"
#include "apps/florin/progress_bar.hpp"
#include "apps/florin/request.hpp"

namespace florin::cli {

namespace {
constexpr std::chrono::milliseconds between_looks{1000};
constexpr const char* not_known =
    "It is not known whether that was done: look with `florin cluster status` before you give the "
    "command again, as somebody else may have given another one.";

std::string node_target(std::uint32_t node, std::string_view verb) {
  return "/v1/cluster/nodes/" + std::to_string(node) + "/" + std::string(verb);
}

// True: done, or it was so already.
std::optional<client::HttpReply> ask(Globals& globals, const std::string& target,
                                     const std::string& body, const std::string& said) {
  const auto reply = converse(
      globals, "POST", target, body, [said](const client::HttpReply&) { return said; }, not_known);
  return reply && reply->ok() ? reply : std::nullopt;
}

Result<std::string, Error> look(const Globals& globals) {
  FLORIN_TRY(address, client::parse_url(globals.url));
  FLORIN_TRY(reply, client::HttpClient(address, globals.timeout_s).get("/v1/cluster"));
  if (reply.status >= 500)
    return Err{Error{Errc::unavailable, "HTTP " + std::to_string(reply.status)}};
  return std::move(reply.body);
}

void wait_until_moved(Globals& globals, const client::HttpReply& reply, const std::string& label,
                      std::optional<std::uint64_t> leaving) {
  const bool draws = stderr_is_terminal();
  MovesWait wait;
  wait.map_version = map_version_in(reply.body);
  wait.leaving = leaving;
  wait.look = [&globals] { return look(globals); };
  wait.pause = [] { std::this_thread::sleep_for(between_looks); };
  wait.show = [&](std::uint64_t done, std::uint64_t all) {
    if (draws) std::fprintf(stderr, "\r%s\x1b[K", moves_line(label, done, all).c_str());
  };
  const auto waited = wait_for_moves(wait);
  if (draws) std::fputs("\r\x1b[K", stderr);
  if (!waited) {
    std::fprintf(
        stderr,
        "florin: %s\nThe cluster goes on by itself: florin cluster status shows how far it is.\n",
        waited.error().context.c_str());
    globals.exit_code = exit_unreachable;
  } else if (!globals.json) {
    std::puts("done: every partition has its replicas");
  }
}

CLI::Option* add_node_number(CLI::App& command, std::uint32_t& node) {
  return command.add_option("NODE", node, "the node's number")
      ->required()
      ->check(CLI::Range(1, 65535));
}

void add_add(CLI::App& group, Globals& globals) {
  struct Options {
    std::uint32_t node = 0;
    std::string peer, http;
  };
  auto o = std::make_shared<Options>();
  CLI::App* command = group.add_subcommand("add", "Take a new node into the cluster");
  add_node_number(*command, o->node);
  command->add_option("--peer", o->peer, "HOST:PORT, where other nodes reach it")->required();
  command->add_option("--http", o->http, "HOST:PORT, where clients reach it")->required();
  command->footer(
      "The new node is started with --cluster-join and an empty data directory, before or after "
      "this. It gets\n"
      "replicas with `florin cluster rebalance`, or when another node is removed. Numbers are "
      "never used again: a\n"
      "machine that has lost its disk comes back under a new number.\n\n"
      "Example:\n  florin node add 4 --peer 10.0.0.4:7400 --http 10.0.0.4:8080");
  command->callback([&globals, o] {
    std::string body = "{\"node\":" + std::to_string(o->node) + "," +
                       json_object({{"peer", o->peer}, {"http", o->http}}).substr(1);
    ask(globals, "/v1/cluster/nodes", body,
        "node " + std::to_string(o->node) + " is in the cluster");
  });
}

void add_remove(CLI::App& group, Globals& globals) {
  auto node = std::make_shared<std::uint32_t>(0);
  auto waits = std::make_shared<bool>(false);
  CLI::App* command = group.add_subcommand("remove", "Take a node out, whether it runs or is lost");
  add_node_number(*command, *node);
  command->add_flag("--wait", *waits, "until its replicas are elsewhere and it is gone");
  command->footer(
      "Its replicas are made anew on other nodes, under load. This cannot be taken back.\n\n"
      "Examples:\n  florin node remove 3\n  florin node remove 3 --wait");
  command->callback([&globals, node, waits] {
    const std::string name = "node " + std::to_string(*node);
    const auto reply = ask(globals, node_target(*node, "remove"), {},
                           name + " leaves: its replicas go to other nodes");
    if (reply && *waits) wait_until_moved(globals, *reply, name + " leaves", *node);
  });
}

void add_simple(CLI::App& group, Globals& globals, const std::string& verb, const std::string& help,
                const std::string& footer, const std::string& said) {
  auto node = std::make_shared<std::uint32_t>(0);
  CLI::App* command = group.add_subcommand(verb, help);
  add_node_number(*command, *node);
  command->footer(footer + "\n\nExample:\n  florin node " + verb + " 2");
  command->callback([&globals, node, verb, said] {
    ask(globals, node_target(*node, verb), {}, "node " + std::to_string(*node) + said);
  });
}
}  // namespace

void add_node_commands(CLI::App& app, Globals& globals) {
  CLI::App* group =
      app.add_subcommand("node", "Add, remove, drain, resume and rejoin nodes of a cluster");
  group->require_subcommand(1);
  group->footer(
      "Any node of the cluster may be asked. The same command again is safe (rejoin begins anew).");
  add_add(*group, globals);
  add_remove(*group, globals);
  add_simple(*group, globals, "drain", "Before a planned stop: the node hands over what it leads",
             "It keeps its replicas. Stop it when `florin cluster status` shows no partition that "
             "it leads.",
             " is drained: it leads nothing any more");
  add_simple(*group, globals, "resume", "After a planned stop: the node may lead again",
             "Takes back a drain.", " is active");
  add_simple(
      *group, globals, "rejoin", "After the loss of its disk: the node may come back empty",
      "For a node that has lost its disk, was put back from an older copy, or ends with code "
      "7.\nEverything that it had is given up and made anew from the other nodes. Put its "
      "directory\naside, and start it with an empty one and --cluster-join true. Each time it is "
      "asked, all of it begins anew.",
      " may come back: start it with an empty directory and --cluster-join true");
}

void add_rebalance_command(CLI::App& cluster, Globals& globals) {
  auto waits = std::make_shared<bool>(false);
  CLI::App* command =
      cluster.add_subcommand("rebalance", "Spread replicas over all nodes, new ones too");
  command->add_flag("--wait", *waits, "until every partition is where it belongs");
  command->footer(
      "A few partitions move at a time, under load. Without anything to move it does nothing.\n\n"
      "Examples:\n  florin cluster rebalance\n  florin cluster rebalance --wait");
  command->callback([&globals, waits] {
    const auto reply =
        ask(globals, "/v1/cluster/rebalance", {}, "partitions move to where they belong");
    if (reply && *waits) wait_until_moved(globals, *reply, "rebalance", std::nullopt);
  });
}

}  // namespace florin::cli
