// PartitionMeta: the one row that says how far a partition's stored state is, and what must be true
// of it. Written in the same store transaction as the rows it speaks of.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.hpp"
#include "domain/money/currency_sums.hpp"
#include "domain/transfer/fence.hpp"
#include "persistence/codec/chain_hash.hpp"

namespace florin {

// 1: without last_event_index. 2: rows without checksums. 3: a filter for each epoch of records. 4: accounts without
// payments_net and debt. Meta rows of all are read for ever (decode_partition_meta): they
// say what a store is, which is then made again from the log (persistence/checked_state_store.hpp).
inline constexpr std::uint32_t state_format_version = 5;

struct PartitionMeta {
  std::uint32_t format_version = state_format_version;
  PartitionId partition = 0;
  std::uint32_t partitions = 0;   // of the cluster; never changes
  LogIndex applied_index = 0;     // state = all entries up to this one
  LogIndex last_event_index = 0;  // the newest entry up to there that has events
  Ordinal last_ordinal = 0;       // of its last event
  Hash last_hash = genesis_hash;  // of the entry `applied_index`
  Timestamp last_time;            // of the same
  std::uint64_t term = 0;         // always 0: no use, but a field of every stored row so far
  std::vector<CurrencySums> sums;
  std::vector<Fence> fences;
  std::uint32_t record_epoch = 0;  // where new transfer records go
  std::uint64_t records_in_epoch = 0;
  std::uint64_t accounts_count = 0;
  bool operator==(const PartitionMeta&) const = default;
};

}  // namespace florin
