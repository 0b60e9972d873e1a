// Many HTTP/1.1 connections on one epoll and one thread, as cheap as we can make them: requests are appended
// to a connection's buffer, all of one round leave in one send, answers are parsed where they were received.
// Promises: answers of a connection come in request order; a request whose connection breaks or times out is
// reported as lost, exactly once, and its outcome is unknown; broken connections reconnect by themselves.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "apps/client/http_message.hpp"
#include "apps/client/url.hpp"
#include "base/error.hpp"
#include "base/result.hpp"

namespace florin::load {

// Nanoseconds of CLOCK_MONOTONIC.
std::int64_t monotonic_ns() noexcept;

class AnswerHandler {
 public:
  virtual ~AnswerHandler() = default;
  virtual void on_answer(std::uint64_t tag, const client::HttpAnswer& answer, std::int64_t now_ns) = 0;
  virtual void on_lost(std::uint64_t tag, std::int64_t now_ns) = 0;
};

class HttpEngine {
 public:
  struct Options {
    std::size_t connections = 64;
    std::int64_t timeout_ns = 30'000'000'000;  // an older request is lost, and its connection closed
  };

  // Connects all; Errc::unavailable when the server cannot be reached.
  static Result<std::unique_ptr<HttpEngine>, Error> open(const client::ServerAddress& address,
                                                         Options options);
  ~HttpEngine();
  HttpEngine(const HttpEngine&) = delete;
  HttpEngine& operator=(const HttpEngine&) = delete;

  // Requests that one connection may have in flight (pipelining).
  void set_depth(std::size_t depth);
  // True: begin() may be called.
  bool has_room();
  // Takes a place on a connection; the caller appends one whole request to the buffer at once.
  std::string& begin(std::uint64_t tag, std::int64_t now_ns);
  // Sends what was begun, waits for answers until `wake_ns` at most (and at most 100 ms), hands them out.
  void poll(std::int64_t wake_ns, AnswerHandler& handler);

  [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_; }
  [[nodiscard]] std::uint64_t lost_connections() const noexcept { return lost_connections_; }
  // For how long nothing was answered although something was asked (or could not be: no connection).
  [[nodiscard]] std::int64_t silent_ns(std::int64_t now_ns) const noexcept;
  [[nodiscard]] const client::ServerAddress& address() const noexcept { return address_; }

 private:
  enum class State { down, connecting, open };
  struct Sent {
    std::uint64_t tag;
    std::int64_t sent_ns;
  };
  struct Connection {
    State state = State::down;
    int socket = -1;
    bool in_ready = false;       // is in ready_
    bool dirty = false;          // is in dirty_
    bool waits_to_write = false; // EPOLLOUT is armed
    std::int64_t reconnect_ns = 0;
    std::size_t written = 0;     // bytes of `out` that were sent
    std::string out;
    std::string in;              // bytes of an unfinished answer
    client::HttpAnswerParser parser;
    std::deque<Sent> sent;
  };

  HttpEngine(client::ServerAddress address, Options options);
  Result<Unit, Error> connect_all();
  void adopt(std::size_t index, int socket);
  void watch(std::size_t index, std::uint32_t events, int operation);
  void offer(std::size_t index);
  void reconnect(std::size_t index, std::int64_t now_ns);
  void on_connected(std::size_t index, std::int64_t now_ns);
  void housekeeping(std::int64_t now_ns, AnswerHandler& handler);
  void flush(std::size_t index, AnswerHandler& handler);
  void receive(std::size_t index, AnswerHandler& handler);
  bool parse(std::size_t index, std::string_view data, std::size_t& consumed, AnswerHandler& handler);
  void drop(std::size_t index, AnswerHandler& handler);

  client::ServerAddress address_;
  Options options_;
  int epoll_ = -1;
  std::size_t depth_ = 1;
  std::size_t in_flight_ = 0;
  std::size_t open_ = 0;
  std::uint64_t lost_connections_ = 0;
  std::int64_t alive_ns_ = 0;
  std::int64_t housekeeping_ns_ = 0;
  std::vector<Connection> connections_;
  std::deque<std::size_t> ready_;  // connections with room; stale ones are skipped
  std::vector<std::size_t> dirty_;
  std::vector<char> received_;
};

}  // namespace florin::load
