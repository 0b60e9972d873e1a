// Field by field.
#include "actors/account/account_view.hpp"

namespace florin {

AccountView make_account_view(const AccountState& account, PartitionId partition) {
  AccountView view;
  view.account = account.id;
  view.currency = account.currency;
  view.kind = account.kind;
  view.available = account.available;
  view.held = account.held;
  view.frozen = account.frozen;
  view.closed = account.closed;
  view.allow_negative = account.allow_negative;
  view.daily_debit_limit = account.daily_debit_limit;
  if (account.metadata) view.metadata = *account.metadata;
  view.last_posting = {account.last_posting_index, account.last_posting_ordinal, partition};
  return view;
}

}  // namespace florin
