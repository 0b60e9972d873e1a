// One request at a time over one kept connection, blocking: for the command line and for single questions.
// The load itself runs on apps/florin_load/http/http_engine.hpp.
#pragma once

#include <string>
#include <string_view>

#include "apps/client/url.hpp"
#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::client {

// A connected TCP socket (blocking, no delay) or Errc::unavailable with host, port and reason.
Result<int, Error> connect_to(const ServerAddress& address, int timeout_s);
// False: the other side is gone, or takes nothing for too long (SO_SNDTIMEO).
bool send_all(int socket, std::string_view bytes);

struct HttpReply {
  int status = 0;
  int retry_after_s = -1;
  bool replayed = false;
  std::string body;
  [[nodiscard]] bool ok() const noexcept { return status >= 200 && status < 300; }
};

class HttpClient {
 public:
  explicit HttpClient(ServerAddress address, int timeout_s = 30)
      : address_(std::move(address)), timeout_s_(timeout_s) {}
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Never repeats a request by itself: whether a repeat is safe is the caller's knowledge.
  // Errc::unavailable: could not connect, or the connection broke before the answer (outcome unknown).
  Result<HttpReply, Error> get(std::string_view target) { return request("GET", target, {}); }
  Result<HttpReply, Error> post(std::string_view target, std::string_view body) {
    return request("POST", target, body);
  }
  Result<HttpReply, Error> request(std::string_view method, std::string_view target,
                                   std::string_view body);

 private:
  Result<HttpReply, Error> receive();
  void disconnect() noexcept;

  ServerAddress address_;
  int timeout_s_;
  int socket_ = -1;
};

}  // namespace florin::client
