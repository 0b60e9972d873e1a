// Quotes and escapes, so that no value can fake a field or a line; and cuts what looks like the number of a card.
#include "runtime/logging/log_line.hpp"

#include <array>
#include <charconv>
#include <cstddef>

#include "base/card_number.hpp"
#include "base/overloaded.hpp"

namespace florin {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Length of the well-formed UTF-8 sequence at the front of `text` (RFC 3629), 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  if (size == 3 && first == 0xE0 && byte(1) < 0xA0) return 0;   // overlong
  if (size == 3 && first == 0xED && byte(1) >= 0xA0) return 0;  // surrogate
  if (size == 4 && first == 0xF0 && byte(1) < 0x90) return 0;   // overlong
  if (size == 4 && first == 0xF4 && byte(1) >= 0x90) return 0;  // above U+10FFFF
  return size;
}

void append_control(std::string& out, unsigned char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else {
    out.append("\\u00").append(1, digits[c >> 4U]).append(1, digits[c & 15U]);
  }
}

// Inside quotes; the same rules serve JSON and text.
void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const char c = text.front();
    const auto code = static_cast<unsigned char>(c);
    std::size_t taken = 1;
    if (c == '"' || c == '\\') {
      out.append(1, '\\').append(1, c);
    } else if (code < 0x20 || code == 0x7F) {
      append_control(out, code);
    } else if (code < 0x80) {
      out += c;
    } else if (const auto size = utf8_length(text); size != 0) {
      out.append(text.substr(0, size));
      taken = size;
    } else {
      out.append(replacement);
    }
    text.remove_prefix(taken);
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    // char is signed: what is not ASCII is not plain either
    if (c <= ' ' || c == '"' || c == '\\' || c == '=' || c == 0x7F) return false;
  }
  return !text.empty();
}

template <class T>
void append_number(std::string& out, T value) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

// Whatever a client, a provider or a file has put into it. Numbers of ours are none of a card.
template <class Append>
void append_without_cards(std::string& out, std::string_view text, Append append) {
  if (!has_card_number(text)) return append(out, text);
  append(out, without_card_numbers(text));
}

// Text through `append_value`, numbers and booleans as they are in both formats.
template <class AppendText>
void append_value(std::string& out, const LogField::Value& value, AppendText append_value_text) {
  visit(Overloaded{
            [&](std::string_view text) { append_without_cards(out, text, append_value_text); },
            [&](std::int64_t number) { append_number(out, number); },
            [&](std::uint64_t number) { append_number(out, number); },
            [&](bool yes) { out += yes ? "true" : "false"; },
            [&](const LogField::Deferred& deferred) {
              std::string text;
              deferred.append(deferred.object, text);
              append_without_cards(out, text, append_value_text);
            },
        },
        value);
}

}  // namespace

void append_text_line(std::string& out, std::string_view message, LogFields fields) {
  append_without_cards(out, message, append_escaped);
  for (const auto& field : fields) {
    out.append(1, ' ').append(field.key()).append(1, '=');
    append_value(out, field.value(), [](std::string& to, std::string_view text) {
      if (is_plain(text)) {
        to.append(text);
      } else {
        append_quoted(to, text);
      }
    });
  }
}

void append_json_line(std::string& out, std::string_view message, LogFields fields) {
  out += "\"message\":";
  append_without_cards(out, message, append_quoted);
  for (const auto& field : fields) {
    out += ',';
    append_quoted(out, field.key());
    out += ':';
    append_value(out, field.value(), append_quoted);
  }
}

}  // namespace florin
