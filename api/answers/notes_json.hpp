// What a transfer is for, as JSON: members of the object that is being written. What it does not say is not there.
#pragma once

#include <string_view>

#include "api/json/json_writer.hpp"
#include "domain/transfer/transfer_notes.hpp"

namespace florin {

// As statements show it, and answers to requests.
void write_leg_notes(JsonWriter& json, std::string_view reference, std::string_view description);
// All of it: of a transfer that is asked for.
void write_notes(JsonWriter& json, const TransferNotes& notes);

}  // namespace florin
