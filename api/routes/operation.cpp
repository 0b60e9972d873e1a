// Health, readiness, metrics, version: for the people and machines that run a node.
#include "api/json/json_writer.hpp"
#include "api/routes/routes.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {
namespace {

void answer_ok(Call& call) { answer_json(call, 200, std::nullopt, R"({"status":"ok"})"); }

}  // namespace

void get_healthz(const ApiContext&, const CallPtr& call) { answer_ok(*call); }

void get_readyz(const ApiContext& context, const CallPtr& call) {
  if (!context.services.ready()) return call->answer(not_ready(context));
  answer_ok(*call);
}

void get_metrics(const ApiContext& context, const CallPtr& call) {
  HttpResponse response;
  response.content_type = Metrics::content_type;
  response.body = context.services.metrics.render();
  call->answer(std::move(response));
}

void get_version(const ApiContext& context, const CallPtr& call) {
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  json.key("name").plain("florin");
  json.key("version").string(context.options.version);
  json.key("git_commit").string(context.options.git_commit);
  json.key("build_type").string(context.options.build_type);
  json.end_object();
  answer_json(*call, 200, std::nullopt, std::move(body));
}

}  // namespace florin
