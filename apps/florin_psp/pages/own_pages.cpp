// See own_pages.hpp.
#include "apps/florin_psp/pages/own_pages.hpp"

#include "apps/florin_psp/core/object_json.hpp"
#include "apps/florin_psp/core/params.hpp"
#include "apps/florin_psp/model/test_cards.hpp"
#include "apps/florin_psp/pages/html.hpp"
#include "apps/florin_psp/wire/json_object.hpp"

namespace florin::sandbox {
namespace {

constexpr std::int64_t advance_max_s = 400LL * 24 * 3'600;

Answer json_answer(std::string body) {
  Answer answer;
  answer.body = std::move(body);
  return answer;
}

Answer front_page() {
  std::string cards;
  for (const TestCard& card : test_cards())
    cards += "<tr><td><code>" + std::string(card.number) + "</code></td><td><code>" +
             std::string(card.token) + "</code></td><td>" + std::string(card.what) + "</td></tr>";
  return html_page("florin-psp",
                   "<p>A payment service provider to test against, in Stripe's form encoding and "
                   "error shape. <a href=\"/_shop\">A tiny shop</a> to click through, "
                   "<a href=\"/_faults\">faults</a>.</p><table><tr><th>card</th><th>token</th>"
                   "<th>what becomes of it</th></tr>" +
                       cards + "</table>");
}

Answer clock_answer(const Step& step, const State& state) {
  return json_answer(JsonObject()
                         .text("object", "clock")
                         .number("now", step.now_s())
                         .number("ahead_s", state.clock_offset_s)
                         .done());
}

// Only forwards: nothing that has expired comes back.
Answer advance_clock(Step& step, Params& params) {
  const std::int64_t seconds = params.required_integer("advance_s");
  if (seconds > advance_max_s || step.state().clock_offset_s + seconds > advance_max_s)
    params.fault(bad_parameter("advance_s", "400 days ahead at most."));
  if (auto fault = params.finish()) return to_answer(*fault);
  step.state().clock_offset_s += seconds;
  return clock_answer(step, step.state());
}

WebhookEndpoint* endpoint_with(State& state, const std::string& url) {
  for (const std::string& id : state.endpoints.ids()) {
    WebhookEndpoint* endpoint = state.endpoints.find(id);
    if (endpoint->url == url) return endpoint;
  }
  return nullptr;
}

Answer set_webhook(Step& step, Params& params) {
  const std::string url = params.url("url");
  const std::string secret = params.required("secret");
  if (!url.starts_with("http://"))
    params.fault(bad_parameter("url", "An http:// address is wanted.", "url_invalid"));
  if (auto fault = params.finish()) return to_answer(*fault);
  WebhookEndpoint* endpoint = endpoint_with(step.state(), url);
  if (endpoint == nullptr) {
    WebhookEndpoint made;
    made.id = step.new_id("we");
    made.url = url;
    made.enabled_events = {"*"};
    made.created = step.now_s();
    endpoint = &step.state().endpoints.add(std::move(made));
  }
  endpoint->secret = secret;
  return json_answer(endpoint_json(*endpoint, false));
}

Answer unknown_address(const Call& call) {
  return to_answer(
      http_refusal(404, "Unrecognized request URL (" + call.method + ": " + call.path + ")."));
}

}  // namespace

Answer show_own_page(Step& step, const Call& call) {
  if (call.path == "/") return front_page();
  if (call.path == "/_style.css") return style_sheet();
  if (call.path == "/_health") return json_answer(R"({"object":"health","status":"ok"})");
  if (call.path == "/_faults") return json_answer(step.state().faults.json());
  if (call.path == "/_clock") return clock_answer(step, step.state());
  return unknown_address(call);
}

Answer submit_own_page(Step& step, const Call& call) {
  const auto form = Form::parse(call.body);
  if (!form) return to_answer(http_refusal(400, form.error()));
  Params params(*form);
  if (call.path == "/_clock") return advance_clock(step, params);
  if (call.path == "/_webhook") return set_webhook(step, params);
  if (call.path != "/_faults") return unknown_address(call);
  if (const auto fault = step.state().faults.configure(*form))
    return to_answer(http_refusal(400, *fault));
  return json_answer(step.state().faults.json());
}

}  // namespace florin::sandbox
