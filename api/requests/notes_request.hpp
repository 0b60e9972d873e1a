// Reads what a client says a transfer is for: texts and pairs of its own, of which Florin understands nothing. What looks like a card's
// number is refused, as in payments: it is shown on statements, and kept for ever.
#pragma once

#include <string>
#include <string_view>

#include "api/json/json_reader.hpp"
#include "api/requests/wrong_parts.hpp"
#include "domain/transfer/transfer_notes.hpp"

namespace florin {

// A text of at most `chars_max` Unicode characters; what is wrong is said at `key`. One without a character is none.
void read_note(std::string_view key, const JsonValue& value, std::size_t chars_max,
               std::string& out, WrongParts& wrong);
// Pairs, within the limits of an account's metadata.
void read_note_pairs(std::string_view key, const JsonValue& value, Metadata& out,
                     WrongParts& wrong);

}  // namespace florin
