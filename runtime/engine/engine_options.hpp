// What the configuration says about partitions and their hosts, for the node alone and the node of a cluster.
#pragma once

#include <algorithm>

#include "actors/partition/partition_host.hpp"
#include "runtime/config/node_config.hpp"

namespace florin {

// `table_secret`: of this process.
inline PartitionOptions partition_options(const NodeConfig& config, std::uint64_t table_secret) {
  PartitionOptions options;
  options.dedup.index.secret = table_secret;
  options.resident_accounts_max =
      std::max<std::size_t>(16, config.engine.resident_accounts_max / config.node.partitions);
  options.try_timeout_us = std::int64_t{config.engine.try_timeout_ms} * 1000;
  options.resend_after_us = std::int64_t{config.engine.resend_after_ms} * 1000;
  return options;
}

inline HostOptions host_options(const NodeConfig& config) {
  HostOptions options;
  options.turn_messages_max = config.engine.turn_messages_max;
  options.checkpoint_interval_us = std::int64_t{config.state.checkpoint_interval_ms} * 1000;
  options.checkpoint_dirty_max = config.state.checkpoint_dirty_max;
  // Refused before the request's own patience is over.
  options.read_wait_us = std::min(limits::follower_read_wait_us,
                                  std::int64_t{config.http.request_patience_ms} * 1000 / 2);
  options.clock_offset_max_us = std::int64_t{config.cluster.clock_offset_max_ms} * 1000;
  return options;
}

}  // namespace florin
