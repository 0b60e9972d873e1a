// JsonObject: the JSON that the sandbox answers, field by field. Values are ours or valid UTF-8 (form.hpp checks it).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apps/client/json_text.hpp"

namespace florin::sandbox {

class JsonObject {
 public:
  JsonObject& text(std::string_view key, std::string_view value) {
    client::append_json_string(field(key), value);
    return *this;
  }
  // null where Stripe shows null: an empty text of ours.
  JsonObject& text_or_null(std::string_view key, std::string_view value) {
    return value.empty() ? raw(key, "null") : text(key, value);
  }
  JsonObject& number(std::string_view key, std::int64_t value) {
    return raw(key, std::to_string(value));
  }
  // null for 0: times that have not come.
  JsonObject& number_or_null(std::string_view key, std::int64_t value) {
    return value == 0 ? raw(key, "null") : number(key, value);
  }
  JsonObject& boolean(std::string_view key, bool value) {
    return raw(key, value ? "true" : "false");
  }
  // `json` as it stands.
  JsonObject& raw(std::string_view key, std::string_view json) {
    field(key) += json;
    return *this;
  }
  JsonObject& texts(std::string_view key, const std::map<std::string, std::string>& values) {
    JsonObject inner;
    for (const auto& [name, value] : values) inner.text(name, value);
    return raw(key, inner.done());
  }
  JsonObject& list(std::string_view key, const std::vector<std::string>& items) {
    std::string& out = field(key);
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i != 0) out += ',';
      out += items[i];
    }
    out += ']';
    return *this;
  }

  [[nodiscard]] std::string done() const { return json_ + "}"; }

 private:
  std::string& field(std::string_view key) {
    if (json_.size() > 1) json_ += ',';
    client::append_json_string(json_, key);
    json_ += ':';
    return json_;
  }
  std::string json_ = "{";
};

inline std::string json_text(std::string_view text) {
  std::string out;
  client::append_json_string(out, text);
  return out;
}

}  // namespace florin::sandbox
