// florin: the command line of a Florin node. Builds the tree of commands and runs one.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <memory>

#include "apps/florin/commands.hpp"
#include "apps/florin/completion.hpp"

namespace florin::cli {
namespace {

constexpr const char* footer =
    "Exit codes: 0 done, 1 refused by the server, 2 wrong usage, 3 unreachable or not serving or "
    "outcome not known\n"
    "yet or data in use by a node, 4 an audit found a divergence, 5 a data directory is damaged or "
    "cannot be read.\n\n"
    "Examples:\n"
    "  florin account create alice USD\n"
    "  florin deposit alice 100.00 USD\n"
    "  florin transfer alice bob 12.34 USD\n"
    "  florin transaction --posting alice:shop:9.50 --posting alice:fees:0.50 --currency USD\n"
    "  florin statement alice\n"
    "  florin --json trial-balance\n"
    "  florin payment show po-1\n"
    "  florin audit verify ./data\n"
    "  florin cluster status --url http://10.0.0.1:8080,http://10.0.0.2:8080\n"
    "  florin node add 4 --peer 10.0.0.4:7400 --http 10.0.0.4:8080\n"
    "  florin cert ca --out ./certs --cluster shop\n"
    "  FLORIN_URL=http://10.0.0.7:8080 florin account list\n";

void collect(const CLI::App& app, const std::string& path, std::vector<CommandWords>& out) {
  CommandWords words{path, {}, {}};
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) words.options.push_back("--" + name);
  const auto subcommands = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* sub : subcommands) words.subcommands.push_back(sub->get_name());
  out.push_back(std::move(words));
  for (const CLI::App* sub : subcommands)
    collect(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), out);
}

void add_completion(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "Print a completion script for your shell");
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer("Example:\n  source <(florin completion bash)");
  command->callback([&app, shell] {
    std::vector<CommandWords> commands;
    collect(app, "", commands);
    std::fputs(completion_script(*parse_shell(*shell), commands).c_str(), stdout);
  });
}

int run(int argc, char** argv) {
  Globals globals;
  CLI::App app("florin: accounts, transfers, payments and books of a Florin node.", "florin");
  app.footer(footer);
  app.require_subcommand(1);
  app.fallthrough();  // --json and --url may stand anywhere
  app.add_option("--url", globals.url, "the node")->envname("FLORIN_URL")->capture_default_str();
  app.add_flag("--json", globals.json, "print the server's JSON");
  app.add_option("--timeout", globals.timeout_s, "seconds to wait for an answer")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  add_account_commands(app, globals);
  add_transfer_commands(app, globals);
  add_transaction_commands(app, globals);
  add_payment_commands(app, globals);
  add_cluster_commands(app, globals);
  add_node_commands(app, globals);
  add_offline_commands(app, globals);
  add_recover_command(app, globals);
  add_cert_commands(app, globals);
  add_completion(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  return globals.exit_code;
}

}  // namespace
}  // namespace florin::cli

int main(int argc, char** argv) { return florin::cli::run(argc, argv); }
