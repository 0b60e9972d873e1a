// Sends webhooks: a few threads, so that one endpoint that hangs does not hold all. Plain HTTP/1.1, a connection each.
#pragma once

#include <thread>
#include <vector>

#include "apps/florin_psp/shell/service.hpp"

namespace florin::sandbox {

class WebhookSender {
 public:
  static constexpr int threads = 4;
  static constexpr int timeout_s = 10;

  explicit WebhookSender(Service& service);
  // After Service::stop().
  ~WebhookSender();
  WebhookSender(const WebhookSender&) = delete;

 private:
  std::vector<std::thread> threads_;
};

// POSTs it; true: the endpoint answered 2xx. `now_s`: of the real clock, for the signature.
bool send_webhook(const WebhookToSend& webhook, std::int64_t now_s, int timeout_s);

}  // namespace florin::sandbox
