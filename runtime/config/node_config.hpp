// NodeConfig: every setting of a node with its default, and how to read it from a file and the
// command line.
//
// Names, ranges, units and help texts are rows of one table (settings.cpp); the defaults are the
// initialisers here. The command line wins over the file, the file over the defaults.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/format_level.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "domain/payment/payment_settings.hpp"
#include "runtime/logging/log.hpp"

namespace florin {

struct NodeConfig {
  struct Node {
    std::string data_dir = "./data";
    std::uint32_t partitions = 16;
    std::uint32_t disk_low_mib = 0;      // 0 = by the size of segments and what is open
    std::uint32_t disk_reserve_mib = 0;  // the same
  } node;
  struct Log {
    LogFormat format = LogFormat::text;
    LogLevel level = LogLevel::info;
    std::string file;  // empty = standard error
  } log;
  struct Http {
    std::string listen = "127.0.0.1:8080";
    std::uint32_t threads = 0;  // 0 = by the number of cores
    std::uint32_t connections_max = 4096;
    std::uint32_t bodies_mib = limits::bodies_bytes_max >> 20;
    std::string tls_certificate;  // empty = plain HTTP
    std::string tls_key;
    std::uint32_t request_patience_ms = 10'000;
  } http;
  struct Engine {
    std::uint32_t scheduler_threads = 0;  // 0 = one for each core
    std::uint32_t resident_accounts_max = 2'000'000;
    std::uint32_t record_index_mib = 256;
    std::uint32_t inbox_messages_max = limits::inbox_messages_max;
    std::uint32_t turn_messages_max = limits::turn_messages_max;
    std::uint32_t try_timeout_ms = limits::try_timeout_us / 1000;
    std::uint32_t resend_after_ms = limits::resend_after_us / 1000;
  } engine;
  struct Journal {
    std::uint32_t segment_mib = 64;
  } journal;
  struct State {
    std::uint32_t checkpoint_interval_ms = 2000;
    std::uint32_t checkpoint_dirty_max = 200'000;
  } state;
  // The file may be the same on every node: what differs is `self`, given with --node.
  struct Cluster {
    struct Node {
      std::uint16_t id = 0;  // 1..65535, never used again for another node
      std::string peer;      // HOST:PORT where the other nodes reach it
      std::string http;      // HOST:PORT where clients and the other nodes reach its API
    };
    std::string id;          // empty = one node for itself
    std::uint32_t self = 0;  // the number of this node; 0 = not said
    std::uint32_t replication = 3;
    bool join = false;      // new to a cluster that exists, not one of its founders
    bool insecure = false;  // links without certificates: loopback only
    std::string ca;         // PEM files, see `florin cert`
    std::string certificate;
    std::string key;
    std::uint32_t heartbeat_ms = 100;
    std::uint32_t election_ms = 1000;
    std::uint32_t clock_offset_max_ms = limits::clock_offset_max_us / 1000;
    std::uint32_t format_level_max =
        format_level_own;     // reads and writes no more (tests, ADR 0019)
    std::vector<Node> nodes;  // [[cluster.node]], as in the file

    // Up to which format level this process reads.
    [[nodiscard]] FormatLevel reads() const { return static_cast<FormatLevel>(format_level_max); }
    [[nodiscard]] const Node* find(std::uint32_t number) const {
      for (const auto& node : nodes) {
        if (node.id == number) return &node;
      }
      return nullptr;
    }
  } cluster;

  // What is taken, by whom, and at what intervals. Every node of a cluster has the same.
  struct Payments {
    std::string cluster;  // the mark on every object at a provider; empty = the cluster's id
    std::vector<std::string> return_url_hosts;
    std::uint32_t call_patience_ms = 60'000;
    std::uint32_t backoff_first_ms = 1'000;
    std::uint32_t backoff_max_ms = 60'000;
    std::uint32_t poll_awaiting_ms = 60'000;
    std::uint32_t poll_action_ms = 15'000;
    std::uint32_t poll_pending_ms = 60'000;
    std::uint32_t poll_cancelling_ms = 60'000;
    std::uint32_t poll_unresolved_ms = 300'000;
    std::uint32_t poll_later_ms = 3'600'000;
    std::uint32_t raw_days = 30;
    std::uint32_t raw_day_mib = 1'024;
    std::vector<PaymentRoute> routes;  // [payments.routes], as in the file
    std::vector<SellerFee> fees;       // [[payments.fee]]
  } payments;
  // A payment provider: [psp.NAME]. Secrets stand in files of their own, which are read at the start (payment_config.hpp).
  struct Psp {
    std::string name;
    PspAdapter adapter = PspAdapter::sessions;
    std::string base_url;
    std::string secret_key_file;
    std::string webhook_secrets_file;  // empty = every webhook is refused
    bool livemode = false;
    std::string account;  // empty = the key's own
    std::string ca;       // PEM; empty = those that the system trusts
    std::vector<std::string> pins;
    std::uint32_t concurrency_max = 16;
    std::uint32_t waiting_max = 1'024;
    std::uint32_t connect_ms = 5'000;
    std::uint32_t call_ms = 20'000;
    std::uint32_t wait_ms = 5'000;
  };
  std::vector<Psp> psps;  // by name

  [[nodiscard]] bool is_cluster() const { return !cluster.id.empty(); }
  // This node among the nodes; never nullptr in a cluster that load_config accepted.
  [[nodiscard]] const Cluster::Node* self() const { return cluster.find(cluster.self); }
};

// HOST:PORT, [IPv6]:PORT. Port 0 lets the system choose.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
  static Result<ListenAddress, Error> parse(std::string_view text);
};

struct ConfigOutcome {
  bool run = true;  // false: print `text` to standard output and exit with 0 (--help, --version)
  NodeConfig config;
  std::string text;
};

// Reads the command line and the file it names. Errors are Errc::invalid, exit code 2; the text
// holds all complaints found, each with option or file, line and source, and what to do.
Result<ConfigOutcome, Error> load_config(int argc, const char* const* argv);

}  // namespace florin
