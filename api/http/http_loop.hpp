// Inside of the server, shared by its .cpp files only (Asio types): a thread with its event loop, the
// connections it serves, their deadlines, and the way back for answers from other threads.
//
// Thread rule: a connection belongs to one loop; everything of it is touched by that loop's thread only,
// except HttpExchange::respond. There are no locks and no strands on the way of a request but one mutex
// around the queue of answers.
#pragma once

#include <utility>  // before Asio 1.74, which forgets it

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/http/http_handler.hpp"

namespace florin::http_detail {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;
using Token = asio::use_awaitable_t<Executor>;
template <class T>
using Awaitable = asio::awaitable<T, Executor>;

inline constexpr Token use_awaitable{};

class HttpLoop;

// One request in the hands of the handler: the coroutine of its connection sleeps here until the answer.
// One per connection, used again for each request.
class HttpExchange final : public HttpResponseSink,
                           public std::enable_shared_from_this<HttpExchange> {
 public:
  explicit HttpExchange(std::shared_ptr<HttpLoop> loop) : loop_(std::move(loop)) {}

  // Any thread, once per request. May come after the connection, even the server, has gone.
  void respond(HttpResponse response) override;
  void dropped() override;

  // The loop's thread only.
  void begin() { state_.store(State::with_handler, std::memory_order_relaxed); }
  [[nodiscard]] bool is_answered() const {
    return state_.load(std::memory_order_acquire) == State::answered;
  }
  // NOT a coroutine: g++ 12 destroys lambdas in co_await twice
  [[nodiscard]] Awaitable<void> answered();
  [[nodiscard]] HttpResponse& response() noexcept { return response_; }
  // Wakes the coroutine without an answer, if it sleeps here and none is on its way. True if it did.
  bool abandon();
  void resume();

 private:
  enum class State { with_handler, asleep, answered, abandoned };
  using Sleeper = asio::async_result<Token, void()>::handler_type;
  struct FallAsleep;

  std::atomic<State> state_{State::with_handler};
  HttpResponse response_;
  std::optional<Sleeper> sleeper_;
  std::shared_ptr<HttpLoop> loop_;
};

enum class SessionPhase { handshake, idle, reading, with_handler, writing, closing };

// A connection as its loop sees it.
class HttpSession {
 public:
  virtual ~HttpSession() = default;
  virtual void cancel_waits() = 0;  // reads and writes in progress end with operation_aborted
  virtual void abort() = 0;  // ends the connection now; may destroy the session before it returns

  SessionPhase phase = SessionPhase::handshake;
  SteadyClock::time_point deadline = SteadyClock::time_point::max();
  bool timed_out = false;
  std::size_t slot = 0;  // in the loop's list
};

class HttpLoop : public std::enable_shared_from_this<HttpLoop> {
 public:
  explicit HttpLoop(std::chrono::milliseconds look_every);

  void start();
  // Ends when the last coroutine has ended; joins.
  void finish();

  [[nodiscard]] Executor executor() { return io_.get_executor(); }
  [[nodiscard]] bool is_this_thread() { return executor().running_in_this_thread(); }

  void add(HttpSession& session);
  void remove(HttpSession& session);
  void close_idle();                           // any thread
  void abort_all(std::atomic<bool>& cut_off);  // any thread; sets cut_off if a request was lost
  void resume_soon(std::shared_ptr<HttpExchange> exchange);  // any thread
  [[nodiscard]] const std::string& date();                   // of now, made once a second

 private:
  void look_at_deadlines();
  void resume_answered();

  asio::io_context io_{1};
  asio::executor_work_guard<Executor> work_{io_.get_executor()};
  Timer look_timer_{io_.get_executor()};
  std::chrono::milliseconds look_every_;
  std::vector<HttpSession*> sessions_;
  std::int64_t date_second_ = 0;
  std::string date_;
  std::thread thread_;

  std::mutex answered_mutex_;
  std::vector<std::shared_ptr<HttpExchange>> answered_;
  std::vector<std::shared_ptr<HttpExchange>> resuming_;  // loop's thread only
};

}  // namespace florin::http_detail
