// Reads a transaction as a client sends it, alone or in a batch: 1 to 8 postings that are done all or not at all.
#pragma once

#include "api/requests/transfer_request.hpp"

namespace florin {

// Fills `out`; places are relative to the object: of posting i they begin with /postings/<i>.
void read_transaction(const JsonObject& object, TransferRequest& out);

// It has a list of postings, right or wrong: no transfer.
bool has_postings(const JsonObject& object);

// "/postings/<i>"
std::string posting_pointer(std::size_t posting);

}  // namespace florin
