// One member for each note.
#include "api/answers/notes_json.hpp"

namespace florin {

void write_leg_notes(JsonWriter& json, std::string_view reference, std::string_view description) {
  if (!reference.empty()) json.key("reference").string(reference);
  if (!description.empty()) json.key("description").string(description);
}

void write_notes(JsonWriter& json, const TransferNotes& notes) {
  write_leg_notes(json, notes.reference, notes.description);
  if (!notes.metadata.empty()) {
    json.key("metadata").begin_object();
    for (const auto& [key, value] : notes.metadata) json.any_key(key).string(value);
    json.end_object();
  }
  if (!notes.by.empty()) json.key("by").string(notes.by);
}

}  // namespace florin
