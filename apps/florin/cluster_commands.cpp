// florin cluster status: asks the nodes given and puts together what they say.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include "apps/client/http_client.hpp"
#include "apps/florin/cluster_compare.hpp"
#include "apps/florin/cluster_status.hpp"
#include "apps/florin/commands.hpp"

namespace florin::cli {
namespace {

std::vector<std::string> split(const std::string& urls) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= urls.size();) {
    const std::size_t end = std::min(urls.find(',', from), urls.size());
    if (end > from) out.push_back(urls.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

NodeAnswer ask(const std::string& url, const client::ServerAddress& address, int timeout_s,
               const char* path) {
  const auto reply = client::HttpClient(address, timeout_s).get(path);
  if (!reply) return {url, {}, reply.error().context};
  if (reply->status >= 500) return {url, {}, "HTTP " + std::to_string(reply->status)};
  return {url, reply->body, {}};
}

void fail(Globals& globals, const std::string& text, int code) {
  std::fprintf(stderr, "florin: %s\n", text.c_str());
  globals.exit_code = code;
}

// Of all nodes of --url. None: an error was shown.
std::optional<std::vector<NodeAnswer>> ask_all(Globals& globals, const char* path) {
  std::vector<NodeAnswer> answers;
  for (const std::string& url : split(globals.url)) {
    const auto address = client::parse_url(url);
    if (!address) return fail(globals, address.error().context, exit_usage), std::nullopt;
    answers.push_back(ask(url, *address, globals.timeout_s, path));
  }
  if (answers.empty()) return fail(globals, "--url names no node", exit_usage), std::nullopt;
  return answers;
}

bool any_answered(const std::vector<NodeAnswer>& answers) {
  return std::ranges::any_of(answers,
                             [](const NodeAnswer& answer) { return !answer.body.empty(); });
}

void show_comparison(Globals& globals) {
  constexpr int asked_max = 5;
  for (int asked = 1;; ++asked) {
    const auto answers = ask_all(globals, "/v1/cluster/chains");
    if (!answers) return;
    const auto seen = ClusterCompare::read(*answers);
    if (!seen) return fail(globals, seen.error().context, exit_refused);
    // Under load a follower may just be too far behind to know what the others still know.
    if (seen->not_comparable() != 0 && seen->that_differ() == 0 && asked < asked_max) continue;
    std::fputs((globals.json ? seen->json() + "\n" : seen->text()).c_str(), stdout);
    if (!any_answered(*answers))
      globals.exit_code = exit_unreachable;
    else if (seen->that_differ() != 0)
      globals.exit_code = exit_divergence;
    else
      globals.exit_code = seen->not_comparable() == 0 ? exit_ok : exit_refused;
    return;
  }
}

void show_status(Globals& globals) {
  const auto answers = ask_all(globals, "/v1/cluster");
  if (!answers) return;
  const auto status = ClusterStatus::read(*answers);
  if (!status) return fail(globals, status.error().context, exit_refused);
  std::fputs((globals.json ? status->json() + "\n" : status->text()).c_str(), stdout);
  if (!any_answered(*answers))
    globals.exit_code = exit_unreachable;
  else
    globals.exit_code = status->without_leader() == 0 ? exit_ok : exit_refused;
}

}  // namespace

void add_cluster_commands(CLI::App& app, Globals& globals) {
  CLI::App* group =
      app.add_subcommand("cluster", "What the nodes of a cluster are doing, and who has what");
  group->require_subcommand(1);
  CLI::App* command = group->add_subcommand(
      "status",
      "Leader, term and lag of every partition, and the links, as the nodes of --url see them");
  command->footer(
      "--url takes several nodes, with commas. A node sees its own replicas only: name all of them "
      "for the whole "
      "picture.\n"
      "Exit codes: 0 every partition has a leader, 1 one has none (or this is no cluster), 2 wrong "
      "usage,\n"
      "3 no node answered.\n\n"
      "Examples:\n  florin cluster status --url "
      "http://10.0.0.1:8080,http://10.0.0.2:8080,http://10.0.0.3:8080\n"
      "  florin --json cluster status");
  command->callback([&globals] { show_status(globals); });
  CLI::App* compare = group->add_subcommand(
      "compare",
      "Heads of the hash chains of all replicas, side by side: do they have one history?");
  compare->footer(
      "Each node tells its own replicas only: name all of them in --url. Nodes compare by "
      "themselves, too, once a "
      "second\n(florin_chain_differs_total).\n"
      "Exit codes: 0 all that answer agree, 1 some partition cannot be compared now (or this is no "
      "cluster), 2 wrong "
      "usage,\n3 no node answered, 4 replicas differ.");
  compare->callback([&globals] { show_comparison(globals); });
  add_rebalance_command(*group, globals);
}

}  // namespace florin::cli
