// Finds the route of a request, guards it, counts its answer.
#include "api/api_handler.hpp"

#include "api/json/json_reader.hpp"
#include "api/requests/card_data.hpp"
#include "api/requests/query.hpp"
#include "base/card_number.hpp"

namespace florin {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Passes an answer on and counts it.
class CountingSink final : public HttpResponseSink {
 public:
  CountingSink(Metrics& metrics, Metrics::HttpRoute& route, Respond respond)
      : metrics_(metrics),
        route_(route),
        respond_(std::move(respond)),
        started_(SteadyClock::now()) {}

  void respond(HttpResponse response) override {
    metrics_.http_request(route_, response.status, SteadyClock::now() - started_);
    respond_(std::move(response));
  }
  // Our own Respond goes with this sink, so the server hears of it too.
  void dropped() override { metrics_.http_request(route_, 500, SteadyClock::now() - started_); }

 private:
  Metrics& metrics_;
  Metrics::HttpRoute& route_;
  Respond respond_;
  SteadyClock::time_point started_;
};

HttpResponse method_not_allowed(Problem problem, std::string allow) {
  HttpResponse response = to_response(problem);
  response.headers.emplace_back("Allow", std::move(allow));
  return response;
}

// It names the place and not the number, which may stand in the path.
std::optional<Problem> card_data_outside_the_body(const Route& route, const HttpRequest& request) {
  if (!route.refuses_cards) return std::nullopt;
  auto parts = card_data_in(request, segment_name(route));
  if (parts.empty()) return std::nullopt;
  Problem problem(std::move(parts));
  problem.instance = path_before(route);
  return problem;
}

// What keeps a matched request from its route.
std::optional<Problem> guard(const ApiContext& context, const Route& route, Call& call,
                             std::string_view argument) {
  if (!route.before_ready && !context.services.ready()) return not_ready(context);
  if (auto problem = card_data_outside_the_body(route, call.request)) return problem;
  if (!is_media_type_ok(route, call.request)) return Problem(EdgeCode::unsupported_media_type);
  auto decoded = percent_decode(argument);
  if (!decoded)
    return Problem(InputFault{EdgeCode::invalid_request, std::nullopt,
                              "The path has a broken percent escape."});
  call.argument = std::move(*decoded);
  return std::nullopt;
}

}  // namespace

ApiHandler::ApiHandler(NodeServices services, ApiOptions options)
    : context_(std::make_shared<ApiContext>(services, std::move(options))) {
  for (const Route& route : all_routes())
    routes_.push_back(&services.metrics.http_route(route_name(route)));
  unknown_route_ = &services.metrics.http_route("unknown");
}

ApiHandler::~ApiHandler() { context_->worker.stop(); }

Metrics::HttpRoute& ApiHandler::metrics_of(const Route& route) const {
  return *routes_[static_cast<std::size_t>(&route - all_routes().data())];
}

Respond ApiHandler::counted(Metrics::HttpRoute& route, Respond respond) {
  return Respond(
      std::make_shared<CountingSink>(context_->services.metrics, route, std::move(respond)));
}

std::size_t ApiHandler::body_bytes_max(const HttpRequest& header) const {
  const Route* route = match_route(header.method, header.path()).route;
  return route != nullptr ? route->body_bytes_max : limits::small_body_bytes_max;
}

// What the server refuses by itself comes to no route.
void ApiHandler::observe(const HttpObservation& answer) noexcept {
  if (answer.by_server && answer.status == 503) context_->services.metrics.overloaded();
}

void ApiHandler::connection_opened() noexcept {
  context_->services.metrics.http_connection_opened();
}

void ApiHandler::connection_closed() noexcept {
  context_->services.metrics.http_connection_closed();
}

void ApiHandler::handle(HttpRequest request, Respond respond) {
  const RouteMatch match = match_route(request.method, request.path());
  Metrics::HttpRoute& counter = match.route ? metrics_of(*match.route) : *unknown_route_;
  // `match.argument` points into the request's target: decoded before the request moves on.
  const std::string argument(match.argument);
  const auto call =
      std::make_shared<Call>(context_, std::move(request), counted(counter, std::move(respond)));
  if (match.route != nullptr) {
    if (auto problem = guard(*context_, *match.route, *call, argument))
      return call->answer(std::move(*problem));
    return match.route->run(*context_, call);
  }
  Problem problem(match.allow.empty() ? EdgeCode::not_found : EdgeCode::method_not_allowed);
  if (match.allow.empty()) return call->answer(std::move(problem));
  problem.instance = without_card_numbers(call->request.path());
  call->answer(method_not_allowed(std::move(problem), match.allow));
}

}  // namespace florin
