// Decides what an account allows. Pure: same input, same answer; reads, never writes.
// The order of checks is the order of Rejection (domain/rejection.hpp); tests pin it.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "domain/account/account_state.hpp"
#include "domain/events.hpp"
#include "domain/rejection.hpp"

namespace florin {

// A null account means that it does not exist. `amount` is in minor units of `currency` and positive.
// Both checks see only committed terms and this account's own reservations, so an accepted Try can
// always be confirmed: freezing and closing bind every Try after them, never a leg already tried.
// `by` says what the accepted amount will occupy until its transfer has ended: a balance alone may have room
// where what is held or expected beside it has none.
enum class DebitBy : std::uint8_t {
  posting,  // at once and for good: the local protocol
  hold,     // TC/C: held until Confirm or Cancel
  step,     // saga: at once, with room kept for its return
};
enum class CreditBy : std::uint8_t {
  posting,      // at once and for good: the local protocol, a saga's last step
  reservation,  // TC/C: room kept until Confirm or Cancel
};
std::optional<Rejection> check_debit(const AccountState* account, Minor amount, Currency currency,
                                     Timestamp now, DebitBy by);
std::optional<Rejection> check_credit(const AccountState* account, Minor amount, Currency currency,
                                      CreditBy by);

enum class AccountChange : std::uint8_t { freeze, unfreeze, close };

// Ok without an event = accepted repeat, nothing changes.
using AccountDecision = Result<std::optional<Event>, Rejection>;

AccountDecision decide_open(const AccountState* account, const AccountOpened& terms);
AccountDecision decide_change(const AccountState* account, AccountChange change,
                              const std::string& reason);
// Keys and values are within their limits: the edge has looked. How many there will be depends on how many there are.
AccountDecision decide_metadata(const AccountState* account, const MetadataPatch& patch);

}  // namespace florin
