// What the configuration says about partitions and their hosts, for the node alone and the node of a cluster.
#pragma once

#include <algorithm>
#include <bit>
#include <memory>

#include "actors/hosting/partition_host.hpp"
#include "actors/payment/payment_setup.hpp"
#include "runtime/config/node_config.hpp"
#include "runtime/config/payment_config.hpp"

namespace florin {

// A quarter of a partition's share for the filter, which is half as large again while it grows; the rest for what waits
// to be written: two entries of 16 bytes for each that may, twice while they are put in order.
inline RecordIndexOptions record_index_options(const NodeConfig& config) {
  const std::uint64_t share =
      (std::uint64_t{config.engine.record_index_mib} << 20) / config.node.partitions;
  RecordIndexOptions options;
  options.filter_log2_max =
      std::clamp(static_cast<unsigned>(std::bit_width(share / 2 * 8 * 2 / 3)) - 1U, 10U, 40U);
  options.waiting_max = std::max<std::size_t>(1'024, share / 2 / 64);
  return options;
}

inline const psp::PspDeclaration& declaration_of(PspAdapter adapter) {
  switch (adapter) {
    case PspAdapter::sessions: return psp::sessions::declaration;
  }
  return psp::sessions::declaration;
}

// Null: no provider is configured.
inline std::shared_ptr<const PaymentSetup> payment_setup(const NodeConfig& config) {
  if (config.psps.empty()) return nullptr;
  auto setup = std::make_shared<PaymentSetup>();
  setup->cluster = payment_mark(config);
  setup->policy = order_policy(config);
  for (const NodeConfig::Psp& psp : config.psps)
    setup->psps.push_back({psp.name, declaration_of(psp.adapter)});
  return setup;
}

// `table_secret` and `levels`: of this process.
inline PartitionOptions partition_options(const NodeConfig& config, std::uint64_t table_secret,
                                          const FormatLevels* levels = nullptr) {
  PartitionOptions options;
  options.levels = levels;
  options.dedup.index.secret = table_secret;
  options.dedup.records = record_index_options(config);
  options.resident_accounts_max =
      std::max<std::size_t>(16, config.engine.resident_accounts_max / config.node.partitions);
  options.try_timeout_us = std::int64_t{config.engine.try_timeout_ms} * 1000;
  options.resend_after_us = std::int64_t{config.engine.resend_after_ms} * 1000;
  options.payments = payment_setup(config);
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
