// See http_client.hpp.
#include "apps/client/http_client.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "apps/client/http_message.hpp"

namespace florin::client {

namespace {
Error unreachable(const ServerAddress& address, std::string_view reason) {
  return {Errc::unavailable, "cannot reach " + address.authority + ": " + std::string(reason)};
}

void set_socket_options(int socket, int timeout_s) {
  const timeval timeout{timeout_s, 0};
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);  // bounds connect() too
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}
}  // namespace

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

Result<int, Error> connect_to(const ServerAddress& address, int timeout_s) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int rc = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found);
      rc != 0)
    return Err{unreachable(address, ::gai_strerror(rc))};
  int last_errno = 0;
  int connected = -1;
  for (const addrinfo* a = found; a != nullptr && connected < 0; a = a->ai_next) {
    const int candidate = ::socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
    if (candidate < 0) {
      last_errno = errno;
      continue;
    }
    set_socket_options(candidate, timeout_s);
    if (::connect(candidate, a->ai_addr, a->ai_addrlen) == 0) {
      connected = candidate;
    } else {
      last_errno = errno;
      ::close(candidate);
    }
  }
  ::freeaddrinfo(found);
  if (connected < 0) return Err{unreachable(address, std::strerror(last_errno))};
  return connected;
}

HttpClient::~HttpClient() { disconnect(); }

void HttpClient::disconnect() noexcept {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

Result<HttpReply, Error> HttpClient::request(std::string_view method, std::string_view target,
                                             std::string_view body) {
  if (socket_ >= 0) {  // a server may have closed the idle connection: look before we send
    char byte = 0;
    const ssize_t peeked = ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (peeked >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) disconnect();
  }
  if (socket_ < 0) {
    auto connected = connect_to(address_, timeout_s_);
    if (!connected) return Err{connected.error()};
    socket_ = *connected;
  }
  std::string bytes;
  append_request(bytes, method, target, address_.authority, body);
  // A server may answer (413, say) and close before it has read all: so read even when sending failed.
  const bool sent = send_all(socket_, bytes);
  const std::string send_reason = sent ? "" : std::strerror(errno);
  auto reply = receive();
  if (!reply) disconnect();
  if (!reply && !sent) return Err{unreachable(address_, "sending: " + send_reason)};
  return reply;
}

Result<HttpReply, Error> HttpClient::receive() {
  std::string data;
  HttpAnswerParser parser;
  char chunk[32 * 1024];
  for (;;) {
    const ssize_t got = ::recv(socket_, chunk, sizeof chunk, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0)
      return Err{unreachable(address_, "the server closed the connection before its answer")};
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return Err{unreachable(address_, "no answer within " + std::to_string(timeout_s_) + " s")};
    if (got < 0) return Err{unreachable(address_, std::strerror(errno))};
    data.append(chunk, static_cast<std::size_t>(got));
    const auto outcome = parser.parse(data);
    if (outcome == HttpAnswerParser::Outcome::malformed)
      return Err{unreachable(address_, "the answer is not HTTP/1.1 with Content-Length")};
    if (outcome == HttpAnswerParser::Outcome::need_more) continue;
    const HttpAnswer& answer = parser.answer();
    HttpReply reply{answer.status, answer.retry_after_s, answer.replayed, std::string(answer.body)};
    if (answer.close) disconnect();
    return reply;
  }
}

}  // namespace florin::client
