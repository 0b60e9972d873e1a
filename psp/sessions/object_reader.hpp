// ObjectReader: looks up what is wanted in one JSON object of a provider. What is missing where it must be, is of another
// type, comes twice, or is not of its alphabet, is a fault that sticks: whoever has read all it wants asks is_sound() once.
//
// null and a missing key are the same. What nobody asks for is not looked at. Nothing here outlives the parse.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace florin::psp::sessions {

class ObjectReader {
 public:
  using Alphabet = bool (*)(std::string_view);

  explicit ObjectReader(simdjson::dom::object object) : object_(object) {}

  [[nodiscard]] bool is_sound() const { return is_sound_; }

  // Empty: it is not there.
  std::string text(std::string_view key, Alphabet is_fit);
  std::string required_text(std::string_view key, Alphabet is_fit);
  // As `text`, but what is not of the alphabet is as if it was not there: of what only people look at.
  std::string note(std::string_view key, Alphabet is_fit);
  std::optional<std::int64_t> integer(std::string_view key);  // >= 0
  std::int64_t required_integer(std::string_view key);
  bool required_flag(std::string_view key);
  std::optional<ObjectReader> object(std::string_view key);
  std::optional<simdjson::dom::array> array(std::string_view key);
  // Either the id of another object, or that object with its id in it.
  struct Reference {
    std::string id;
    std::optional<simdjson::dom::object> object;
  };
  Reference reference(std::string_view key, Alphabet is_fit);

  void spoil() { is_sound_ = false; }

 private:
  std::optional<simdjson::dom::element> find(std::string_view key);

  simdjson::dom::object object_;
  bool is_sound_ = true;
};

// nullopt: not JSON, not an object, nested too deeply, or too long. What is read points into this thread's parser, until its
// next parse.
std::optional<ObjectReader> parse_object(std::string_view body);

}  // namespace florin::psp::sessions
