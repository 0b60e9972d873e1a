// The text form of calls and answers: readable in a log, strict to read.
#include "psp/http_message.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace florin::psp {
namespace {

constexpr std::size_t headers_max = 32;
constexpr std::size_t header_bytes_max = 1024;

constexpr std::array methods{HttpMethod::get, HttpMethod::post};
constexpr std::array ends{HttpEnd::not_sent, HttpEnd::no_answer, HttpEnd::cut, HttpEnd::too_large,
                          HttpEnd::whole};
constexpr std::array faults{HttpFault::none,       HttpFault::no_name,   HttpFault::no_connection,
                            HttpFault::no_tls,     HttpFault::wrong_pin, HttpFault::breaker_open,
                            HttpFault::queue_full, HttpFault::stopping,  HttpFault::unfit,
                            HttpFault::timed_out,  HttpFault::closed,    HttpFault::resend_refused,
                            HttpFault::other};

bool is_visible(char c) { return c > 0x20 && c < 0x7F; }

bool is_target(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, is_visible);
}
bool is_name(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return is_visible(c) && c != ':'; });
}
// Blanks within are part of it, at its ends they would not come back.
bool is_value(std::string_view text) {
  return text.size() <= header_bytes_max &&
         std::ranges::all_of(text, [](char c) { return is_visible(c) || c == ' '; }) &&
         !text.starts_with(' ') && !text.ends_with(' ');
}

bool are_headers(const std::vector<HttpHeader>& headers) {
  return headers.size() <= headers_max && std::ranges::all_of(headers, [](const HttpHeader& one) {
           return is_name(one.name) && is_value(one.value);
         });
}

void append_headers(std::string& out, const std::vector<HttpHeader>& headers) {
  for (const HttpHeader& one : headers)
    out.append(one.name).append(": ").append(one.value).append("\n");
  out.append("\n");
}

Err<Error> wrong(std::string_view what) {
  return Err{Error{Errc::invalid, "a call to the outside: " + std::string(what)}};
}

template <class Known>
std::optional<typename Known::value_type> of_name(const Known& known, std::string_view name) {
  for (const auto one : known)
    if (to_string(one) == name) return one;
  return std::nullopt;
}

// Up to the next line feed, which goes as well; nullopt: there is none.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

// Up to the empty line.
Result<std::vector<HttpHeader>, Error> take_headers(std::string_view& rest) {
  std::vector<HttpHeader> headers;
  for (;;) {
    const auto line = take_line(rest);
    if (!line) return wrong("its head has no end");
    if (line->empty()) break;
    const std::size_t colon = line->find(": ");
    if (colon == std::string_view::npos || headers.size() == headers_max)
      return wrong("a line of its head is no header, or there are too many");
    headers.push_back({std::string(line->substr(0, colon)), std::string(line->substr(colon + 2))});
  }
  if (!are_headers(headers)) return wrong("a header is not visible ASCII");
  return headers;
}

}  // namespace

std::string_view to_string(HttpMethod method) {
  switch (method) {
    case HttpMethod::get: return "GET";
    case HttpMethod::post: return "POST";
  }
  return "";
}

std::string_view to_string(HttpEnd end) {
  switch (end) {
    case HttpEnd::not_sent: return "not_sent";
    case HttpEnd::no_answer: return "no_answer";
    case HttpEnd::cut: return "cut";
    case HttpEnd::too_large: return "too_large";
    case HttpEnd::whole: return "whole";
  }
  return "";
}

std::string_view to_string(HttpFault fault) {
  switch (fault) {
    case HttpFault::none: return "none";
    case HttpFault::no_name: return "no_name";
    case HttpFault::no_connection: return "no_connection";
    case HttpFault::no_tls: return "no_tls";
    case HttpFault::wrong_pin: return "wrong_pin";
    case HttpFault::breaker_open: return "breaker_open";
    case HttpFault::queue_full: return "queue_full";
    case HttpFault::stopping: return "stopping";
    case HttpFault::unfit: return "unfit";
    case HttpFault::timed_out: return "timed_out";
    case HttpFault::closed: return "closed";
    case HttpFault::resend_refused: return "resend_refused";
    case HttpFault::other: return "other";
  }
  return "";
}

std::string_view header_of(const HttpAnswer& answer, std::string_view name) {
  for (const HttpHeader& one : answer.headers)
    if (one.name == name) return one.value;
  return {};
}

Result<std::string, Error> request_bytes(const HttpRequest& request) {
  if (!is_target(request.target)) return wrong("its target is not visible ASCII from \"/\" on");
  if (!are_headers(request.headers)) return wrong("a header is not visible ASCII");
  if ((request.method == HttpMethod::post) == request.body.empty())
    return wrong("a POST has a body, and a GET has none");
  std::string bytes;
  bytes.append(to_string(request.method)).append(" ").append(request.target).append("\n");
  append_headers(bytes, request.headers);
  bytes.append(request.body);
  if (bytes.size() > request_bytes_max)
    return wrong("it is longer than " + std::to_string(request_bytes_max) + " bytes");
  return bytes;
}

Result<HttpRequest, Error> parse_request(std::string_view bytes) {
  if (bytes.size() > request_bytes_max) return wrong("it is too long");
  auto line = take_line(bytes);
  if (!line) return wrong("it has no first line");
  HttpRequest request;
  const auto method = of_name(methods, take_word(*line));
  if (!method || !is_target(*line)) return wrong("its first line is not METHOD TARGET");
  request.method = *method;
  request.target = *line;
  FLORIN_TRY(headers, take_headers(bytes));
  request.headers = std::move(headers);
  request.body = bytes;
  if ((request.method == HttpMethod::post) == request.body.empty())
    return wrong("a POST has a body, and a GET has none");
  return request;
}

std::string answer_bytes(const HttpAnswer& answer) {
  std::string bytes;
  bytes.reserve(answer.body.size() + 256);
  bytes.append(to_string(answer.end)).append(" ").append(to_string(answer.fault)).append(" ");
  bytes.append(std::to_string(answer.status));
  bytes.append(answer.is_sent_twice ? " twice\n" : " once\n");
  append_headers(bytes, answer.headers);
  return bytes.append(answer.body);
}

Result<HttpAnswer, Error> parse_answer(std::string_view bytes) {
  auto line = take_line(bytes);
  if (!line) return wrong("its answer has no first line");
  HttpAnswer answer;
  const auto end = of_name(ends, take_word(*line));
  const auto fault = of_name(faults, take_word(*line));
  const std::string_view status = take_word(*line);
  const auto read = std::from_chars(status.data(), status.data() + status.size(), answer.status);
  const bool is_number = read.ec == std::errc{} && read.ptr == status.data() + status.size();
  if (!end || !fault || !is_number || (*line != "once" && *line != "twice"))
    return wrong("the first line of its answer is not END FAULT STATUS TIMES");
  answer.end = *end;
  answer.fault = *fault;
  answer.is_sent_twice = *line == "twice";
  FLORIN_TRY(headers, take_headers(bytes));
  answer.headers = std::move(headers);
  answer.body = bytes;
  return answer;
}

}  // namespace florin::psp
