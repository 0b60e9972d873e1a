// Before the run: the accounts exist and hold money.
#pragma once

#include <cstdint>
#include <vector>

#include "apps/florin_load/http/http_engine.hpp"
#include "apps/florin_load/workload/ledger.hpp"
#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::load {

// Opens all accounts (repeats are fine: the API answers 200). Sets the ledger's decimals and, for accounts that
// existed, their balances. Returns per account whether this run created it (201).
Result<std::vector<bool>, Error> create_accounts(HttpEngine& engine, Ledger& ledger, bool merchant,
                                                 bool show_progress);

// Pays `amount_minor` from @outside into every account, in batches of 1,000, until all are acknowledged.
Result<Unit, Error> deposit_to_all(HttpEngine& engine, Ledger& ledger, std::uint32_t amount_minor,
                                   bool show_progress);

// Appends POST /v1/wallet/balance_transfers with these transfers and transactions of the ledger.
void append_batch_request(std::string& out, const HttpEngine& engine, Ledger& ledger,
                          const std::vector<std::uint32_t>& transfers);
// Appends POST /v1/wallet/balance_transfer, or POST /v1/wallet/transactions.
void append_single_request(std::string& out, const HttpEngine& engine, Ledger& ledger,
                           std::uint32_t transfer);

}  // namespace florin::load
