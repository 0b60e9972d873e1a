// The fields that a transfer and a transaction have in common: who pays whom, and the terms of the whole.
#pragma once

#include "api/json/json_reader.hpp"
#include "api/requests/transfer_request.hpp"

namespace florin {

// A value of the object; null: it is not there.
using MaybeField = const JsonValue*;

template <std::size_t N>
MaybeField field_at(const JsonFields<N>& fields, std::size_t place) {
  return fields.has(place) ? &fields[place] : nullptr;
}

struct PostingFields {
  MaybeField from_account = nullptr;
  MaybeField to_account = nullptr;
  MaybeField amount = nullptr;
  MaybeField currency = nullptr;
};
// Where they are read to: a transfer's own, or those of one of several postings.
struct PostingParts {
  AccountId& from;
  AccountId& to;
  Minor& amount;  // rounded up to whole minor units
  Currency& currency;
  bool& rounded;
};
// Grammar, presence, and what needs only the amount; all places are relative to the posting's object.
void read_posting(const PostingFields& fields, const PostingParts& out, WrongParts& wrong);
// What the two sides alone refuse. `is_refused_anyway`: something else is wrong with the request, so nobody else will
// compare an outsider's currency.
void refuse_parties(const PostingParts& posting, bool is_refused_anyway, WrongParts& wrong);

struct TermFields {
  MaybeField transaction_id = nullptr;
  MaybeField protocol = nullptr;
  MaybeField deadline = nullptr;
  MaybeField reference = nullptr;
  MaybeField description = nullptr;
  MaybeField metadata = nullptr;
};
void read_transfer_terms(const TermFields& fields, TransferRequest& out);

}  // namespace florin
