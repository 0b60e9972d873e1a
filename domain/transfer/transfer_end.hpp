// How an event ends a transfer, if it does. Whoever counts ends, or answers those who wait for one, asks here. That a
// refusal is heard before its transfer is over (CancelDecided) is none.
#pragma once

#include <optional>

#include "domain/events.hpp"

namespace florin {

struct TransferEnding {
  TransferStatus status = TransferStatus::completed;  // completed, cancelled or refused
  std::optional<Rejection> code;
  // None: the local protocol, which begins and ends in one event.
  std::optional<TransferId> transfer;
  bool operator==(const TransferEnding&) const = default;
};

// None: it ends none. A new event does not compile before it says which of the two it is.
std::optional<TransferEnding> ending_of(const Event& event);

}  // namespace florin
