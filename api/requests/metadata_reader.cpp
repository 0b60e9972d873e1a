// Pairs within their limits, none twice.
#include "api/requests/metadata_reader.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace florin {
namespace {

// `place`: of the object that the pairs are in.
InputFault bad_pair(std::string_view place, std::string_view key, EdgeCode code,
                    std::string_view what) {
  return {code, std::string(place).append(json_pointer(key)),
          std::string("'metadata': ").append(what)};
}

}  // namespace

bool is_metadata_key_ok(std::string_view place, std::string_view key, WrongParts& wrong) {
  if (characters_in(key) <= limits::metadata_key_chars_max) return true;
  wrong.add(bad_pair(place, key, EdgeCode::invalid_request, "a key has at most 40 characters."));
  return false;
}

void read_metadata_pair(std::string_view place, std::string_view key, const JsonValue& value,
                        Metadata& out, WrongParts& wrong) {
  const auto text = json_text(value);
  if (!text)
    return wrong.add(
        bad_pair(place, key, EdgeCode::invalid_request, "every value must be a string."));
  is_metadata_key_ok(place, key, wrong);
  if (characters_in(*text) > limits::metadata_value_chars_max)
    wrong.add(
        bad_pair(place, key, EdgeCode::invalid_request, "a value has at most 500 characters."));
  out.emplace_back(key, *text);
}

void refuse_metadata_keys_twice(std::string_view place, std::vector<std::string_view> keys,
                                WrongParts& wrong) {
  std::ranges::sort(keys);
  for (auto at = keys.begin();; ++at) {
    at = std::ranges::adjacent_find(at, keys.end());
    if (at == keys.end()) return;
    wrong.add(bad_pair(place, *at, EdgeCode::duplicate_field, "a key comes twice."));
  }
}

void read_metadata(std::string_view key, const JsonValue& value, Metadata& out, WrongParts& wrong) {
  const std::string place = json_pointer(key);
  JsonObject pairs;
  if (value.get(pairs)) return wrong.add(bad_field(key, "must be an object of strings."));
  std::vector<std::string_view> keys;
  for (const auto& pair : pairs) {
    if (keys.size() == limits::metadata_pairs_max)
      return wrong.add(bad_field(key, "has at most 16 pairs."));
    keys.push_back(pair.key);
    read_metadata_pair(place, pair.key, pair.value, out, wrong);
  }
  refuse_metadata_keys_twice(place, std::move(keys), wrong);
  std::ranges::sort(out);
}

}  // namespace florin
