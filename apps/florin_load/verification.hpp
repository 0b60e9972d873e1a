// After the run: does the server agree with our books? Three independent looks: every balance, the trial
// balance, and the statements. Shares no arithmetic with the server.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/florin_load/http/http_engine.hpp"
#include "apps/florin_load/workload/ledger.hpp"
#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::load {

struct VerificationOptions {
  std::uint32_t statements_max = UINT32_MAX;  // read the statements of so many accounts only
  std::uint64_t seed = 1;
  bool show_progress = false;
};

// Of a transaction each posting counts as a transfer.
struct Verification {
  std::vector<std::string> differences;  // the first 20
  std::uint64_t difference_count = 0;
  std::uint64_t balances_checked = 0;
  std::uint64_t statements_read = 0;  // accounts
  std::uint64_t entries_read = 0;
  std::uint64_t transfers_on_both = 0;  // acknowledged, and found on both statements
  // found on the only one of its statements that was read (sample)
  std::uint64_t transfers_on_one = 0;
  std::uint64_t transfers_acknowledged = 0;
  std::uint64_t partitions_balanced = 0;
  double seconds = 0;
  [[nodiscard]] bool holds() const noexcept { return difference_count == 0; }
  void differs(std::string text);
};

// `created`: accounts that this run opened; their statements must hold nothing but our transfers.
// Errc::unavailable when the server cannot be asked any more.
Result<Verification, Error> verify(HttpEngine& engine, Ledger& ledger,
                                   const std::vector<bool>& created,
                                   const VerificationOptions& options);

// Number of partitions, from the trial balance of the first node that says it.
Result<std::uint32_t, Error> ask_partition_count(const std::vector<client::ServerAddress>& nodes);

}  // namespace florin::load
