// Entries of the ledger that have a line of one account, newest first, by a walk back through the log, as statements of wallets
// (statement.hpp): each line carries the place of the same account's line before it.
//
// An account that entries of several partitions name (a provider's) has one chain in each; they are merged by (time, position).
#pragma once

#include <vector>

#include "api/json/json_writer.hpp"
#include "base/error.hpp"
#include "base/result.hpp"
#include "domain/ledger/ledger_books.hpp"
#include "persistence/event_log.hpp"

namespace florin {

struct LedgerEntryShown {
  Position position;
  Timestamp posted_at;
  LedgerEntryPosted entry;
};

struct LedgerEntriesPage {
  std::vector<LedgerEntryShown> entries;
  std::vector<Position> next;  // heads of the chains that go on; empty = the end
};

// Errc::missing: a head is no entry of the account. Other errors: the log cannot be read, or its chain does not add up.
Result<LedgerEntriesPage, Error> read_ledger_entries(EventLogReader& log, const LedgerKey& of,
                                                     const std::vector<Position>& heads,
                                                     std::size_t limit);

// The object `LedgerEntry` of api/openapi.yaml.
void write_ledger_entry(JsonWriter& json, const LedgerEntryShown& shown);

}  // namespace florin
