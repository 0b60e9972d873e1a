// HttpRequestParser: bytes in, one request out, strictly. The only user of Boost.Beast's parser, which it
// narrows: Beast of Boost 1.74 lets request-smuggling vectors through (any Transfer-Encoding next to a
// Content-Length, any number of Hosts, unbounded trailers).
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "api/http/body_budget.hpp"
#include "api/http/http_types.hpp"

namespace florin {

enum class HttpParseState {
  need_header,  // the header is not complete
  need_body,    // header complete and sound, body not
  complete,
  bad_request,  // this and what follows: answer and close, the framing is lost
  headers_too_large,
  body_too_large,
  no_room,  // for the body, in what all bodies may hold together
};

class HttpRequestParser {
 public:
  // All bodies under `budget` share its room.
  HttpRequestParser(std::size_t header_bytes_max, std::size_t body_bytes_max,
                    std::shared_ptr<BodyBudget> budget);
  ~HttpRequestParser();

  // Makes ready for the next request of the connection.
  void reset();
  // Parses from the front of `input` and returns how many bytes were taken. Those that were not must be at
  // the front of the next call's input, with more behind them. Stops behind the header, where need_body begins.
  std::size_t parse(std::string_view input);

  [[nodiscard]] HttpParseState state() const noexcept;
  [[nodiscard]] std::string_view problem()
      const noexcept;  // for bad_request: what is wrong, static text

  // In need_body, before any of the body was parsed: it may have so many bytes, or as many as all bodies may.
  void limit_body(std::size_t bytes_max);
  [[nodiscard]] const HttpRequest& header() const noexcept;

  // Valid from need_body on.
  [[nodiscard]] bool keep_alive() const noexcept;
  [[nodiscard]] bool is_http_1_0() const noexcept;
  [[nodiscard]] bool expects_continue() const noexcept;

  // Once, when complete.
  [[nodiscard]] HttpRequest take();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace florin
