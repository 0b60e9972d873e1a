// Texts and pairs of a transfer. Of a card's number only the place is named; of a key that is one, the object that has it.
#include "api/requests/notes_request.hpp"

#include "api/requests/metadata_reader.hpp"
#include "base/card_number.hpp"
#include "base/limits.hpp"

namespace florin {
namespace {

InputFault card_data_at(std::string place) {
  return {EdgeCode::card_data, std::move(place),
          std::string(problem_kind(EdgeCode::card_data).detail)};
}

// False: nothing else of the pair is looked at, so that no message repeats it.
bool is_without_cards(std::string_view place, const simdjson::dom::key_value_pair& pair,
                      WrongParts& wrong) {
  if (has_card_number(pair.key)) {
    wrong.add(card_data_at(std::string(place)));
    return false;
  }
  const auto text = json_text(pair.value);
  if (!text || !has_card_number(*text)) return true;
  wrong.add(card_data_at(std::string(place).append(json_pointer(pair.key))));
  return false;
}

}  // namespace

void read_note(std::string_view key, const JsonValue& value, std::size_t chars_max,
               std::string& out, WrongParts& wrong) {
  const auto text = json_text(value);
  if (!text) return wrong.add(bad_field(key, "must be a string."));
  if (characters_in(*text) > chars_max)
    return wrong.add(bad_field(key, "has at most " + std::to_string(chars_max) + " characters."));
  if (has_card_number(*text)) return wrong.add(card_data_at(json_pointer(key)));
  out = *text;
}

void read_note_pairs(std::string_view key, const JsonValue& value, Metadata& out,
                     WrongParts& wrong) {
  const std::string place = json_pointer(key);
  JsonObject pairs;
  bool is_clean = true;
  std::size_t left = limits::metadata_pairs_max;  // more are refused anyway
  if (value.get(pairs) == simdjson::SUCCESS)
    for (const auto& pair : pairs) {
      if (left-- == 0) break;
      is_clean = is_without_cards(place, pair, wrong) && is_clean;
    }
  if (is_clean) read_metadata(key, value, out, wrong);
}

}  // namespace florin
