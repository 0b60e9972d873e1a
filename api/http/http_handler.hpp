// What the server asks of the application: an answer to each request, later and from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "api/http/http_types.hpp"
#include "base/assert.hpp"

namespace florin {

// Where an answer goes. Called from any thread; exactly one of the two, once per request.
class HttpResponseSink {
 public:
  virtual ~HttpResponseSink() = default;
  virtual void respond(HttpResponse response) = 0;
  virtual void dropped() = 0;  // nobody will answer: what became of the request is unknown
};

// The right and duty to answer one request. Move-only: a holder that must be copyable (std::function, an
// actor message) keeps it in a shared_ptr. Calling it twice is a bug (asserted); destroying it without a
// call answers 500. It may outlive the server: the answer then goes nowhere.
class Respond {
 public:
  explicit Respond(std::shared_ptr<HttpResponseSink> sink) noexcept : sink_(std::move(sink)) {}
  // To call a handler without a server: tests, and layers that wrap an answer. A drop calls nothing.
  static Respond into(std::function<void(HttpResponse)> receiver);

  Respond(Respond&&) noexcept = default;
  Respond& operator=(Respond&& other) noexcept {
    std::swap(sink_, other.sink_);
    return *this;
  }
  ~Respond() {
    if (sink_) sink_->dropped();
  }

  void operator()(HttpResponse response) {
    FLORIN_ASSERT(sink_ != nullptr, "a request was answered twice");
    const std::shared_ptr<HttpResponseSink> sink = std::move(sink_);
    sink->respond(std::move(response));
  }

 private:
  std::shared_ptr<HttpResponseSink> sink_;
};

// One answer as it left, for metrics and logs.
struct HttpObservation {
  int status = 0;
  bool by_server = false;                // refused before any handler saw it
  std::chrono::nanoseconds duration{0};  // from the complete request to the answer written
  std::size_t request_body_bytes = 0;
  std::size_t response_body_bytes = 0;
};

// All functions are called on the server's threads, several at once: they must be thread-safe and must
// not block. An exception out of handle() becomes a 500.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual void handle(HttpRequest request, Respond respond) = 0;
  // How large the body of such a request may be; asked when its header is there, before any of the body is.
  [[nodiscard]] virtual std::size_t body_bytes_max(const HttpRequest& /*header*/) const {
    return SIZE_MAX;
  }
  virtual void observe(const HttpObservation& /*answer*/) noexcept {}
  // Every connection that was accepted, those over the limit included: once when it opens, once when it has ended.
  virtual void connection_opened() noexcept {}
  virtual void connection_closed() noexcept {}
};

}  // namespace florin
