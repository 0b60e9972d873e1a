// AuditOutcomes: a promise about a partition's log that its arithmetic does not show: a transfer, known by owner and
// transaction id, is taken once and never again. Asked with each event, in the order of the log.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>

#include "base/ids.hpp"
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

}  // namespace florin
