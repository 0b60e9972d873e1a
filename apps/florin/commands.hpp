// The command groups of `florin`. Each group adds its subcommands in a .cpp of its own; a command does its work
// in its callback and leaves its exit code in Globals. To add a group: declare it here, call it in main.cpp.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace florin::cli {

// Exit codes, documented in --help.
enum Exit : int {
  exit_ok = 0,
  exit_refused = 1,  // the server said no (4xx)
  exit_usage = 2,
  // no answer, not serving now (5xx), outcome not known yet, or data in use by a node
  exit_unreachable = 3,
  exit_divergence = 4,  // an audit found a difference
  exit_unreadable = 5,  // a data directory is damaged, incomplete or cannot be read
};

struct Globals {
  std::string url = "http://127.0.0.1:8080";  // `cluster status` takes several, with commas
  bool json = false;                          // print the server's JSON instead of tables
  int timeout_s = 30;
  int exit_code = exit_ok;
};

// Online groups: they talk to a node over HTTP. `globals` must outlive the app.
void add_account_commands(
    CLI::App& app, Globals& globals);  // account create|show|list|freeze|unfreeze|close, statement
void add_transfer_commands(CLI::App& app,
                           Globals& globals);  // transfer, deposit, withdraw, trial-balance

void add_transaction_commands(CLI::App& app, Globals& globals);  // transaction, transaction show
void add_payment_commands(CLI::App& app, Globals& globals);      // payment show, checkout show

void add_cluster_commands(CLI::App& app, Globals& globals);  // cluster status, and the next
void add_rebalance_command(CLI::App& cluster, Globals& globals);
void add_node_commands(CLI::App& app, Globals& globals);  // node add|remove|drain|resume

// Works on files alone.
void add_cert_commands(CLI::App& app, Globals& globals);  // cert ca|node

// Offline group: reads the data directory of a stopped node.
void add_offline_commands(CLI::App& app, Globals& globals);  // audit verify, replay
// Reads data directories of stopped nodes, writes a new one.
void add_recover_command(CLI::App& app, Globals& globals);  // recover-cluster

}  // namespace florin::cli
