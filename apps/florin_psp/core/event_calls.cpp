// /v1/events and /v1/webhook_endpoints.
#include "apps/florin_psp/core/calls.hpp"
#include "apps/florin_psp/core/paging.hpp"

namespace florin::sandbox {
namespace {

constexpr std::size_t endpoints_max = 16;

// The sender speaks plain HTTP: what it tests is on this machine, or behind a proxy of its own.
std::string read_endpoint_url(Params& params) {
  std::string url = params.url("url");
  if (url.starts_with("https://"))
    params.fault(
        bad_parameter("url", "The sandbox sends webhooks to http:// only.", "url_invalid"));
  return url;
}

}  // namespace

CallResult retrieve_event(Step& step, Params& params, const std::string& id) {
  if (auto fault = params.finish()) return Err{*fault};
  const Event* event = step.state().events.find(id);
  if (event == nullptr) return Err{no_such("event", id)};
  return event_json(step.state(), *event);
}

CallResult list_events(Step& step, Params& params, const std::string&) {
  const Page page = read_page(params);
  const std::string type = params.text("type");
  const std::vector<std::string> types = params.list("types");
  params.expand();
  if (auto fault = params.finish()) return Err{*fault};
  return list_of<Event>(
      step.state().events, page, "/v1/events",
      [&](const Event& event) {
        return (type.empty() || event.type == type) &&
               (types.empty() || std::find(types.begin(), types.end(), event.type) != types.end());
      },
      [&](const Event& event) { return event_json(step.state(), event); });
}

CallResult create_endpoint(Step& step, Params& params, const std::string&) {
  WebhookEndpoint endpoint;
  endpoint.url = read_endpoint_url(params);
  if (endpoint.url.empty()) params.fault(missing_parameter("url"));
  endpoint.enabled_events = params.list("enabled_events");
  if (endpoint.enabled_events.empty()) params.fault(missing_parameter("enabled_events"));
  params.metadata("metadata", endpoint.metadata);
  params.ignore("description");
  params.word("api_version", {api_version});
  if (auto fault = params.finish()) return Err{*fault};
  if (step.state().endpoints.ids().size() == endpoints_max)
    return Err{bad_parameter("url", "You have reached the maximum of 16 webhook endpoints.")};

  endpoint.id = step.new_id("we");
  endpoint.secret = "whsec_" + step.new_id("s").substr(2);
  endpoint.created = step.now_s();
  return endpoint_json(step.state().endpoints.add(std::move(endpoint)), true);
}

CallResult retrieve_endpoint(Step& step, Params& params, const std::string& id) {
  if (auto fault = params.finish()) return Err{*fault};
  const WebhookEndpoint* endpoint = step.state().endpoints.find(id);
  if (endpoint == nullptr) return Err{no_such("webhook endpoint", id)};
  return endpoint_json(*endpoint, false);
}

CallResult update_endpoint(Step& step, Params& params, const std::string& id) {
  WebhookEndpoint* endpoint = step.state().endpoints.find(id);
  const std::string url = read_endpoint_url(params);
  const std::string disabled = params.word("disabled", {"true", "false"});
  const std::vector<std::string> events = params.list("enabled_events");
  if (auto fault = params.finish()) return Err{*fault};
  if (endpoint == nullptr) return Err{no_such("webhook endpoint", id)};

  if (!url.empty()) endpoint->url = url;
  if (!disabled.empty()) endpoint->is_enabled = disabled == "false";
  if (!events.empty()) endpoint->enabled_events = events;
  return endpoint_json(*endpoint, false);
}

CallResult delete_endpoint(Step& step, Params& params, const std::string& id) {
  if (auto fault = params.finish()) return Err{*fault};
  State& state = step.state();
  if (state.endpoints.find(id) == nullptr) return Err{no_such("webhook endpoint", id)};
  state.endpoints.erase(id);
  std::erase_if(state.deliveries, [&](const auto& entry) { return entry.second.endpoint == id; });
  return JsonObject()
      .text("id", id)
      .text("object", "webhook_endpoint")
      .boolean("deleted", true)
      .done();
}

CallResult list_endpoints(Step& step, Params& params, const std::string&) {
  const Page page = read_page(params);
  if (auto fault = params.finish()) return Err{*fault};
  return list_of<WebhookEndpoint>(
      step.state().endpoints, page, "/v1/webhook_endpoints",
      [](const WebhookEndpoint&) { return true; },
      [](const WebhookEndpoint& endpoint) { return endpoint_json(endpoint, false); });
}

}  // namespace florin::sandbox
