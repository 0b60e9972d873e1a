// Events of accounts: that there is one, and what it may do. None of them moves money, held or posted: what debits or credits
// an account is an event of the transfer (domain/transfer/), which evolves the account beside it. An account begins empty, and
// ends so. Whoever has nothing to say of accounts relies on that, and says so for all of them at once (AccountEvent).
//
// They are stored: what holds for all events is in domain/events.hpp.
#pragma once

#include <string>
#include <variant>

#include "base/ids.hpp"
#include "base/joined_variant.hpp"
#include "base/wire_number.hpp"
#include "domain/account/account_state.hpp"
#include "domain/command_source.hpp"

namespace florin {

// Since which level metadata may change after the account was opened.
inline constexpr FormatLevel metadata_changes_level = 3;

struct AccountOpened {
  static constexpr WireNumber wire{1};
  static constexpr WireNumber wire_commanded{32};
  AccountId account;
  Currency currency;
  AccountKind kind = AccountKind::user;
  bool allow_negative = false;
  Minor daily_debit_limit = no_daily_limit;
  Metadata metadata;
  bool operator==(const AccountOpened&) const = default;
};
struct AccountFrozen {
  static constexpr WireNumber wire{2};
  static constexpr WireNumber wire_commanded{33};
  AccountId account;
  std::string reason;
  bool operator==(const AccountFrozen&) const = default;
};
struct AccountUnfrozen {
  static constexpr WireNumber wire{3};
  static constexpr WireNumber wire_commanded{34};
  AccountId account;
  std::string reason;
  bool operator==(const AccountUnfrozen&) const = default;
};
struct AccountClosed {
  static constexpr WireNumber wire{4};
  static constexpr WireNumber wire_commanded{35};
  AccountId account;
  std::string reason;
  bool operator==(const AccountClosed&) const = default;
};

// All pairs as they are now, not what was changed: it says what is true without what was before. Written with its source
// only.
struct AccountMetadataChanged {
  static constexpr WireNumber wire{47, metadata_changes_level};
  static constexpr WireNumber wire_commanded{48, metadata_changes_level};
  AccountId account;
  Metadata metadata;
  bool operator==(const AccountMetadataChanged&) const = default;
};

using AnyAccountEvent = std::variant<AccountOpened, AccountFrozen, AccountUnfrozen, AccountClosed,
                                     AccountMetadataChanged, Commanded<AccountOpened>,
                                     Commanded<AccountFrozen>, Commanded<AccountUnfrozen>,
                                     Commanded<AccountClosed>, Commanded<AccountMetadataChanged>>;

template <class E>
concept AccountEvent = AlternativeOf<E, AnyAccountEvent>;
// The first version of one that has a second, which says whose command it was.
template <class E>
concept AccountCommandEvent = AccountEvent<Commanded<E>>;

}  // namespace florin
