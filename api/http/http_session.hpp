// One connection as a coroutine: read a request, have it answered, write, again. Included by
// http_server.cpp only; once for plain sockets, which pay nothing for TLS, and once for TLS.
//
// co_await stands alone or right of one '=' here, never in a condition, after co_return, or around a lambda or
// temporary that owns something: g++ 12 makes wrong code of those (destroyed twice, resumed at no place).
#pragma once

#include "api/http/http_loop.hpp"  // first: <utility> before Asio

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "api/http/http_answer_text.hpp"
#include "api/http/http_request_parser.hpp"
#include "api/http/http_server.hpp"

namespace florin::http_detail {

// What all connections share.
struct HttpShared {
  HttpServerOptions options;
  HttpHandler& handler;
  std::atomic<bool> draining{false};
  std::shared_ptr<BodyBudget> bodies = {};
};

inline constexpr std::size_t read_buffer_bytes = 4 * 1024;  // an idle connection keeps this much
// grown to while it keeps being full
inline constexpr std::size_t read_buffer_bytes_max = 64 * 1024;
// read and dropped behind an error
inline constexpr std::size_t linger_bytes_max = 16 * 1024 * 1024;

template <class Stream>
class Session final : public HttpSession {
 public:
  static constexpr bool is_tls = !std::is_same_v<Stream, Socket>;

