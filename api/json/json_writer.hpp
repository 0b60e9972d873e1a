// JsonWriter: appends JSON to a string. Commas are put where they belong, strings are escaped, nothing is
// checked: what is written is what the caller asked for. ~100 ns for a result of a batch.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"

namespace florin {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  // `name` is one of ours: not escaped.
  JsonWriter& key(std::string_view name) {
    comma();
    out_.append("\"").append(name).append("\":");
    return *this;
  }
  // A key that came from a client.
  JsonWriter& any_key(std::string_view name) {
    string(name);
    out_ += ':';
    return *this;
  }

  JsonWriter& string(std::string_view text);
  // Text that is known to need no escaping: codes, ids, amounts.
  JsonWriter& plain(std::string_view text) {
    comma();
    out_.append("\"").append(text).append("\"");
    return *this;
  }
  JsonWriter& boolean(bool value) {
    comma();
    out_.append(value ? "true" : "false");
    return *this;
  }
  JsonWriter& null() {
    comma();
    out_.append("null");
    return *this;
  }
  JsonWriter& number(std::uint64_t value) {
    comma();
    char digits[20];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    return *this;
  }
  JsonWriter& integer(std::int64_t value) {
    comma();
    char digits[20];
    out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    return *this;
  }
  JsonWriter& uuid(const Uuid& id) {
    return quoted([&] { id.append_to(out_); });
  }
  JsonWriter& position(const Position& at) {
    return quoted([&] { at.append_to(out_); });
  }
  JsonWriter& amount(WideMinor minor, Currency currency) {
    return quoted([&] { append_amount(out_, minor, decimals_of(currency)); });
  }

 private:
  template <class Append>
  JsonWriter& quoted(Append&& append) {
    comma();
    out_ += '"';
    append();
    out_ += '"';
    return *this;
  }
  JsonWriter& open(char bracket) {
    comma();
    out_ += bracket;
    return *this;
  }
  JsonWriter& close(char bracket) {
    out_ += bracket;
    return *this;
  }
  void comma() {
    if (out_.empty()) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':') out_ += ',';
  }

  std::string& out_;
};

// Adds `text` without quotes, escaped as RFC 8259 asks: quote, backslash, control characters.
void append_json_escaped(std::string& out, std::string_view text);

}  // namespace florin
