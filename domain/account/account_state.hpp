// AccountState: one holder of one balance in one currency.
// Invariants (docs/INVARIANTS.md): held >= 0; incoming >= 0; available >= 0 unless allow_negative;
// posted + incoming fits in 64 bits, so that a reserved credit can never be refused; debt >= 0.
#pragma once

#include <cstdint>
#include <memory>

#include "base/ids.hpp"
#include "domain/account/account_metadata.hpp"
#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"

namespace florin {

enum class AccountKind : std::uint8_t { user = 0, merchant = 1, system = 2 };

inline constexpr Minor no_daily_limit = -1;

struct AccountState {
  AccountId id;
  Currency currency;
  AccountKind kind = AccountKind::user;
  bool frozen = false;
  bool closed = false;
  bool allow_negative = false;
  bool metadata_changed = false;  // since it was opened: what is there now was never a term
  Minor available = 0;            // minor units
  Minor held = 0;                 // set aside by open tries of debit legs
  Minor incoming = 0;             // room reserved by open tries of credit legs and for the
                                  // return of open sagas' debits; not part of posted
  Minor daily_debit_limit = no_daily_limit;  // minor units per UTC day of entry time
  Minor debited_today = 0;                   // tried or posted debits of `debit_day`
  std::int32_t debit_day = 0;                // UTC day number
  // What payments have added to it, less what they have taken: the sum of its postings with a payment origin
  // (domain/wallet/). The ledger has the same number (domain/ledger/wallet_comparison.hpp).
  Minor payments_net = 0;
  Minor debt = 0;                    // what it owes us: its part of @debt
  Ordinal last_posting_ordinal = 0;  // newest posting: the head of the statement's chain
  LogIndex last_posting_index = 0;
  std::unique_ptr<const Metadata> metadata;  // null = empty: most accounts have none

  [[nodiscard]] Minor posted() const { return add_checked(available, held); }
};

}  // namespace florin