  Session(std::shared_ptr<HttpLoop> loop, Stream stream, HttpShared& shared)
      : loop_(std::move(loop)),
        shared_(shared),
        stream_(std::move(stream)),
        parser_(shared.options.header_bytes_max, shared.options.body_bytes_max, shared.bodies),
        exchange_(std::make_shared<HttpExchange>(loop_)),
        buffer_room_(shared.bodies),
        buffer_(read_buffer_bytes) {
    loop_->add(*this);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override { loop_->remove(*this); }

  Awaitable<void> run();

  void cancel_waits() override {
    ErrorCode ignored;
    stream_.lowest_layer().cancel(ignored);
  }
  void abort() override {
    aborted_ = true;
    ErrorCode ignored;
    stream_.lowest_layer().close(ignored);
    exchange_->abandon();  // last: this may be gone behind it
  }

 private:
  const HttpServerOptions& options() const { return shared_.options; }
  void wait_until(SessionPhase in, SteadyClock::time_point until) {
    phase = in;
    deadline = until;
    timed_out = false;
  }
  void wait_for(SessionPhase in, std::chrono::milliseconds time) {
    wait_until(in, SteadyClock::now() + time);
  }

  Awaitable<bool> handshake();
  Awaitable<bool> read_request();
  Awaitable<bool> read_body();
  HttpParseState parse();
  Awaitable<bool> read_more();
  Awaitable<bool> answer();
  Awaitable<bool> send(const HttpResponse& response, HttpConnectionMode mode, bool head_only);
  std::size_t send_now(std::string_view first, std::string_view second);
  Awaitable<bool> send_later(std::string_view first, std::string_view second);
  Awaitable<void> refuse_request();
  Awaitable<void> refuse(const HttpResponse& problem);
  Awaitable<void> drop_input();
  Awaitable<void> close();
  void make_room();

  std::shared_ptr<HttpLoop> loop_;
  HttpShared& shared_;
  Stream stream_;
  HttpRequestParser parser_;
  std::shared_ptr<HttpExchange> exchange_;
  BodyRoom buffer_room_;      // what the buffer has taken of it, to be faster
  std::vector<char> buffer_;  // [begin_, end_) is received and not yet parsed
  std::size_t begin_ = 0, end_ = 0;
  std::string head_;     // of the answer being written; kept for its capacity
  bool linger_ = false;  // the client may still be sending: read on before the close, lest a reset
                         // destroys the answer on its way
  bool aborted_ = false;
};

template <class Stream>
Awaitable<void> Session<Stream>::run() {
  bool go_on = true;
  if constexpr (is_tls) go_on = co_await handshake();
  while (go_on) {
    go_on = co_await read_request();
    if (go_on) go_on = co_await answer();
  }
  if (!aborted_) co_await close();
}

template <class Stream>
Awaitable<bool> Session<Stream>::handshake() {
  ErrorCode error;
  if constexpr (is_tls) {
    wait_for(SessionPhase::handshake, options().header_timeout);
    co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                     asio::redirect_error(use_awaitable, error));
    if (error) aborted_ = true;  // nothing to say goodbye to
  }
  co_return !error;
}

// True with a complete request in the parser; false when the connection is to be closed.
template <class Stream>
Awaitable<bool> Session<Stream>::read_request() {
  parser_.reset();
  bool more = begin_ != end_ || !shared_.draining;
  if (begin_ == end_ && more) {
    if (buffer_.size() > read_buffer_bytes) {
      std::vector<char>(read_buffer_bytes).swap(buffer_);
      buffer_room_.shrink();
    }
    wait_for(SessionPhase::idle, options().idle_timeout);
    more = co_await read_more();
  }
  wait_for(SessionPhase::reading, options().header_timeout);
  while (more && parse() == HttpParseState::need_header) more = co_await read_more();
  if (more && parser_.state() == HttpParseState::need_body) {
    parser_.limit_body(shared_.handler.body_bytes_max(parser_.header()));
    if (parser_.state() == HttpParseState::need_body) parse();  // what came with the header
    if (parser_.state() == HttpParseState::need_body) more = co_await read_body();
  }
  if (more && parser_.state() != HttpParseState::complete) {
    co_await refuse_request();
    more = false;
  }
  co_return more;
}

// False when the client has gone; else the parser is past need_body.
template <class Stream>
Awaitable<bool> Session<Stream>::read_body() {
  const auto last = SteadyClock::now() + options().body_total_timeout;
  bool more = true;
  if (parser_.expects_continue() && begin_ == end_) {
    more = co_await send_later("HTTP/1.1 100 Continue\r\n\r\n", {});
  }
  while (more && parser_.state() == HttpParseState::need_body) {
    wait_until(SessionPhase::reading, std::min(last, SteadyClock::now() + options().body_timeout));
    more = co_await read_more();
    if (more) parse();
  }
  co_return more;
}

template <class Stream>
HttpParseState Session<Stream>::parse() {
  begin_ += parser_.parse({buffer_.data() + begin_, end_ - begin_});
  return parser_.state();
}

// At least one byte more in the buffer; false when the client has gone or was too slow (then answered).
template <class Stream>
Awaitable<bool> Session<Stream>::read_more() {
  make_room();
  ErrorCode error;
  const auto room = asio::buffer(buffer_.data() + end_, buffer_.size() - end_);
  end_ += co_await stream_.async_read_some(room, asio::redirect_error(use_awaitable, error));
  if (!error) co_return true;
  if (timed_out && phase == SessionPhase::reading && !aborted_) {
    const HttpResponse problem =
        http_problem(408, "request_timeout", "the request did not arrive in time");
    co_await refuse(problem);
  }
  co_return false;
}

// Bounded: the parser leaves at most the header limit unparsed.
template <class Stream>
void Session<Stream>::make_room() {
  const bool full = end_ == buffer_.size();
  if (full && begin_ != end_ && begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  }
  if (full || begin_ == end_) {
    end_ -= begin_;
    begin_ = 0;
  }
  if (!full) return;
  // Larger where it must be, for a header; and for speed, while there is room that no body needs.
  const std::size_t larger = buffer_.size() * 2;
  const bool must = end_ == buffer_.size();
  const bool may = buffer_.size() < read_buffer_bytes_max && buffer_room_.grow_to(larger);
  if (must || may) buffer_.resize(larger);
}

// True when the connection stays open for a next request.
template <class Stream>
Awaitable<bool> Session<Stream>::answer() {
  const auto started = SteadyClock::now();
  const bool client_keeps = parser_.keep_alive();
  const bool http_1_0 = parser_.is_http_1_0();
  HttpRequest request = parser_.take();
  const bool head_only = request.method_name == "HEAD";
  const std::size_t request_body_bytes = request.body.size();

  wait_until(SessionPhase::with_handler, SteadyClock::time_point::max());
  exchange_->begin();
  try {
    shared_.handler.handle(std::move(request), Respond(exchange_));
  } catch (...) {  // the Respond was dropped on the way out: a 500 is on its way
  }
  if (!exchange_->is_answered()) co_await exchange_->answered();
  if (aborted_) co_return false;

  // judged now: a drain may have begun meanwhile
  const bool keep = client_keeps && !shared_.draining;
  linger_ = client_keeps && !keep;
  const HttpConnectionMode mode = !keep      ? HttpConnectionMode::close
                                  : http_1_0 ? HttpConnectionMode::keep_alive_http_1_0
                                             : HttpConnectionMode::keep_alive;
  HttpResponse& response = exchange_->response();
  const bool sent = co_await send(response, mode, head_only);
  shared_.handler.observe({response.status, false, SteadyClock::now() - started, request_body_bytes,
                           response.body.size()});
  std::string().swap(response.body);  // an idle connection holds no answer
  co_return sent&& keep;
}

template <class Stream>
Awaitable<bool> Session<Stream>::send(const HttpResponse& response, HttpConnectionMode mode,
                                      bool head_only) {
  head_.clear();
  append_http_head(head_, response, mode, loop_->date());
  const bool bodiless = head_only || http_status_without_body(response.status);
  std::string_view head = head_;
  std::string_view body = bodiless ? std::string_view{} : std::string_view(response.body);
  const std::size_t sent = send_now(head, body);
  const std::size_t of_head = std::min(sent, head.size());
  head.remove_prefix(of_head);
  body.remove_prefix(sent - of_head);
  bool all = head.empty() && body.empty();
  if (!all) all = co_await send_later(head, body);
  co_return all;
}

// Most answers fit the socket's buffer: no need to go through the event loop for them.
template <class Stream>
std::size_t Session<Stream>::send_now(std::string_view first, std::string_view second) {
  if constexpr (is_tls) {
    return 0;
  } else {
    const std::array<asio::const_buffer, 2> parts{asio::buffer(first), asio::buffer(second)};
    ErrorCode error;  // would_block, or one that the next write will see again
    return stream_.write_some(parts, error);
  }
}

template <class Stream>
Awaitable<bool> Session<Stream>::send_later(std::string_view first, std::string_view second) {
  const auto last = SteadyClock::now() + options().write_total_timeout;
  while (!first.empty() || !second.empty()) {
    wait_until(SessionPhase::writing, std::min(last, SteadyClock::now() + options().write_timeout));
    const std::array<asio::const_buffer, 2> parts{asio::buffer(first), asio::buffer(second)};
    ErrorCode error;
    const std::size_t sent =
        co_await stream_.async_write_some(parts, asio::redirect_error(use_awaitable, error));
    if (error) {
      aborted_ = true;  // half an answer: nothing sensible can follow on this connection
      co_return false;
    }
    const std::size_t of_first = std::min(sent, first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(sent - of_first);
  }
  co_return true;
}

template <class Stream>
Awaitable<void> Session<Stream>::refuse_request() {
  HttpResponse problem;
  if (parser_.state() == HttpParseState::headers_too_large) {
    problem = http_problem(431, "headers_too_large", "the header is larger than the limit");
  } else if (parser_.state() == HttpParseState::body_too_large) {
    problem = http_problem(413, "body_too_large", "the body is larger than the limit");
  } else if (parser_.state() == HttpParseState::no_room) {
    problem = http_problem(503, "overloaded", "too many bodies are under way");
    problem.headers.emplace_back("Retry-After", "1");
  } else {
    problem = http_problem(400, "invalid_request", parser_.problem());
  }
  co_await refuse(problem);
}

template <class Stream>
Awaitable<void> Session<Stream>::refuse(const HttpResponse& problem) {
  linger_ = true;
  co_await send(problem, HttpConnectionMode::close, false);
  shared_.handler.observe(
      {problem.status, true, std::chrono::nanoseconds(0), 0, problem.body.size()});
}

template <class Stream>
Awaitable<void> Session<Stream>::drop_input() {
  ErrorCode error;
  for (std::size_t dropped = 0; !error && !aborted_ && !timed_out && dropped < linger_bytes_max;) {
    const auto room = asio::buffer(buffer_.data(), buffer_.size());
    dropped += co_await stream_.async_read_some(room, asio::redirect_error(use_awaitable, error));
  }
}

template <class Stream>
Awaitable<void> Session<Stream>::close() {
  ErrorCode error;
  wait_for(SessionPhase::closing, options().linger_timeout);
  if constexpr (is_tls) {
    if (linger_) co_await drop_input();
    if (!aborted_ && !timed_out) {
      co_await stream_.async_shutdown(asio::redirect_error(use_awaitable, error));
    }
  } else {
    stream_.shutdown(Socket::shutdown_send, error);
    if (linger_ && !error) co_await drop_input();
  }
}

}  // namespace florin::http_detail
