// FormBody: application/x-www-form-urlencoded as this API reads it: brackets in names stand as they are, everything in a value
// that is not unreserved (RFC 3986) is percent-encoded, a blank too. The same fields give the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace florin::psp::sessions {

class FormBody {
 public:
  // `name` is one of ours: letters, digits, _ [ ].
  FormBody& add(std::string_view name, std::string_view value);
  FormBody& add(std::string_view name, std::int64_t value) {
    return add(name, std::string_view(std::to_string(value)));
  }
  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  std::string text_;
};

// One segment of a path, or one value.
std::string percent_encoded(std::string_view text);

}  // namespace florin::psp::sessions
