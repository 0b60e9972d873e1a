// Reads one transfer as a client sends it, alone or in a batch, and says what is wrong with the request
// itself, before any state is looked at.
#pragma once

#include <optional>

#include "actors/messages/messages.hpp"
#include "api/json/json_reader.hpp"
#include "api/problem/problem_details.hpp"

namespace florin {

struct TransferRequest {
  StartTransfer transfer;  // complete unless there is a fault
  bool has_id = false;     // transfer.transaction_id is set; possible with a fault too

  // A refusal of the request itself: never recorded, the id stays free. Codes that come earlier in the
  // order win over it, so state is asked with the amount as sent: rounded up to whole minor units, which
  // compares with balances exactly as the sent amount would.
  std::optional<Rejection> refusal;
  bool rounded = false;  // transfer.amount is not what was sent
};

// Fills `out`; the fault's pointer is relative to the object.
std::optional<InputFault> read_transfer(const JsonObject& object, TransferRequest& out);

// @outside:<CURRENCY> of a currency that we move.
std::optional<Currency> outside_currency(const AccountId& id) noexcept;

}  // namespace florin
