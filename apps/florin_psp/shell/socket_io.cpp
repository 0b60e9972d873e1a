// See socket_io.hpp.
#include "apps/florin_psp/shell/socket_io.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace florin::sandbox {
namespace {

constexpr int linger_ms = 1'000;
constexpr std::size_t linger_bytes_max = std::size_t{16} * 1024 * 1024;

}  // namespace

bool receive_more(int socket, std::string& input, int timeout_ms) {
  pollfd waiting{socket, POLLIN, 0};
  if (::poll(&waiting, 1, timeout_ms) <= 0) return false;
  char chunk[16 * 1024];
  ssize_t got = 0;
  do got = ::recv(socket, chunk, sizeof chunk, 0);
  while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  input.append(chunk, static_cast<std::size_t>(got));
  return true;
}

void linger(int socket) {
  ::shutdown(socket, SHUT_WR);
  std::string ignored;
  while (ignored.size() < linger_bytes_max && receive_more(socket, ignored, linger_ms)) {}
}

}  // namespace florin::sandbox
