// See http_server.hpp.
#include "apps/florin_psp/shell/http_server.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "api/http/http_request_parser.hpp"
#include "apps/florin_psp/shell/socket_io.hpp"
#include "apps/florin_psp/shell/wire_faults.hpp"
#include "apps/florin_psp/wire/stripe_error.hpp"

namespace florin::sandbox {
namespace {

constexpr int poll_step_ms = 200;  // how late a stop is noticed

Err<Error> bad_listen(const std::string& listen, std::string_view why) {
  return Err{Error{Errc::invalid,
                   "cannot listen on " + listen + ": " + std::string(why) + " (want ip:port)"}};
}

std::string address_of(int listener) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  char host[NI_MAXHOST], port[NI_MAXSERV];
  if (::getsockname(listener, reinterpret_cast<sockaddr*>(&bound), &size) != 0 ||
      ::getnameinfo(reinterpret_cast<sockaddr*>(&bound), size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return {};
  const std::string ip = host;
  return (bound.ss_family == AF_INET6 ? "[" + ip + "]" : ip) + ":" + port;
}

// The listening socket.
Result<int, Error> listen_on(const std::string& listen) {
  const auto colon = listen.rfind(':');
  if (colon == std::string::npos) return bad_listen(listen, "no port");
  std::string host = listen.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  if (const int rc = ::getaddrinfo(host.c_str(), listen.c_str() + colon + 1, &hints, &found);
      rc != 0)
    return bad_listen(listen, ::gai_strerror(rc));
  const int socket = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool is_bound =
      ::bind(socket, found->ai_addr, found->ai_addrlen) == 0 && ::listen(socket, SOMAXCONN) == 0;
  const int reason = errno;
  ::freeaddrinfo(found);
  if (is_bound) return socket;
  ::close(socket);
  return Err{Error{Errc::io, "cannot listen on " + listen + ": " + std::strerror(reason)}};
}

Call call_of(const HttpRequest& request, const std::string& public_url,
             const std::string& address) {
  Call call;
  call.method = request.method_name;
  call.path = request.path();
  call.query = request.query();
  call.body = request.body;
  call.authorization = request.headers.find("Authorization");
  call.idempotency_key = request.headers.find("Idempotency-Key");
  const std::string_view host = request.headers.find("Host");
  call.base_url =
      !public_url.empty() ? public_url : "http://" + (host.empty() ? address : std::string(host));
  return call;
}

Answer refusal_of(HttpParseState state, std::string_view problem) {
  switch (state) {
    case HttpParseState::headers_too_large:
      return to_answer(http_refusal(431, "The header of the request is too large."));
    case HttpParseState::body_too_large:
      return to_answer(http_refusal(413, "The body of the request is too large."));
    case HttpParseState::no_room: return to_answer(http_refusal(503, "Too many large bodies."));
    case HttpParseState::bad_request:
    case HttpParseState::need_header:
    case HttpParseState::need_body:
    case HttpParseState::complete: break;
  }
  return to_answer(http_refusal(400, problem));
}

}  // namespace

Result<std::unique_ptr<HttpServer>, Error> HttpServer::start(const std::string& listen,
                                                             const std::string& public_url,
                                                             Handler handler) {
  FLORIN_TRY(listener, listen_on(listen));
  std::unique_ptr<HttpServer> server(
      new HttpServer(listener, address_of(listener), public_url, std::move(handler)));
  server->acceptor_ = std::thread([raw = server.get()] { raw->accept_all(); });
  return server;
}

HttpServer::~HttpServer() { stop(); }

void HttpServer::stop() {
  if (is_stopping_.exchange(true)) return;
  acceptor_.join();
  ::close(listener_);
  std::unique_lock lock(mutex_);
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  ended_.wait(lock, [this] { return sockets_.empty(); });
}

void HttpServer::accept_all() {
  while (!is_stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, poll_step_ms) <= 0) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval write_timeout{10, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &write_timeout, sizeof write_timeout);
    const std::lock_guard lock(mutex_);
    if (sockets_.size() >= connections_max) {
      const Answer refusal = to_answer(http_refusal(503, "Too many connections."));
      send_all(socket, wire_text({refusal, {}, {}}, false));
      ::close(socket);
      continue;
    }
    sockets_.insert(socket);
    std::thread([this, socket] { serve(socket); }).detach();  // stop() waits for sockets_
  }
}

void HttpServer::serve(int socket) {
  std::string input;
  while (!is_stopping_ && answer_one(socket, input)) {}
  forget(socket);
}

// The last thing that a connection's thread does with the server.
void HttpServer::forget(int socket) {
  const std::lock_guard lock(mutex_);
  ::close(socket);
  sockets_.erase(socket);
  ended_.notify_all();
}

// Reads a request and answers it; `input`: bytes that are already there. False: the connection ends.
bool HttpServer::answer_one(int socket, std::string& input) {
  HttpRequestParser parser(header_bytes_max, body_bytes_max,
                           std::make_shared<BodyBudget>(body_bytes_max + 1024));
  bool has_continued = false;
  for (;;) {
    std::size_t taken = 0;
    do {  // it stops behind the header, and the body may be there already
      taken = parser.parse(input);
      input.erase(0, taken);
    } while (taken != 0 && !input.empty() && parser.state() == HttpParseState::need_body);
    if (parser.state() == HttpParseState::complete) break;
    if (parser.state() == HttpParseState::need_body && parser.expects_continue() &&
        !has_continued) {
      has_continued = true;
      if (!send_all(socket, "HTTP/1.1 100 Continue\r\n\r\n")) return false;
    }
    if (parser.state() != HttpParseState::need_header &&
        parser.state() != HttpParseState::need_body) {
      const Answer refusal = refusal_of(parser.state(), parser.problem());
      send_all(socket, wire_text({refusal, {}, {}}, false));
      linger(socket);
      return false;
    }
    if (!receive_more(socket, input, idle_timeout_ms)) return false;
  }
  const bool keep_alive = parser.keep_alive();
  const Reply reply = handler_(call_of(parser.take(), public_url_, address_));
  return carry_out(socket, reply, keep_alive, is_stopping_) && keep_alive;
}

}  // namespace florin::sandbox
