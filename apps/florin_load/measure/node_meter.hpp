// What the node cost, read from /proc: CPU time of all its threads and resident memory.
#pragma once

#include <cstdint>
#include <optional>

namespace florin::load {

struct NodeUsage {
  double cpu_s = 0;  // user + system, resolution 10 ms
  std::uint64_t resident_bytes = 0;
};

// nullopt: no such process, or not ours to read.
std::optional<NodeUsage> read_node_usage(int pid);
// The process that listens on this TCP port of this machine; nullopt when none that we may inspect.
std::optional<int> find_listener(std::uint16_t port);
// CPU seconds of this process.
double own_cpu_s();

}  // namespace florin::load
