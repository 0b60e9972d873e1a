// Reads pairs of texts, of accounts and transfers: as many and as long as base/limits.hpp says.
#pragma once

#include <string_view>
#include <vector>

#include "api/json/json_reader.hpp"
#include "api/requests/wrong_parts.hpp"
#include "domain/account/account_metadata.hpp"

namespace florin {

// An object of texts, at `key` of the request. Sorted by key; what is wrong with it is said, all of it.
void read_metadata(std::string_view key, const JsonValue& value, Metadata& out, WrongParts& wrong);

// Parts of it, for a patch. `place`: of the object that the pairs are in ("": the request itself).
bool is_metadata_key_ok(std::string_view place, std::string_view key, WrongParts& wrong);
// What is wrong is said; what is too long is taken all the same, and nobody looks at it.
void read_metadata_pair(std::string_view place, std::string_view key, const JsonValue& value,
                        Metadata& out, WrongParts& wrong);
void refuse_metadata_keys_twice(std::string_view place, std::vector<std::string_view> keys,
                                WrongParts& wrong);

}  // namespace florin
