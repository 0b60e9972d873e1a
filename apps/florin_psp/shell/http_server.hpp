// The sandbox's HTTP/1.1 server: a thread for each connection, because a fault may hold one for minutes, and what
// goes wrong on the wire (reset, cut, stall) is easiest with a blocking socket. What it refuses itself has Stripe's
// error shape. For tests on this machine: bounded, strict (api/http's parser), without TLS.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "apps/florin_psp/shell/service.hpp"
#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::sandbox {

class HttpServer {
 public:
  using Handler = std::function<Reply(Call)>;  // called by many threads

  static constexpr int connections_max = 1'000;
  static constexpr std::size_t header_bytes_max = 16 * 1024;
  static constexpr std::size_t body_bytes_max = 256 * 1024;
  static constexpr int idle_timeout_ms = 60'000;
  static constexpr int hang_max_ms = 600'000;

  // `listen`: ip:port, port 0 = any. `public_url`: what pages' addresses begin with; empty: as the caller's Host says.
  static Result<std::unique_ptr<HttpServer>, Error> start(const std::string& listen,
                                                          const std::string& public_url,
                                                          Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;

  [[nodiscard]] const std::string& address() const noexcept {
    return address_;
  }  // "127.0.0.1:9090"
  // Ends connections and threads.
  void stop();

 private:
  HttpServer(int listener, std::string address, std::string public_url, Handler handler)
      : listener_(listener),
        address_(std::move(address)),
        public_url_(std::move(public_url)),
        handler_(std::move(handler)) {}
  void accept_all();
  void serve(int socket);
  bool answer_one(int socket, std::string& input);
  void forget(int socket);

  int listener_;
  std::string address_;
  std::string public_url_;
  Handler handler_;
  std::thread acceptor_;
  std::atomic<bool> is_stopping_{false};
  std::mutex mutex_;
  std::condition_variable ended_;
  std::set<int> sockets_;
};

}  // namespace florin::sandbox
