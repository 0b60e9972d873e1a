// See wire_faults.hpp.
#include "apps/florin_psp/shell/wire_faults.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <string_view>

#include "apps/florin_psp/core/object_json.hpp"
#include "apps/florin_psp/shell/http_server.hpp"
#include "apps/florin_psp/shell/socket_io.hpp"

namespace florin::sandbox {
namespace {

constexpr int step_ms = 200;  // how late a stop is noticed

std::string_view reason_of(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 303: return "See Other";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    default: return "Status";
  }
}

// Says nothing until the caller goes.
void hang(int socket, const std::atomic<bool>& is_stopping) {
  std::string ignored;
  for (int waited = 0; waited < HttpServer::hang_max_ms && !is_stopping; waited += step_ms) {
    pollfd waiting{socket, POLLIN | POLLRDHUP, 0};
    if (::poll(&waiting, 1, step_ms) <= 0) continue;
    if (!receive_more(socket, ignored, step_ms)) return;
  }
}

// close() will send RST instead of FIN.
void reset_on_close(int socket) {
  const ::linger now{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

std::string without_line_breaks(std::string_view text) {
  std::string clean(text);
  for (char& c : clean)
    if (c == '\r' || c == '\n') c = ' ';
  return clean;
}

}  // namespace

std::string wire_text(const Reply& reply, bool keep_alive) {
  const Answer& answer = reply.answer;
  std::string text = "HTTP/1.1 " + std::to_string(answer.status) + ' ' +
                     std::string(reason_of(answer.status)) + "\r\n";
  const auto field = [&](std::string_view name, std::string_view value) {
    text += std::string(name) + ": " + without_line_breaks(value) + "\r\n";
  };
  field("Content-Type", answer.content_type);
  field("Content-Length", std::to_string(answer.body.size()));
  field("Cache-Control", "no-store");
  field("Connection", keep_alive ? "keep-alive" : "close");
  if (!reply.request_id.empty()) field("Request-Id", reply.request_id);
  field("Stripe-Version", api_version);
  for (const auto& [name, value] : answer.headers) field(name, value);
  return text + "\r\n" + answer.body;
}

bool carry_out(int socket, const Reply& reply, bool keep_alive,
               const std::atomic<bool>& is_stopping) {
  const auto part = [&] {
    const std::string text = wire_text(reply, keep_alive);
    send_all(socket, std::string_view(text).substr(0, text.size() - reply.answer.body.size() / 2));
  };
  switch (reply.fault.kind) {
    case FaultKind::hang_before:
    case FaultKind::hang_after:
    case FaultKind::risk_silent: hang(socket, is_stopping); return false;
    case FaultKind::reset_before:
    case FaultKind::reset_after: reset_on_close(socket); return false;
    case FaultKind::close_before:
    case FaultKind::close_after: return false;
    case FaultKind::cut: part(); return false;
    case FaultKind::stall:
      part();
      hang(socket, is_stopping);
      return false;
    case FaultKind::none:
    case FaultKind::unavailable:
    case FaultKind::bad_gateway:
    case FaultKind::throttled:
    case FaultKind::unauthorized:
    case FaultKind::status:
    case FaultKind::error_500:
    case FaultKind::slow:
    case FaultKind::empty:
    case FaultKind::html:
    case FaultKind::webhook_late:
    case FaultKind::webhook_twice:
    case FaultKind::webhook_reordered:
    case FaultKind::webhook_contradictory:
    case FaultKind::webhook_lost:
    case FaultKind::risk_deny:
    case FaultKind::risk_review: break;
  }
  return send_all(socket, wire_text(reply, keep_alive));
}

}  // namespace florin::sandbox
