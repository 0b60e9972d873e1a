// The command line of florin-load.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "apps/florin_load/workload/transfer_source.hpp"

namespace florin::load {

struct LoadOptions {
  std::string url = "http://127.0.0.1:8080";
  std::vector<std::string> cluster;  // URLs of several nodes; empty: `url` alone
  std::uint32_t accounts = 10'000;
  std::string balance = "10000.00";
  std::string currency = "USD";
  std::string amount_max = "1.00";
  std::uint64_t transfers = 0;
  double seconds = 0;
  double rate = 0;
  std::size_t connections = 64;
  std::size_t in_flight = 0;  // 0: chosen from the mode
  std::size_t batch = 0;
  std::size_t postings = 0;  // of each transaction; 0: transfers
  Distribution distribution = Distribution::uniform;
  double cross = -1;
  std::uint32_t partitions = 0;  // 0: ask the server
  std::string protocol;          // empty: the server's choice
  std::uint64_t seed = 1;
  std::string node_pid = "auto";  // or numbers with commas, one for each node
  std::string json_file;
  std::string svg_file;
  std::string prefix;  // empty: fresh
  bool verify = true;
  std::uint32_t verify_sample = 0;  // 0: all for up to 200,000 transfers, else 200 accounts
  double retry_seconds = 60;
  bool quiet = false;
  [[nodiscard]] std::vector<std::string> urls() const {
    return cluster.empty() ? std::vector{url} : cluster;
  }
};

// Options, or the exit code of the program (help was shown: 0; usage error: 2).
std::variant<LoadOptions, int> parse_options(int argc, char** argv);

}  // namespace florin::load
