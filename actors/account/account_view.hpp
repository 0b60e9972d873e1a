// What clients are shown of an account.
#pragma once

#include "actors/messages/messages.hpp"
#include "domain/account/account_state.hpp"

namespace florin {

AccountView make_account_view(const AccountState& account, PartitionId partition);

}  // namespace florin
