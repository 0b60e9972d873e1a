// Reads the bodies of POST /v1/accounts, of freeze, unfreeze and close, and of PATCH .../metadata.
#pragma once

#include <optional>
#include <string>

#include "actors/messages/messages.hpp"
#include "api/requests/wrong_parts.hpp"
#include "base/result.hpp"

namespace florin {

struct AccountRequest {
  OpenAccount account;  // complete unless it is malformed
  // All that is wrong with the request itself; account_exists would come before its refusals, if the account does.
  WrongParts wrong;
};

// A fault: it is no JSON object.
Result<AccountRequest, InputFault> read_account_request(std::string& body);
struct MetadataRequest {
  MetadataPatch patch;  // complete unless something is wrong
  WrongParts wrong;     // malformed input only
};

// A fault: it is no JSON object, which by RFC 7396 would put something else in the place of all pairs.
Result<MetadataRequest, InputFault> read_metadata_patch(std::string& body);

// The reason, "" without a body.
Result<std::string, InputFault> read_change_reason(std::string& body);

}  // namespace florin
