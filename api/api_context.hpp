// What every route works with: the node's services, the options of the edge, and one call in progress.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/http/http_handler.hpp"
#include "api/problem/problem_details.hpp"
#include "api/read_worker.hpp"
#include "base/card_number.hpp"
#include "domain/payment/payment_settings.hpp"
#include "runtime/engine/system_clock.hpp"
#include "runtime/gateway.hpp"

namespace florin {

struct ApiOptions {
  std::chrono::milliseconds patience{10'000};  // for an answer of the partitions; see Prefer: wait
  std::string version;
  std::string git_commit;
  std::string build_type;
  PaymentSettings payments = {};  // without a provider no payment is taken, and no webhook
  // Deadlines of payments and times of webhooks are compared with it.
  std::function<Timestamp()> now = [] { return SystemClock().now(); };
};

struct ApiContext {
  ApiContext(NodeServices node, ApiOptions chosen)
      : services(std::move(node)), options(std::move(chosen)) {}

  NodeServices services;
  ApiOptions options;
  mutable ReadWorker worker;
};

// One request and the duty to answer it. Shared by the callbacks that its answer passes through.
struct Call {
  Call(std::shared_ptr<const ApiContext> with, HttpRequest from, Respond to)
      : context(std::move(with)), request(std::move(from)), respond(std::move(to)) {}

  // Kept by the call: an ask may be answered when its patience is over, long after the handler is gone.
  std::shared_ptr<const ApiContext> context;
  HttpRequest request;
  Respond respond;
  std::string argument;             // the {..} of the route, decoded
  std::optional<PartitionId> home;  // of the one account or transfer that it is about

  // In a cluster it says who leads `home`.
  void answer(HttpResponse response);
  // Instance is the request's path unless the problem has one; a card's number in it is sent back to nobody.
  void answer(Problem problem) {
    if (problem.instance.empty()) problem.instance = without_card_numbers(request.path());
    answer(to_response(problem));
  }
};
using CallPtr = std::shared_ptr<Call>;

// Common ends of a call.
// No position: the answer says nothing of any partition's state.
void answer_json(Call& call, int status, const std::optional<Position>& position, std::string body);
// For replies that carry no answer: the partition did not take the message, or did not answer in time.
// A read that was not answered has changed nothing; a command may still be executed.
EdgeCode code_of(NotAccepted::Why why);
enum class AskedFor { read, command };
// Why this node serves nothing now, as far as it has more to say than that.
Problem not_ready(const ApiContext& context);
// The cluster writes no level yet at which this could be recorded.
Problem not_known_everywhere();
Problem no_answer(const std::optional<Reply>& reply, AskedFor what);
// The path's account id, or a fault.
Result<AccountId, InputFault> account_argument(const Call& call);

// The body of a reply as T; null when it is something else.
template <class T>
const T* body_as(const std::optional<Reply>& reply) {
  const auto* body = reply ? get_if<T>(&reply->body) : nullptr;
  return body;
}
// The same for those that are kept behind a pointer.
template <class T>
const T* view_as(const std::optional<Reply>& reply) {
  const auto* body = reply ? get_if<std::unique_ptr<T>>(&reply->body) : nullptr;
  return body == nullptr ? nullptr : body->get();
}

// One message to every partition, made by make(partition).
template <class Make>
std::vector<Addressed> to_all_partitions(const PartitionMap& map, Make&& make) {
  std::vector<Addressed> messages;
  messages.reserve(map.partitions());
  for (std::uint32_t p = 0; p < map.partitions(); ++p)
    messages.push_back({static_cast<PartitionId>(p), make(static_cast<PartitionId>(p))});
  return messages;
}

}  // namespace florin
