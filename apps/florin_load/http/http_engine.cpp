// See http_engine.hpp. Costs per request, one in flight per connection: one send, one recv, a share of one
// epoll_wait; with pipelining or batches the system calls are shared too.
#include "apps/florin_load/http/http_engine.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "apps/client/http_client.hpp"
#include "apps/client/json_text.hpp"
#include "base/assert.hpp"

namespace florin::load {

namespace {
constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t reconnect_after_ns = 100 * ms;
constexpr std::int64_t housekeeping_every_ns = 50 * ms;
constexpr std::int64_t wait_ns_max = 100 * ms;
constexpr std::int64_t connect_ns_max = 2'000 * ms;  // then the next node, if there is one
// then the connection looks whether its own node is back
constexpr std::int64_t away_ns_max = 5'000 * ms;
constexpr int status_unavailable = 503, status_timeout = 504;
constexpr std::size_t receive_bytes = 256 * 1024;
constexpr int events_max = 256;

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void prepare(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
}

int wait_for_events(int epoll, epoll_event* events, std::int64_t wait_ns) {
  const timespec wait{wait_ns / 1'000'000'000, wait_ns % 1'000'000'000};
  const int n = ::epoll_pwait2(epoll, events, events_max, &wait, nullptr);
  if (n >= 0 || errno != ENOSYS) return n;
  return ::epoll_wait(epoll, events, events_max,
                      static_cast<int>(wait_ns / ms));  // Linux before 5.11
}
}  // namespace

std::int64_t monotonic_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

bool another_may_serve(const client::HttpAnswer& answer) noexcept {
  if (answer.status == status_timeout) return true;
  return answer.status == status_unavailable &&
         client::peek_string(answer.body, "code") != "overloaded";
}

HttpEngine::HttpEngine(std::vector<client::ServerAddress> nodes, Options options)
    : nodes_(std::move(nodes)),
      answers_(nodes_.size()),
      options_(options),
      alive_ns_(monotonic_ns()),
      connections_(options.connections),
      received_(receive_bytes) {
  for (std::size_t i = 0; i < connections_.size(); ++i) connections_[i].node = home_of(i);
}

HttpEngine::~HttpEngine() {
  for (const Connection& c : connections_)
    if (c.socket >= 0) ::close(c.socket);
  if (epoll_ >= 0) ::close(epoll_);
}

Result<std::unique_ptr<HttpEngine>, Error> HttpEngine::open(
    std::vector<client::ServerAddress> nodes, Options options) {
  FLORIN_ASSERT(options.connections > 0 && !nodes.empty());
  raise_file_limit();
  std::unique_ptr<HttpEngine> engine(new HttpEngine(std::move(nodes), options));
  if (auto connected = engine->connect_all(); !connected) return Err{connected.error()};
  return engine;
}

Result<Unit, Error> HttpEngine::connect_all() {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0)
    return Err{Error{Errc::io, std::string("epoll_create1: ") + std::strerror(errno)}};
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    auto socket = connect_first(connections_[i]);
    if (!socket) return Err{socket.error()};
    adopt(i, *socket);
    watch(i, EPOLLIN, EPOLL_CTL_ADD);
  }
  return Unit{};
}

// To its own node, or to the first after it that can be reached.
Result<int, Error> HttpEngine::connect_first(Connection& c) {
  for (std::size_t tried = 1;; ++tried) {
    auto socket = client::connect_to(nodes_[c.node], 5);
    if (socket || tried == nodes_.size()) return socket;
    c.node = node_after(c);
  }
}

void HttpEngine::adopt(std::size_t index, int socket) {
  Connection& c = connections_[index];
  prepare(socket);
  c.socket = socket;
  c.state = State::open;
  c.connect_ns = monotonic_ns();
  ++open_;
  offer(index);
}

void HttpEngine::watch(std::size_t index, std::uint32_t events, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = index;
  ::epoll_ctl(epoll_, operation, connections_[index].socket, &event);
}

void HttpEngine::set_depth(std::size_t depth) {
  depth_ = std::max<std::size_t>(1, depth);
  for (std::size_t i = 0; i < connections_.size(); ++i) offer(i);
}

