// AuditOutcomes: two promises about a partition's log that its own arithmetic does not show. A transfer, known by
// owner and transaction id, is taken once and never again; and each account that an event moves money of keeps its
// bounds at that very event, in the currency that it was opened in. Asked with each event, in the order of the log.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>

#include "actors/partition/partition_state.hpp"
#include "domain/events.hpp"

namespace florin {

class AuditOutcomes {
 public:
  // Before the event is applied: what is wrong with it, or nothing.
  std::optional<std::string> take(const Event& event);

 private:
  std::optional<std::string> take(const Uuid& transaction_id, const AccountId& owner);

  std::unordered_set<std::string> taken_;  // transaction id, then owner
};

// After it was applied to `state`: the accounts that it names.
std::optional<std::string> bounds_broken_by(const Event& event, PartitionState& state);

}  // namespace florin
