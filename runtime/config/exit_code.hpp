// How florind ends: numbers that service managers and scripts may rely on (docs/OPERATIONS.md).
#pragma once

#include "base/error.hpp"

namespace florin {

enum class ExitCode : int {
  clean = 0,           // stopped because it was asked to; everything acknowledged is durable
  start_failed = 1,    // could not start for a reason without a number of its own
  bad_config = 2,      // configuration or arguments: starting again will not help
  data_locked = 3,     // another process holds the data directory
  data_damaged = 4,    // data is damaged or missing: needs a person, see the message
  disk_full = 5,       // no space left in the data directory
  journal_failed = 6,  // a write or fsync of the journal failed while running: stopped on purpose
  // A cluster's node whose disk was lost, is an older one or a copy: `florin node rejoin`.
  disk_lost = 7,
  node_removed = 8,  // the cluster has removed this node: starting again will not help
};

// The code for an error that ended the start.
constexpr ExitCode exit_code_for(Errc code) noexcept {
  switch (code) {
    case Errc::io: return ExitCode::start_failed;
    case Errc::disk_full: return ExitCode::disk_full;
    case Errc::corrupt: return ExitCode::data_damaged;
    case Errc::missing: return ExitCode::data_damaged;
    case Errc::locked: return ExitCode::data_locked;
    case Errc::mismatch: return ExitCode::bad_config;
    case Errc::invalid: return ExitCode::bad_config;
    case Errc::unavailable: return ExitCode::start_failed;
    case Errc::disk_lost: return ExitCode::disk_lost;
  }
  return ExitCode::start_failed;
}

}  // namespace florin
