// The payload of one log line, without time and level. Pure, so that escaping can be tested alone.
//
// What looks like the number of a payment card is written as "[card]", in the message and in the texts of fields.
#pragma once

#include <string>
#include <string_view>

#include "runtime/logging/log.hpp"

namespace florin {

// `message key=value key="two words"`: values with spaces, quotes, '=' or control characters are
// quoted and escaped, so that a value can never fake a field or a line.
void append_text_line(std::string& out, std::string_view message, LogFields fields);

// `"message":"...","key":"text","other":1`: valid JSON whatever the bytes are; what is not UTF-8
// becomes U+FFFD.
void append_json_line(std::string& out, std::string_view message, LogFields fields);

}  // namespace florin
