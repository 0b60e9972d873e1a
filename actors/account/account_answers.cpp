// Whether an account can bear a move, field by field.
#include "actors/account/account_answers.hpp"

#include <string_view>

namespace florin {

const char* against_move(const AccountState* account, Currency currency, Minor amount,
                         const AccountMove& move) {
  if (amount <= 0) return "amount: is not above zero";
  if (account == nullptr) return "account: does not exist";
  if (account->currency != currency) return "currency: is not the account's";
  const char* number = misfit(*account, move);
  if (number == nullptr) return nullptr;
  const std::string_view name(number);
  if (name == "available") return "amount: takes the account's available out of its bounds";
  if (name == "held") return "amount: takes the account's held out of its bounds";
  if (name == "incoming") return "amount: takes the account's incoming out of its bounds";
  return "amount: takes the account's balance out of its bounds";
}

}  // namespace florin
