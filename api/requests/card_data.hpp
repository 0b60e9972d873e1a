// Where in a request something looks like a card's number (base/card_number.hpp). Places only: what stands there is named nowhere.
#pragma once

#include <string>
#include <vector>

#include "api/http/http_types.hpp"
#include "api/json/json_reader.hpp"
#include "api/problem/problem_details.hpp"

namespace florin {

// In texts, numbers and keys, at any depth. Of a key the place is the object that has it.
std::vector<ProblemPart> card_data_in(const JsonObject& body);

// In path, query and headers. `segment`: the name of the path's {..}; its place is "/<segment>", those of the others are
// "/<parameter>" and "/<Header>"; "" where the name itself is such a number, or the path has no {..}.
std::vector<ProblemPart> card_data_in(const HttpRequest& request, std::string_view segment);

}  // namespace florin
