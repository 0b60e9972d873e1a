// See http_message.hpp. Bounds: head 16 KiB, body 1 GiB; more is malformed, so a wrong peer cannot eat memory.
#include "apps/client/http_message.hpp"

#include <charconv>

namespace florin::client {

namespace {
constexpr std::size_t head_bytes_max = 16 * 1024;
constexpr std::size_t body_bytes_max = 1024UL * 1024 * 1024;

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

template <class Number>
bool parse_number(std::string_view text, Number& out) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), out);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}
}  // namespace

void append_request(std::string& out, std::string_view method, std::string_view target,
                    std::string_view authority, std::string_view body,
                    std::string_view extra_headers) {
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(authority);
  out.append("\r\n").append(extra_headers);
  if (!body.empty() || method == "POST") {
    char length[24];
    const auto end = std::to_chars(length, length + sizeof length, body.size()).ptr;
    if (!body.empty()) out.append("Content-Type: application/json\r\n");
    out.append("Content-Length: ").append(length, end).append("\r\n");
  }
  out.append("\r\n").append(body);
}

HttpAnswerParser::Outcome HttpAnswerParser::parse(std::string_view data) {
  if (head_size_ == 0) {
    const std::size_t end = data.find("\r\n\r\n", searched_);
    if (end == std::string_view::npos) {
      searched_ = data.size() < 3 ? 0 : data.size() - 3;
      return data.size() > head_bytes_max ? Outcome::malformed : Outcome::need_more;
    }
    if (end > head_bytes_max || !parse_head(data.substr(0, end + 2))) return Outcome::malformed;
    head_size_ = end + 4;
  }
  if (data.size() < consumed()) return Outcome::need_more;
  answer_.body = data.substr(head_size_, body_size_);
  return Outcome::complete;
}

// `head`: status line and headers, each ended by CRLF.
bool HttpAnswerParser::parse_head(std::string_view head) {
  const std::size_t line_end = head.find("\r\n");
  const std::string_view line = head.substr(0, line_end);
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ') return false;
  if (line.size() > 12 && line[12] != ' ') return false;
  if (!parse_number(line.substr(9, 3), answer_.status) || answer_.status < 200) return false;
  answer_.close = line[7] == '0';

  head.remove_prefix(line_end + 2);
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    const std::string_view header = head.substr(0, end);
    const std::size_t colon = header.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    if (!parse_header(header.substr(0, colon), trimmed(header.substr(colon + 1)))) return false;
    head.remove_prefix(end + 2);
  }
  return has_length_ || answer_.status == 204 || answer_.status == 304;
}

bool HttpAnswerParser::parse_header(std::string_view name, std::string_view value) {
  switch (name.size()) {  // cheap filter: we know the names by their length
    case 10:
      if (equals_ignoring_case(name, "connection"))
        answer_.close = equals_ignoring_case(value, "close");
      return true;
    case 11:
      if (!equals_ignoring_case(name, "retry-after")) return true;
      // The date form of Retry-After is not used by our server: it counts as one second.
      if (!parse_number(value, answer_.retry_after_s) || answer_.retry_after_s < 0)
        answer_.retry_after_s = 1;
      return true;
    case 14:
      if (!equals_ignoring_case(name, "content-length")) return true;
      if (has_length_ || !parse_number(value, body_size_) || body_size_ > body_bytes_max)
        return false;
      has_length_ = true;
      return true;
    case 15:
      if (equals_ignoring_case(name, "florin-replayed"))
        answer_.replayed = equals_ignoring_case(value, "true");
      return true;
    case 17: return !equals_ignoring_case(name, "transfer-encoding");
    default: return true;
  }
}

}  // namespace florin::client