// Puts a connection that can take a request into ready_, once.
void HttpEngine::offer(std::size_t index) {
  Connection& c = connections_[index];
  if (c.in_ready || c.leaving || c.state != State::open || c.sent.size() >= depth_) return;
  c.in_ready = true;
  ready_.push_back(index);
}

bool HttpEngine::has_room() {
  while (!ready_.empty()) {
    Connection& c = connections_[ready_.front()];
    if (c.state == State::open && !c.leaving && c.sent.size() < depth_) return true;
    c.in_ready = false;
    ready_.pop_front();
  }
  return false;
}

std::string& HttpEngine::begin(std::uint64_t tag, std::int64_t now_ns) {
  FLORIN_ASSERT(!ready_.empty());
  const std::size_t index = ready_.front();
  Connection& c = connections_[index];
  ready_.pop_front();
  c.in_ready = false;
  if (in_flight_ == 0) alive_ns_ = std::max(alive_ns_, now_ns);
  ++in_flight_;
  c.sent.push_back({tag, now_ns});
  offer(index);
  if (!c.dirty) {
    c.dirty = true;
    dirty_.push_back(index);
  }
  return c.out;
}

std::int64_t HttpEngine::silent_ns(std::int64_t now_ns) const noexcept {
  return in_flight_ == 0 && open_ != 0 ? 0 : now_ns - alive_ns_;
}

void HttpEngine::poll(std::int64_t wake_ns, AnswerHandler& handler) {
  for (std::size_t i = 0; i < dirty_.size(); ++i) {
    connections_[dirty_[i]].dirty = false;
    flush(dirty_[i], handler);
  }
  dirty_.clear();
  const std::int64_t now = monotonic_ns();
  if (now >= housekeeping_ns_) housekeeping(now, handler);

  epoll_event events[events_max];
  const std::int64_t wait = std::clamp<std::int64_t>(wake_ns - now, 0, wait_ns_max);
  const int n = wait_for_events(epoll_, events, wait);
  for (int e = 0; e < n; ++e) {
    const auto index = static_cast<std::size_t>(events[e].data.u64);
    const std::uint32_t what = events[e].events;
    if (connections_[index].state == State::connecting) {
      on_connected(index, monotonic_ns());
      continue;
    }
    if ((what & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive(index, handler);
    if ((what & EPOLLOUT) != 0 && connections_[index].state == State::open) flush(index, handler);
  }
}

void HttpEngine::housekeeping(std::int64_t now_ns, AnswerHandler& handler) {
  housekeeping_ns_ = now_ns + housekeeping_every_ns;
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    Connection& c = connections_[i];
    if (!c.sent.empty() && now_ns - c.sent.front().sent_ns > options_.timeout_ns) drop(i, handler);
    if (c.state == State::connecting && nodes_.size() > 1 && now_ns - c.connect_ns > connect_ns_max)
      connect_failed(c, now_ns);
    if (c.state == State::open && c.node != home_of(i) && now_ns - c.connect_ns > away_ns_max) {
      c.leaving = true;
      c.next = home_of(i);
      if (c.sent.empty()) drop(i, handler);
    }
    if (c.state == State::down && now_ns >= c.reconnect_ns) reconnect(i, now_ns);
  }
}

void HttpEngine::reconnect(std::size_t index, std::int64_t now_ns) {
  Connection& c = connections_[index];
  c.reconnect_ns = now_ns + reconnect_after_ns;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(nodes_[c.node].host.c_str(), nodes_[c.node].port.c_str(), &hints, &found) != 0)
    return;
  const int socket = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, found->ai_protocol);
  if (socket >= 0) {
    prepare(socket);
    const bool started =
        ::connect(socket, found->ai_addr, found->ai_addrlen) == 0 || errno == EINPROGRESS;
    if (started) {
      c.socket = socket;
      c.state = State::connecting;
      c.connect_ns = now_ns;
      watch(index, EPOLLOUT, EPOLL_CTL_ADD);
    } else {
      ::close(socket);
    }
  }
  ::freeaddrinfo(found);
}

