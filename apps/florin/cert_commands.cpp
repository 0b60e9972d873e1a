// florin cert ca|node: development certificates for the links between the nodes of a cluster.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdio>
#include <memory>

#include "apps/florin/certificate_view.hpp"
#include "apps/florin/commands.hpp"
#include "apps/florin/offline.hpp"

namespace florin::cli {
namespace {

// What stands in the way is to be removed by a person: nothing is overwritten.
void answer(Globals& globals, const Result<links::CertificateFiles, Error>& made) {
  if (!made) {
    std::fprintf(stderr, "florin: %s\n", made.error().context.c_str());
    if (globals.json) std::printf("%s\n", error_json(made.error()).c_str());
    globals.exit_code = exit_for(made.error().code);
    return;
  }
  std::fputs((globals.json ? certificate_json(*made) + "\n" : render_certificate(*made)).c_str(),
             stdout);
}

void add_authority(CLI::App& group, Globals& globals) {
  auto request = std::make_shared<links::AuthorityRequest>();
  CLI::App* command =
      group.add_subcommand("ca", "Make the authority of one cluster: DIR/ca.crt and DIR/ca.key");
  command->add_option("--out", request->out_dir, "directory, made if missing")->required();
  command->add_option("--cluster", request->cluster, "the cluster's id, as in its configuration")
      ->required();
  command->add_option("--days", request->days, "how long it is valid")->capture_default_str();
  command->footer(
      "Exit codes: 0 made, 2 wrong usage or a file is there already, 5 a file cannot be read or "
      "written.\n"
      "Nothing is overwritten. Keep ca.key off the nodes: who has it can make a node.\n\n"
      "Examples:\n  florin cert ca --out ./certs --cluster shop\n"
      "  florin cert ca --out ./certs --cluster shop --days 365 --json");
  command->callback([&globals, request] { answer(globals, links::make_authority(*request)); });
}

void add_node(CLI::App& group, Globals& globals) {
  auto request = std::make_shared<links::NodeCertificateRequest>();
  CLI::App* command = group.add_subcommand(
      "node", "Make a node's certificate: DIR/node-N.crt and DIR/node-N.key, with ca.crt beside");
  command->add_option("--ca", request->ca_dir, "directory of `florin cert ca`")->required();
  command->add_option("--node", request->node, "the node's number, 1 to 65535")
      ->required()
      ->check(CLI::Range(1, 65535));
  command->add_option("--out", request->out_dir, "directory, made if missing")->required();
  command->add_option("--host", request->hosts,
                      "host name or IP address, for other tools; may be repeated");
  command->add_option("--days", request->days, "how long it is valid")->capture_default_str();
  command->footer(
      "The certificate speaks for florin://CLUSTER/node/N, whatever machine the node runs on.\n"
      "Exit codes: 0 made, 2 wrong usage or a file is there already, 5 a file cannot be read or "
      "written.\n"
      "Nothing is overwritten; the key can be read by its owner only.\n\n"
      "Examples:\n  florin cert node --ca ./certs --node 2 --out ./certs\n"
      "  florin cert node --ca ./certs --node 2 --out ./node-2/certs --host 10.0.0.7 --host "
      "node-2.example");
  command->callback(
      [&globals, request] { answer(globals, links::make_node_certificate(*request)); });
}

}  // namespace

void add_cert_commands(CLI::App& app, Globals& globals) {
  CLI::App* group = app.add_subcommand("cert", "Make development certificates for a cluster");
  group->require_subcommand(1);
  group->footer(
      "Example, a cluster of three:\n  florin cert ca --out ./certs --cluster shop\n"
      "  for n in 1 2 3; do florin cert node --ca ./certs --node $n --out ./certs; done");
  add_authority(*group, globals);
  add_node(*group, globals);
}

}  // namespace florin::cli
