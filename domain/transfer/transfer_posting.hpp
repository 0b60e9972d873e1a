// Postings: what a transaction is made of. Each moves an amount from one account to another; all of one transaction happen
// or none does, wherever the accounts live. A transfer is the same with one posting, and is told, logged and recorded as it
// always was.
//
// A transaction of n postings is a transfer with 2n legs: leg i debits the payer of posting i, leg n + i credits its payee. It is
// known by the client's side of its first posting, in one namespace with transfers, and its content is the ordered list.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include "base/format_level.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/sha256.hpp"
#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"

namespace florin {

// Since which level a transaction may have more than one posting.
inline constexpr FormatLevel transactions_level = 3;

struct TransferPosting {
  AccountId from;
  AccountId to;
  Minor amount = 0;  // minor units of the transaction's currency, > 0
  bool operator==(const TransferPosting&) const = default;

  static constexpr std::array field_names{"from", "to", "amount"};
  static auto fields(auto& self) { return std::tie(self.from, self.to, self.amount); }
};
// In the client's order; a transaction has 2 to limits::postings_max.
using TransferPostings = std::vector<TransferPosting>;

// Number of a posting, from 0, where there may be none.
inline constexpr std::uint8_t no_posting = 255;

// What of its content is kept when a transaction has ended, and what a repeat is compared with. Its bytes are part of the stored
// format: they never change.
Sha256 content_hash(std::span<const TransferPosting> postings, Currency currency);

// What the record of a transaction has beside that of a transfer, which says what its first posting was.
struct TransactionRecord {
  std::uint8_t postings = 0;                  // 2 to limits::postings_max
  Sha256 content{};                           // content_hash()
  std::uint8_t refused_posting = no_posting;  // which one the code is about; none: none of them
  bool operator==(const TransactionRecord&) const = default;

  static constexpr std::array field_names{"postings", "content", "refused_posting"};
  static auto fields(auto& self) {
    return std::tie(self.postings, self.content, self.refused_posting);
  }
};

}  // namespace florin
