// NodePayments: what a node, alone or one of a cluster, has of payments beside its partitions: its providers as parties that are
// called (NodeOutside), and the raw bytes of what they say (RawStore).
//
// Promise: an answer goes to this process's own inbox of the partition whose order called, or to nobody: who leads it now makes
// the call again, under its key. Without a [psp.NAME] nothing is started.
// Crash anywhere: nothing here is durable but raw bytes, which nobody reads.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "runtime/config/node_config.hpp"
#include "runtime/outside/node_outside.hpp"
#include "runtime/outside/raw_store.hpp"

namespace florin {

class NodePayments {
 public:
  // In this process only: true if it was taken (the partition is led here).
  using TellHere = std::function<bool(PartitionId, std::vector<Message>)>;

  // All but `directory` outlive it. `directory`: for raw bytes, "<data directory>/payments"; made when the first come.
  NodePayments(const NodeConfig& config, NodeControls& controls, Metrics& metrics,
               const Clock& clock, std::string directory);

  // After NodeControls::start, before a partition may call. `parties`: outside::psp_parties, which read the secrets before
  // anything else was begun.
  Status<Error> start(std::vector<outside::OutsideParty> parties, TellHere tell);

  // Any thread, never blocks: calls of one turn.
  void call(std::vector<OutsideCall> calls) { outside_.call(std::move(calls)); }
  // Any thread that may wait for the disk: a body as it came, of an answer or a webhook. What cannot be kept is said once in the log.
  void keep_raw(std::string_view bytes);

  // In the order of the stop: drain() while partitions still hear, stop() before NodeControls::leave.
  void drain(std::chrono::milliseconds time_max);
  void stop() { outside_.stop(); }

 private:
  const Clock& clock_;
  std::string directory_;
  outside::RawStore raw_;
  std::atomic<bool> raw_fails_{false};
  NodeOutside outside_;
};

}  // namespace florin
