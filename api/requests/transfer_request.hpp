// Reads one transfer as a client sends it, alone or in a batch, and says what is wrong with the request itself, before any
// state is looked at. A transaction is read into the same: one posting is a transfer, several share its id and its terms.
#pragma once

#include <optional>
#include <vector>

#include "actors/messages/messages.hpp"
#include "api/json/json_reader.hpp"
#include "api/requests/wrong_parts.hpp"

namespace florin {

struct TransferRequest {
  StartTransfer transfer;  // complete unless it is malformed; of a transaction: its first posting
  std::vector<TransferPosting> postings;  // of a transaction, in order: all of them; else none
  MaybeBoxed<TransferNotes> notes;
  bool has_id = false;          // transfer.transaction_id is set; possible when malformed, too
  bool is_transaction = false;  // asked for as one: its answers name postings

  // All that is wrong with the request itself: never recorded, the id stays free. Of one that is refused, codes that come
  // earlier in the order win over its own, so state is asked with the amount as sent: rounded up to whole minor
  // units, which compares with balances exactly as the sent amount would.
  WrongParts wrong;
  bool rounded = false;  // an amount is not what was sent
};

// Fills `out`; places are relative to the object.
void read_transfer(const JsonObject& object, TransferRequest& out);

// @outside:<CURRENCY> of a currency that we move.
std::optional<Currency> outside_currency(const AccountId& id) noexcept;

}  // namespace florin
