// What is explored: one transfer, its legs and what stands in its way, as data. ExploreSetup makes of it the
// logs of the partitions before the first move, and what is under way then.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/messages/messages.hpp"
#include "cluster/partition_map.hpp"

namespace florin::sim {

struct ExploreLeg {
  PartitionId partition = 0;
  LegRole role = LegRole::debit;
  Minor amount = 0;
  Minor balance = 0;     // of its account before the transfer
  bool missing = false;  // the account was never opened
};

struct ExploreCase {
  std::string name;
  std::string shows;
  Protocol protocol = Protocol::tcc;
  std::vector<ExploreLeg> legs;  // debits first; the coordinator is in partition 0
  // The client API makes two legs, the payer's beside the coordinator. Others are started by an event in the log.
  bool started_by_event = false;
  // an operator's freeze of this leg's account is under way from the start
  std::optional<std::size_t> freeze;
  // For tests: the second phase of this leg is under way although nobody decided it.
  std::optional<std::pair<std::size_t, LegMessage>> rogue;

  [[nodiscard]] std::uint32_t partitions() const;
};

// All that `florin-sim --explore` knows, small ones first.
const std::vector<ExploreCase>& explore_cases();

// Times of the exploration, all in one UTC day. The deadline is the client's, so that it does not depend on when
// the coordinator hears of the transfer.
inline constexpr std::int64_t explore_second = 1'000'000;
inline constexpr Timestamp explore_start{20'000 * 86'400 * explore_second + 3'600 * explore_second};
inline constexpr Timestamp explore_deadline{explore_start.us + 6 * 3'600 * explore_second};
inline constexpr Timestamp explore_late{explore_start.us + 12 * 3'600 * explore_second};

using LogBytes = std::shared_ptr<const std::string>;

struct ExploreSetup {
  explicit ExploreSetup(ExploreCase explored);

  ExploreCase what;
  PartitionMap map;
  std::vector<AccountId> accounts;          // by leg
  TransferId transfer;                      // the id that it has, or will get
  std::vector<std::vector<LogBytes>> logs;  // by partition; all durable
  StartTransfer request;                    // the client's, and all its repeats
  std::vector<std::pair<PartitionId, Message>> under_way;
};

}  // namespace florin::sim
