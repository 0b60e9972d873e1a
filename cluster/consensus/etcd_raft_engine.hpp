// The ConsensusEngine made of etcd-raft (glue/, Go, linked as a C archive; ADR-0007).
//
// Never call it in a child of fork() that has not called exec(): Go's threads are not there.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "cluster/consensus/consensus_engine.hpp"

namespace florin::consensus {

// Go's settings hold for the whole process: the engine that is made last wins.
struct EngineOptions {
  int gc_percent = 400;  // handles keep the heap at a few MB, collections rare
  std::int64_t memory_limit_bytes = std::int64_t{512} << 20;
  int threads_max = 2;
  // Told what the engine died of, just before the process aborts.
  std::function<void(std::string_view)> on_panic;
};

// nullptr when the program was built with -DFLORIN_CLUSTER=OFF.
std::unique_ptr<ConsensusEngine> make_etcd_raft_engine(EngineOptions options = {});

// Election timeouts are the only chance in the engine, and one source serves the process. With the same seed, and
// all engines of a run on one thread, each run is the same to the byte. For tests and the simulator.
void seed_elections(std::uint64_t seed);

}  // namespace florin::consensus
