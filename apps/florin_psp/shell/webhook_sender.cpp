// See webhook_sender.hpp.
#include "apps/florin_psp/shell/webhook_sender.hpp"

#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <string_view>

#include "apps/client/url.hpp"
#include "apps/florin_psp/shell/socket_io.hpp"
#include "apps/florin_psp/wire/signature.hpp"

namespace florin::sandbox {
namespace {

constexpr std::size_t answer_bytes_max = 16 * 1024;

struct Target {
  client::ServerAddress address;
  std::string path = "/";
};

// Of an http:// address, which is all that endpoints have.
Result<Target, Error> target_of(const std::string& url) {
  constexpr std::size_t scheme_size = std::string_view("http://").size();
  const auto path_at = url.find('/', scheme_size);
  std::string server = url.substr(0, path_at);
  if (server.find(':', scheme_size) == std::string::npos) server += ":80";
  FLORIN_TRY(address, client::parse_url(server));
  Target target{address, "/"};
  if (path_at != std::string::npos) target.path = url.substr(path_at);
  return target;
}

std::string request_text(const Target& target, const WebhookToSend& webhook, std::int64_t now_s) {
  return "POST " + target.path + " HTTP/1.1\r\nHost: " + target.address.authority +
         "\r\nUser-Agent: florin-psp/1\r\nContent-Type: application/json; charset=utf-8\r\n"
         "Stripe-Signature: " +
         stripe_signature(webhook.secret, now_s, webhook.body) +
         "\r\nContent-Length: " + std::to_string(webhook.body.size()) +
         "\r\nConnection: close\r\n\r\n" + webhook.body;
}

// The status of the answer's first line; 0: there is none.
int receive_status(int socket, int timeout_s) {
  std::string text;
  while (text.find('\n') == std::string::npos && text.size() < answer_bytes_max)
    if (!receive_more(socket, text, timeout_s * 1'000)) return 0;
  if (!text.starts_with("HTTP/1.") || text.size() < 12) return 0;
  return std::atoi(text.c_str() + 9);
}

}  // namespace

bool send_webhook(const WebhookToSend& webhook, std::int64_t now_s, int timeout_s) {
  const auto target = target_of(webhook.url);
  if (!target) return false;
  const auto socket = client::connect_to(target->address, timeout_s);
  if (!socket) return false;
  const bool is_sent = send_all(*socket, request_text(*target, webhook, now_s));
  const int status = is_sent ? receive_status(*socket, timeout_s) : 0;
  ::close(*socket);
  return status >= 200 && status < 300;
}

WebhookSender::WebhookSender(Service& service) {
  for (int i = 0; i < threads; ++i)
    threads_.emplace_back([&service] {
      for (;;) {
        const auto webhooks = service.wait_for_webhooks(1);
        if (webhooks.empty()) return;
        for (const WebhookToSend& webhook : webhooks)
          service.report(webhook.delivery, send_webhook(webhook, std::time(nullptr), timeout_s));
      }
    });
}

WebhookSender::~WebhookSender() {
  for (std::thread& thread : threads_) thread.join();
}

}  // namespace florin::sandbox
