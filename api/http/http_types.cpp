// Look-ups in a request. Pure.
#include "api/http/http_types.hpp"

namespace florin {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// The part of the target from its path on: servers must accept the absolute form (RFC 9112, 3.2.2).
std::string_view origin_form(std::string_view target) noexcept {
  if (target.empty() || target.front() == '/') return target;
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return target;
  const auto path = target.find_first_of("/?", scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

}  // namespace

bool http_equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

void HttpHeaders::reserve(std::size_t bytes, std::size_t fields) {
  text_.reserve(bytes);
  fields_.reserve(fields);
}

void HttpHeaders::add(std::string_view name, std::string_view value) {
  const auto at = static_cast<std::uint32_t>(text_.size());
  const auto name_size = static_cast<std::uint32_t>(name.size());
  fields_.push_back({at, name_size, at + name_size, static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(value);
}

std::string_view HttpHeaders::find(std::string_view name) const noexcept {
  const std::string_view text = text_;
  for (const Field& field : fields_) {
    if (http_equal_ignoring_case(text.substr(field.name_at, field.name_size), name)) {
      return text.substr(field.value_at, field.value_size);
    }
  }
  return {};
}

std::string_view HttpRequest::path() const noexcept {
  const std::string_view origin = origin_form(target);
  return origin.substr(0, origin.find('?'));
}

std::string_view HttpRequest::query() const noexcept {
  const std::string_view origin = origin_form(target);
  const auto mark = origin.find('?');
  return mark == std::string_view::npos ? std::string_view{} : origin.substr(mark + 1);
}

}  // namespace florin
