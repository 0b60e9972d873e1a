// One walk over all that a request holds.
#include "api/requests/card_data.hpp"

#include "api/requests/query.hpp"
#include "base/card_number.hpp"
#include "base/limits.hpp"

namespace florin {
namespace {

class BodyWalk {
 public:
  void walk(const JsonObject& object, const std::string& place) {
    for (const auto& field : object) {
      const bool is_named_so = has_card_number(field.key);
      if (is_named_so) found(place);
      walk(field.value, is_named_so ? place : place + json_pointer(field.key));
    }
  }
  std::vector<ProblemPart> parts;

 private:
  void walk(const JsonValue& value, const std::string& place) {
    if (JsonObject object; value.get(object) == simdjson::SUCCESS) return walk(object, place);
    if (JsonArray array; value.get(array) == simdjson::SUCCESS) {
      std::size_t i = 0;
      for (const JsonValue& item : array) walk(item, place + "/" + std::to_string(i++));
      return;
    }
    if (has_card(value)) found(place);
  }

  static bool has_card(const JsonValue& value) {
    if (const auto text = json_text(value)) return has_card_number(*text);
    if (std::uint64_t number = 0; value.get(number) == simdjson::SUCCESS)
      return has_card_number(std::to_string(number));
    // A number with a point or an exponent has lost its digits here: beyond 2^53 they are not what was sent.
    if (double number = 0; value.get(number) == simdjson::SUCCESS && number >= 1 && number < 1e19)
      return has_card_number(std::to_string(static_cast<std::uint64_t>(number)));
    return false;
  }

  void found(const std::string& place) {
    if (parts.size() < limits::problem_parts_max)
      parts.emplace_back(problem_kind(EdgeCode::card_data), place);
  }
};

// A broken escape is for whoever reads the text; here it is looked at as it was sent.
bool is_in(std::string_view text) {
  if (has_card_number(text)) return true;
  const auto decoded = percent_decode(text);
  return decoded && has_card_number(*decoded);
}

std::string place_of(std::string_view name) { return is_in(name) ? "" : json_pointer(name); }

}  // namespace

std::vector<ProblemPart> card_data_in(const JsonObject& body) {
  BodyWalk walk;
  walk.walk(body, "");
  return std::move(walk.parts);
}

std::vector<ProblemPart> card_data_in(const HttpRequest& request, std::string_view segment) {
  std::vector<ProblemPart> parts;
  const auto found = [&](std::string place) {
    if (parts.size() < limits::problem_parts_max)
      parts.emplace_back(problem_kind(EdgeCode::card_data), std::move(place));
  };
  if (is_in(request.path())) found(segment.empty() ? "" : json_pointer(segment));
  for (std::string_view query = request.query(); !query.empty();) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (is_in(pair)) found(place_of(pair.substr(0, pair.find('='))));
  }
  for (std::size_t i = 0; i < request.headers.size(); ++i) {
    const auto [name, value] = request.headers.at(i);
    if (has_card_number(name) || has_card_number(value)) found(place_of(name));
  }
  return parts;
}

}  // namespace florin
