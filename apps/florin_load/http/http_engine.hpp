// Many HTTP/1.1 connections on one epoll and one thread, as cheap as we can make them: requests are appended
// to a connection's buffer, all of one round leave in one send, answers are parsed where they were received.
// Promises: answers of a connection come in request order; a request whose connection breaks or times out is
// reported as lost, exactly once, and its outcome is unknown; broken connections reconnect by themselves.
// With several nodes each connection has one it belongs to; when that is gone or says that it cannot serve
// (503 no_leader, not_ready, or 504), the connection goes to the next node, and tries to come home later.
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

// This node cannot do it now, another of a cluster perhaps can: 503 no_leader or not_ready, 504. (Not overload:
// going elsewhere would spread it.)
bool another_may_serve(const client::HttpAnswer& answer) noexcept;

class AnswerHandler {
 public:
  virtual ~AnswerHandler() = default;
  virtual void on_answer(std::uint64_t tag, const client::HttpAnswer& answer,
                         std::int64_t now_ns) = 0;
  virtual void on_lost(std::uint64_t tag, std::int64_t now_ns) = 0;
};

class HttpEngine {
 public:
  struct Options {
    std::size_t connections = 64;
    // an older request is lost, and its connection closed
    std::int64_t timeout_ns = 30'000'000'000;
  };

  // Connects all; Errc::unavailable when no node can be reached. At least one node.
  static Result<std::unique_ptr<HttpEngine>, Error> open(std::vector<client::ServerAddress> nodes,
                                                         Options options);
  static Result<std::unique_ptr<HttpEngine>, Error> open(const client::ServerAddress& node,
                                                         Options options) {
    return open(std::vector{node}, options);
  }
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
  // The first node: its authority stands in every request.
  [[nodiscard]] const client::ServerAddress& address() const noexcept { return nodes_.front(); }
  [[nodiscard]] const std::vector<client::ServerAddress>& nodes() const noexcept { return nodes_; }
  // Answers of each node since the start, in the order of nodes().
  [[nodiscard]] const std::vector<std::uint64_t>& answers_by_node() const noexcept {
    return answers_;
  }

 private:
  enum class State { down, connecting, open };
  struct Sent {
    std::uint64_t tag;
    std::int64_t sent_ns;
  };
  struct Connection {
    State state = State::down;
    int socket = -1;
    std::size_t node = 0;         // in nodes_: where it is, or goes next
    std::size_t next = 0;         // where it goes when leaving
    bool leaving = false;         // takes no more requests; goes when all it has are answered
    std::int64_t connect_ns = 0;  // since when it is connecting, or is away from home
    bool in_ready = false;        // is in ready_
    bool dirty = false;           // is in dirty_
    bool waits_to_write = false;  // EPOLLOUT is armed
    std::int64_t reconnect_ns = 0;
    std::size_t written = 0;  // bytes of `out` that were sent
    std::string out;
    std::string in;  // bytes of an unfinished answer
    client::HttpAnswerParser parser;
    std::deque<Sent> sent;
  };

  HttpEngine(std::vector<client::ServerAddress> nodes, Options options);
  Result<Unit, Error> connect_all();
  Result<int, Error> connect_first(Connection& c);
  void adopt(std::size_t index, int socket);
  void watch(std::size_t index, std::uint32_t events, int operation);
  void offer(std::size_t index);
  void reconnect(std::size_t index, std::int64_t now_ns);
  void on_connected(std::size_t index, std::int64_t now_ns);
  void connect_failed(Connection& c, std::int64_t now_ns);
  [[nodiscard]] std::size_t home_of(std::size_t index) const noexcept {
    return index % nodes_.size();
  }
  [[nodiscard]] std::size_t node_after(const Connection& c) const noexcept {
    return (c.node + 1) % nodes_.size();
  }
  void housekeeping(std::int64_t now_ns, AnswerHandler& handler);
  void flush(std::size_t index, AnswerHandler& handler);
  void receive(std::size_t index, AnswerHandler& handler);
  bool parse(std::size_t index, std::string_view data, std::size_t& consumed,
             AnswerHandler& handler);
  void drop(std::size_t index, AnswerHandler& handler);

  std::vector<client::ServerAddress> nodes_;
  std::vector<std::uint64_t> answers_;
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
