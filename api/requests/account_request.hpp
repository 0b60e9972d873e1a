// Reads the bodies of POST /v1/accounts and of freeze, unfreeze and close.
#pragma once

#include <optional>
#include <string>

#include "actors/messages/messages.hpp"
#include "api/problem/problem_details.hpp"
#include "base/result.hpp"

namespace florin {

struct AccountRequest {
  OpenAccount account;
  // A refusal of the request itself; account_exists would come before it, if the account does.
  std::optional<Rejection> refusal;
  std::string refused_field;  // pointer
};

Result<AccountRequest, InputFault> read_account_request(std::string& body);
// The reason, "" without a body.
Result<std::string, InputFault> read_change_reason(std::string& body);

}  // namespace florin
