// HttpServer: a strict HTTP/1.1 server for untrusted clients (RFC 9110, RFC 9112), optionally over TLS.
//
// Promises: requests of a connection are answered in their order, one at a time (pipelining waits in the
// socket, which is the back pressure). Every accepted request is answered once, or its connection closes.
// Nothing ambiguous reaches the handler: one Host, one framing, no bare LF. Every wait for a client has a
// deadline, and every buffer a bound. No wait for the handler has one: that deadline is the handler's.
//
// Answers made by the server itself are problem details with outcome not_executed, except the 500 for a
// handler that dropped its Respond (outcome unknown).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "api/http/http_handler.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"

namespace florin {

struct HttpServerOptions {
  // ip:port, [ip6]:port or localhost:port; port 0 = any free one
  std::string listen = "127.0.0.1:8080";
  std::size_t threads = 1;
  std::size_t connections_max = 10'000;  // one more is answered 503 and closed
  std::size_t header_bytes_max = limits::header_bytes_max;
  std::size_t body_bytes_max = limits::body_bytes_max;      // a handler may allow less
  std::size_t bodies_bytes_max = limits::bodies_bytes_max;  // of all bodies at a time

  // Deadlines end up to a sixteenth late (they are looked at, not armed one by one).
  std::chrono::milliseconds idle_timeout{60'000};  // between requests
  std::chrono::milliseconds header_timeout{
      10'000};  // from the first byte to the end of the header; handshake
  std::chrono::milliseconds body_timeout{10'000};        // between two pieces of a body
  std::chrono::milliseconds body_total_timeout{30'000};  // of one body, however it goes on
  std::chrono::milliseconds write_timeout{
      10'000};  // between two pieces of an answer taken by the client
  std::chrono::milliseconds write_total_timeout{60'000};
  std::chrono::milliseconds linger_timeout{
      2'000};  // reading on after an error answer, so that it arrives

  std::string certificate_file;  // PEM chain; both files = TLS 1.2 or 1.3 only, both empty = plain
  std::string key_file;          // PEM
};

class HttpServer {
 public:
  // Listens when it returns. The handler must outlive the server.
  static Result<std::unique_ptr<HttpServer>, Error> start(HttpServerOptions options,
                                                          HttpHandler& handler);

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();  // as drain(0)

  [[nodiscard]] std::string address() const;  // with the real port: "127.0.0.1:41234"
  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::size_t connections() const noexcept;
  [[nodiscard]] std::size_t body_bytes()
      const noexcept;  // that bodies hold now, see bodies_bytes_max

  // From now on a connect is refused. Open connections go on.
  void stop_accepting();
  // Stops accepting, closes connections that wait for a next request at once, lets requests in flight be
  // answered (with Connection: close), and closes what is left after `max`. True if nothing was cut off.
  // The threads have ended when it returns. Not from the handler's functions.
  bool drain(std::chrono::milliseconds max);

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace florin
