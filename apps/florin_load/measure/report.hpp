// What a run found, as text for people and as JSON for scripts. The field names of the JSON are stable.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/florin_load/load_run.hpp"
#include "apps/florin_load/measure/node_meter.hpp"
#include "apps/florin_load/verification.hpp"

namespace florin::load {

// One node's part of the run.
struct NodeShare {
  std::string url;
  std::uint64_t answers = 0;    // HTTP answers during the run
  std::optional<double> cpu_s;  // none: not on this machine, or it was started anew in between
  std::uint64_t resident_before = 0, resident_after = 0;
};

struct Report {
  std::string mode;  // "closed loop, 64 in flight, 64 connections, single requests"
  std::string distribution;
  std::string protocol;
  std::string url;
  std::string prefix;
  std::string currency;
  std::uint32_t accounts = 0;
  std::uint32_t partitions = 0;
  std::uint64_t seed = 0;
  std::size_t connections = 0;
  std::size_t in_flight = 0;
  std::size_t batch = 0;
  std::size_t postings = 0;  // of each transaction; 0: transfers, which have one
  double rate = 0;
  RunResult run;
  std::uint64_t unresolved = 0;
  std::uint64_t lost_connections = 0;
  double client_cpu_s = 0;
  std::vector<NodeShare> nodes;
  std::optional<double> node_cpu_s;  // of all nodes; none when one's is not known
  std::uint64_t node_resident_before = 0;
  std::uint64_t node_resident_after = 0;
  std::optional<Verification> verification;
  bool verification_sampled = false;

  // A transaction is one.
  [[nodiscard]] double transfers_per_second() const;
  [[nodiscard]] double postings_per_second() const;
  // A transfer is two operations, a debit and a credit: a million transfers/s are two million. So is each posting of a
  // transaction. 0 = nothing was transferred.
  [[nodiscard]] std::uint64_t nodes_for_a_million() const;
  [[nodiscard]] double per_million(double cpu_s) const;
  [[nodiscard]] bool holds() const;
  void add_node(NodeShare share);
};

std::string report_text(const Report& report);
std::string report_json(const Report& report);

}  // namespace florin::load
