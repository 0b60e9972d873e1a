// Respond::into: an answer handed to a function.
#include "api/http/http_handler.hpp"

namespace florin {
namespace {

class FunctionSink final : public HttpResponseSink {
 public:
  explicit FunctionSink(std::function<void(HttpResponse)> receiver)
      : receiver_(std::move(receiver)) {}
  void respond(HttpResponse response) override { receiver_(std::move(response)); }
  void dropped() override {}

 private:
  std::function<void(HttpResponse)> receiver_;
};

}  // namespace

Respond Respond::into(std::function<void(HttpResponse)> receiver) {
  return Respond(std::make_shared<FunctionSink>(std::move(receiver)));
}

}  // namespace florin