void HttpEngine::on_connected(std::size_t index, std::int64_t now_ns) {
  Connection& c = connections_[index];
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(c.socket, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return connect_failed(c, now_ns);
  watch(index, EPOLLIN, EPOLL_CTL_MOD);
  c.state = State::open;
  c.connect_ns = now_ns;
  ++open_;
  offer(index);
}

void HttpEngine::connect_failed(Connection& c, std::int64_t now_ns) {
  ::close(c.socket);
  c.socket = -1;
  c.state = State::down;
  c.node = node_after(c);
  c.reconnect_ns = now_ns + reconnect_after_ns;
}

void HttpEngine::flush(std::size_t index, AnswerHandler& handler) {
  Connection& c = connections_[index];
  while (c.state == State::open && c.written < c.out.size()) {
    const ssize_t sent =
        ::send(c.socket, c.out.data() + c.written, c.out.size() - c.written, MSG_NOSIGNAL);
    if (sent > 0) {
      c.written += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!c.waits_to_write) watch(index, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
      c.waits_to_write = true;
      return;
    } else if (errno != EINTR) {
      drop(index, handler);
      return;
    }
  }
  if (c.waits_to_write && c.state == State::open) watch(index, EPOLLIN, EPOLL_CTL_MOD);
  c.waits_to_write = false;
  c.out.clear();
  c.written = 0;
}

void HttpEngine::receive(std::size_t index, AnswerHandler& handler) {
  Connection& c = connections_[index];
  for (;;) {
    const ssize_t got = ::recv(c.socket, received_.data(), received_.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (got <= 0) return drop(index, handler);

    std::string_view data(received_.data(), static_cast<std::size_t>(got));
    const bool continued = !c.in.empty();
    if (continued) data = c.in.append(data);
    std::size_t consumed = 0;
    if (!parse(index, data, consumed, handler)) return drop(index, handler);
    if (continued)
      c.in.erase(0, consumed);
    else
      c.in.assign(data.substr(consumed));
    if (static_cast<std::size_t>(got) < received_.size()) return;  // the socket is empty now
  }
}

// False: the connection cannot be used any more (malformed, unasked, the server closes it, or it goes elsewhere).
bool HttpEngine::parse(std::size_t index, std::string_view data, std::size_t& consumed,
                       AnswerHandler& handler) {
  Connection& c = connections_[index];
  while (consumed < data.size()) {
    const auto outcome = c.parser.parse(data.substr(consumed));
    if (outcome == client::HttpAnswerParser::Outcome::need_more) return true;
    if (outcome == client::HttpAnswerParser::Outcome::malformed || c.sent.empty()) return false;
    const Sent sent = c.sent.front();
    c.sent.pop_front();
    --in_flight_;
    alive_ns_ = monotonic_ns();
    handler.on_answer(sent.tag, c.parser.answer(), alive_ns_);
    const bool close = c.parser.answer().close;
    ++answers_[c.node];
    if (nodes_.size() > 1 && !c.leaving && another_may_serve(c.parser.answer())) {
      c.leaving = true;
      c.next = node_after(c);
    }
    consumed += c.parser.consumed();
    c.parser.reset();
    if (close || (c.leaving && c.sent.empty())) return false;
    offer(index);
  }
  return true;
}

void HttpEngine::drop(std::size_t index, AnswerHandler& handler) {
  Connection& c = connections_[index];
  if (c.state != State::open) return;
  ::close(c.socket);
  c.socket = -1;
  c.state = State::down;
  --open_;
  if (!c.sent.empty()) ++lost_connections_;
  c.reconnect_ns = monotonic_ns() + (c.sent.empty() || nodes_.size() > 1 ? 0 : reconnect_after_ns);
  c.node = c.leaving ? c.next : node_after(c);
  c.leaving = false;
  c.waits_to_write = false;
  c.out.clear();
  c.written = 0;
  c.in.clear();
  c.parser.reset();
  std::deque<Sent> lost;
  lost.swap(c.sent);
  in_flight_ -= lost.size();
  for (const Sent& sent : lost) handler.on_lost(sent.tag, monotonic_ns());
}

}  // namespace florin::load
