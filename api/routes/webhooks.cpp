// POST /v1/webhooks/psp/{name}: what a payment provider says by itself. Taken as soon as it is in the log; until then the provider
// sends it again. Anybody may send here: what is not signed is counted, and nothing else.
#include "api/answers/payment_problem.hpp"
#include "api/json/json_reader.hpp"
#include "api/requests/psp_webhook.hpp"
#include "api/routes/routes.hpp"
#include "base/limits.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {
namespace {

constexpr std::chrono::milliseconds logged_within{limits::webhook_patience_us / 1'000};

// Counted, and told where somebody has to look: by its ids, never by its bytes.
void note(const ApiContext& context, WebhookEnd end, const TakeHint& hint) {
  context.services.metrics.psp_webhook(end);
  if (!is_alarming(end)) return;
  log_warning("a webhook of a payment provider is not for this cluster's orders",
              {{"why", to_string(end)},
               {"psp", hint.psp},
               {"webhook", hint.hint},
               {"type", hint.type},
               {"order", hint.order}});
}

void answer_taken(Call& call, const std::optional<Position>& position) {
  answer_json(call, 200, position, R"({"status":"ok"})");
}

// On a thread that may wait for the disk. When that one is busy it is not kept: it is for people, and its hash is in the log.
void keep_raw(const ApiContext& context, std::string body) {
  const auto& keep = context.services.keep_raw;
  if (keep) (void)context.worker.post([keep, body = std::move(body)] { keep(body); });
}

void answer_hint(Call& call, const TakeHint& hint, const std::optional<Reply>& reply) {
  const ApiContext& context = *call.context;
  if (body_as<HintTaken>(reply)) {
    note(context, WebhookEnd::taken, hint);
    return answer_taken(call, reply->position);
  }
  const auto* refused = body_as<PaymentRefused>(reply);
  if (refused != nullptr && refused->code == PaymentRefusal::payment_not_found) {
    note(context, WebhookEnd::unknown_order, hint);
    Problem problem(EdgeCode::webhook_unknown_order);
    problem.position = reply->position;
    return call.answer(std::move(problem));
  }
  note(context, WebhookEnd::not_logged, hint);
  if (refused != nullptr) return call.answer(problem_of(*refused, reply->position));
  // Whether it is logged or not: taken twice it is one hint.
  call.answer(no_answer(reply, AskedFor::read));
}

// payment path 9/12: somebody has paid, says a webhook: it is a hint, and makes the order read.
void tell_order(const ApiContext& context, const CallPtr& call, TakeHint hint) {
  call->home = partition_of(hint.order, context.services.map);
  std::vector<Addressed> messages;
  messages.push_back({*call->home, hint});
  context.services.gateway.ask(std::move(messages), logged_within,
                               [call, hint = std::move(hint)](const AskReplies& replies) {
                                 answer_hint(*call, hint, replies.front());
                               });
}

}  // namespace

void post_psp_webhook(const ApiContext& context, const CallPtr& call) {
  const PaymentSettings& settings = context.options.payments;
  const PspSettings* psp = psp_named(settings, call->argument);
  if (psp == nullptr) return call->answer(Problem(EdgeCode::not_found));
  const ReceivedWebhook webhook{call->request.headers.find("Stripe-Signature"), call->request.body};
  WebhookVerdict verdict = judge_webhook(webhook, *psp, settings.cluster, context.options.now());
  if (verdict.end == WebhookEnd::bad_signature || verdict.end == WebhookEnd::malformed) {
    context.services.metrics.psp_webhook(verdict.end);
    Problem problem(verdict.end == WebhookEnd::malformed ? EdgeCode::invalid_request
                                                         : EdgeCode::webhook_signature);
    if (verdict.end == WebhookEnd::malformed) problem.detail = verdict.why + ".";
    return call->answer(std::move(problem));
  }
  keep_raw(context, std::move(call->request.body));
  if (verdict.end == WebhookEnd::taken) return tell_order(context, call, std::move(verdict.hint));
  note(context, verdict.end, verdict.hint);
  answer_taken(*call, std::nullopt);
}

}  // namespace florin
