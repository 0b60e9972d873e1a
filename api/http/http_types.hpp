// The HTTP/1.1 request and answer as the rest of the project sees them: plain values, no library type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace florin {

enum class HttpMethod { get, post, patch, other };

class BodyRoom;

// Bytes kept free behind the end of a body, so that simdjson may parse it where it is.
inline constexpr std::size_t http_body_padding = 64;

// Header fields in order of arrival, in one block of text. Names compare without regard to case.
class HttpHeaders {
 public:
  void add(std::string_view name, std::string_view value);
  // The first field of that name, without surrounding blanks; empty if there is none.
  [[nodiscard]] std::string_view find(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
  // Name, as sent, and value of the field at this place.
  [[nodiscard]] std::pair<std::string_view, std::string_view> at(std::size_t i) const noexcept {
    const std::string_view text = text_;
    const Field& field = fields_[i];
    return {text.substr(field.name_at, field.name_size),
            text.substr(field.value_at, field.value_size)};
  }
  void reserve(std::size_t bytes, std::size_t fields);

 private:
  struct Field {
    std::uint32_t name_at, name_size, value_at, value_size;
  };
  std::string text_;
  std::vector<Field> fields_;
};

struct HttpRequest {
  HttpMethod method = HttpMethod::other;
  std::string method_name;  // as sent; the method is case-sensitive
  std::string target;       // as sent, not decoded
  HttpHeaders headers;
  std::string body;                           // capacity() - size() >= http_body_padding
  std::shared_ptr<const BodyRoom> body_room;  // what the body takes of the server's; null: nothing

  // Of "/a/b?x=1": "/a/b". The absolute form "http://host/a/b" gives the same. Not decoded.
  [[nodiscard]] std::string_view path() const noexcept;
  // Of "/a/b?x=1&y": "x=1&y"; empty without '?'.
  [[nodiscard]] std::string_view query() const noexcept;
  [[nodiscard]] std::string_view content_type() const noexcept {
    return headers.find("Content-Type");
  }
  [[nodiscard]] std::string_view prefer() const noexcept { return headers.find("Prefer"); }
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;  // not those the server writes itself
  std::string body;
};

// ASCII only, as header names are.
bool http_equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

}  // namespace florin
