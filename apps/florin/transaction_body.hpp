// What `florin transaction` sends: a body of POST /v1/wallet/transactions, put together from words or taken from a file. What is
// wrong with amounts and accounts is the server's to say; here only what cannot be sent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::cli {

struct PostingWords {
  std::string from, to, amount;
  bool operator==(const PostingWords&) const = default;
};

// "FROM:TO:AMOUNT", or with commas where an account id has a colon. `@outside` is the outside of `currency`. Errc::invalid: it does
// not say who is who.
Result<PostingWords, Error> parse_posting(std::string_view text, std::string_view currency);

struct TransactionWords {
  std::vector<PostingWords> postings;
  std::string currency;
  std::string id;
  std::string deadline, reference, description;  // empty: not said
};
std::string transaction_body(const TransactionWords& words);

struct TransactionText {
  std::string body;
  std::string id;
};
// `json` with `id` as its transaction_id, unless it has one. Errc::invalid: it is no JSON object, or has one and so has the
// command line (`asked_id`); `id` is a new one.
Result<TransactionText, Error> transaction_of(std::string_view json, std::string_view asked_id,
                                              std::string_view id);

}  // namespace florin::cli
