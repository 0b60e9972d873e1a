// Writes heads by hand: one append per field, no stream, no map. This is on the path of every request.
#include "api/http/http_answer_text.hpp"

#include <charconv>
#include <ctime>

namespace florin {
namespace {

std::string_view reason_of(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Status";
  }
}

void append_number(std::string& out, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append_value(std::string& out, std::string_view value) {
  const auto start = out.size();
  out.append(value);
  for (auto i = start; i < out.size(); ++i) {
    if (static_cast<unsigned char>(out[i]) < 0x20 || out[i] == 0x7f) out[i] = ' ';
  }
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  append_value(out, name);
  out.append(": ");
  append_value(out, value);
  out.append("\r\n");
}

}  // namespace

bool http_status_without_body(int status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

void append_http_head(std::string& out, const HttpResponse& response, HttpConnectionMode mode,
                      std::string_view date) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(" ")
      .append(reason_of(response.status))
      .append("\r\nServer: florin\r\nDate: ")
      .append(date);
  out.append("\r\n");
  if (!http_status_without_body(response.status)) {
    if (!response.content_type.empty()) append_field(out, "Content-Type", response.content_type);
    out.append("Content-Length: ");
    append_number(out, response.body.size());
    out.append("\r\n");
  }
  for (const auto& [name, value] : response.headers) append_field(out, name, value);
  switch (mode) {
    case HttpConnectionMode::keep_alive: break;
    case HttpConnectionMode::keep_alive_http_1_0: out.append("Connection: keep-alive\r\n"); break;
    case HttpConnectionMode::close: out.append("Connection: close\r\n"); break;
  }
  out.append("\r\n");
}

HttpResponse http_problem(int status, std::string_view code, std::string_view detail,
                          std::string_view outcome) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  std::string& body = response.body;
  body.reserve(256);
  body.append(R"({"type":"about:blank","title":")")
      .append(reason_of(status))
      .append(R"(","status":)");
  append_number(body, static_cast<std::size_t>(status));
  body.append(R"(,"detail":")").append(detail).append(R"(","code":")").append(code);
  body.append(R"(","outcome":")").append(outcome).append(R"(","retry":"same_id"})");
  return response;
}

std::string http_date(std::int64_t unix_seconds) {
  const std::time_t time = unix_seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[64];  // names of days and months are English: no part of the project sets a locale
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, size};
}

}  // namespace florin
