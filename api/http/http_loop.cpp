// Event loop thread: deadlines are looked at in one sweep every few milliseconds, because arming a timer
// for each read and write costs more than the read.
#include "api/http/http_loop.hpp"

#include <algorithm>
#include <ctime>

#include <boost/asio/post.hpp>

#include "api/http/http_answer_text.hpp"

namespace florin::http_detail {
namespace {

// Nothing of a request has arrived yet.
bool is_before_request(SessionPhase phase) noexcept {
  return phase == SessionPhase::handshake || phase == SessionPhase::idle;
}

}  // namespace

void HttpExchange::respond(HttpResponse response) {
  response_ = std::move(response);
  if (state_.exchange(State::answered, std::memory_order_acq_rel) == State::asleep) {
    loop_->resume_soon(shared_from_this());
  }
}

void HttpExchange::dropped() {
  respond(http_problem(500, "internal_error", "the request was lost inside the server", "unknown"));
}

// Stores the coroutine, then offers it. An answer that came in between is delivered through the queue: the
// coroutine must not be resumed while it is still being suspended.
struct HttpExchange::FallAsleep {
  HttpExchange* exchange;
  template <class Handler>
  void operator()(Handler&& handler) const {
    exchange->sleeper_.emplace(std::forward<Handler>(handler));
    State expected = State::with_handler;
    if (!exchange->state_.compare_exchange_strong(expected, State::asleep,
                                                  std::memory_order_acq_rel)) {
      exchange->loop_->resume_soon(exchange->shared_from_this());
    }
  }
};

Awaitable<void> HttpExchange::answered() {
  return asio::async_initiate<const Token, void()>(FallAsleep{this}, use_awaitable);
}

bool HttpExchange::abandon() {
  State expected = State::asleep;
  if (!state_.compare_exchange_strong(expected, State::abandoned, std::memory_order_acq_rel))
    return false;
  resume();
  return true;
}

void HttpExchange::resume() {
  Sleeper sleeper = std::move(*sleeper_);
  sleeper_.reset();
  sleeper();
}

HttpLoop::HttpLoop(std::chrono::milliseconds look_every) : look_every_(look_every) {}

void HttpLoop::start() {
  look_at_deadlines();
  thread_ = std::thread([this] { io_.run(); });
}

void HttpLoop::finish() {
  asio::post(executor(), [this] {
    look_every_ = std::chrono::milliseconds(0);
    look_timer_.cancel();
    work_.reset();
  });
  if (thread_.joinable()) thread_.join();
}

void HttpLoop::add(HttpSession& session) {
  session.slot = sessions_.size();
  sessions_.push_back(&session);
}

void HttpLoop::remove(HttpSession& session) {
  sessions_.back()->slot = session.slot;
  sessions_[session.slot] = sessions_.back();
  sessions_.pop_back();
}

void HttpLoop::close_idle() {
  asio::post(executor(), [self = shared_from_this()] {
    for (HttpSession* session : self->sessions_) {
      if (is_before_request(session->phase)) session->cancel_waits();
    }
  });
}

void HttpLoop::abort_all(std::atomic<bool>& cut_off) {
  asio::post(executor(), [self = shared_from_this(), &cut_off] {
    const std::vector<HttpSession*> sessions = self->sessions_;  // an abort may remove its session
    for (HttpSession* session : sessions) {
      const SessionPhase phase = session->phase;
      if (!is_before_request(phase) && phase != SessionPhase::closing) cut_off = true;
      session->abort();
    }
  });
}

void HttpLoop::look_at_deadlines() {
  const auto now = SteadyClock::now();
  for (HttpSession* session : sessions_) {
    if (session->deadline > now) continue;
    session->timed_out = true;
    session->cancel_waits();
  }
  if (look_every_.count() == 0) return;
  look_timer_.expires_after(look_every_);
  look_timer_.async_wait([this](const ErrorCode& error) {
    if (!error) look_at_deadlines();
  });
}

void HttpLoop::resume_soon(std::shared_ptr<HttpExchange> exchange) {
  bool first = false;
  {
    const std::lock_guard lock(answered_mutex_);
    first = answered_.empty();
    answered_.push_back(std::move(exchange));
  }
  if (first) asio::post(executor(), [this] { resume_answered(); });
}

void HttpLoop::resume_answered() {
  {
    const std::lock_guard lock(answered_mutex_);
    resuming_.swap(answered_);
  }
  for (const auto& exchange : resuming_) exchange->resume();
  resuming_.clear();
}

const std::string& HttpLoop::date() {
  const std::int64_t second = std::time(nullptr);
  if (second != date_second_) {
    date_second_ = second;
    date_ = http_date(second);
  }
  return date_;
}

}  // namespace florin::http_detail
