// The I/O of links: one event loop, TCP or TLS 1.3 connections, timers. All of Asio is behind this
// header (link_loop.cpp); what the links say to each other is elsewhere and knows no sockets.
//
// Thread rule: run() gives its thread to the loop; everything is called on that thread, except
// make() and listen() before run(), and post() and stop() from anywhere. No callback comes after
// run() has returned.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cluster/links/tls_context.hpp"

namespace florin::links {

// A connected stream of bytes; with TLS the handshake is done.
class Wire {
 public:
  using Done = std::function<void(const std::string& error, std::size_t bytes)>;  // no error: empty

  virtual ~Wire() = default;
  // One read and one write at a time; the bytes must live until `done`, which is always called
  // (unless the loop is destroyed).
  virtual void read(char* into, std::size_t size, Done done) = 0;
  virtual void write(const char* from, std::size_t size, Done done) = 0;
  virtual void shutdown_send() = 0;
  virtual void close() = 0;  // idempotent

  std::string remote;                     // "ip:port"
  std::optional<NodeIdentity> certified;  // with TLS: whom the peer's certificate speaks for
  SteadyTime opened;  // when dialling or accepting began: the deadline counts from here
};

struct Opened {
  std::shared_ptr<Wire> wire;  // null: refused says why
  Refused refused;
  std::string remote;
};
using OnOpened = std::function<void(Opened)>;

class LinkLoop {
 public:
  struct Options {
    TlsContext tls;  // null: plain TCP
    Milliseconds handshake_timeout{5000};
    std::size_t accepted_max = 128;  // open connections that came from outside
  };

  static std::unique_ptr<LinkLoop> make(Options options);
  virtual ~LinkLoop() = default;

  // "ip:port", "[ip6]:port"; port 0 = any. Answers the port.
  virtual Result<std::uint16_t, Error> listen(const std::string& address, OnOpened accepted) = 0;
  // `opened` is called once. Dialling stops when the answer is destroyed (then `opened` is not
  // called).
  [[nodiscard]] virtual std::shared_ptr<void> dial(const std::string& host, std::uint16_t port,
                                                   OnOpened opened) = 0;
  // Runs once, unless the answer is destroyed before.
  [[nodiscard]] virtual std::shared_ptr<void> after(Milliseconds delay,
                                                    std::function<void()> task) = 0;
  virtual void post(std::function<void()> task) = 0;
  virtual void run() = 0;
  virtual void stop() = 0;
};

// "127.0.0.0/8", "::1" or "localhost".
bool is_loopback(const std::string& host);
struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<HostAndPort> parse_host_port(const std::string& address);

}  // namespace florin::links
