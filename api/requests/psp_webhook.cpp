// One adapter for each kind of provider.
#include "api/requests/psp_webhook.hpp"

#include "psp/sessions/sessions_webhook.hpp"

namespace florin {
namespace {

constexpr std::int64_t us_per_second = 1'000'000;

WebhookEnd end_of(psp::sessions::HintOrigin origin) {
  switch (origin) {
    case psp::sessions::HintOrigin::ours: return WebhookEnd::taken;
    case psp::sessions::HintOrigin::foreign: return WebhookEnd::foreign;
    case psp::sessions::HintOrigin::other_cluster: return WebhookEnd::other_cluster;
    case psp::sessions::HintOrigin::other_mode: return WebhookEnd::other_mode;
  }
  return WebhookEnd::foreign;
}

WebhookVerdict judge_sessions(const ReceivedWebhook& webhook, const PspSettings& psp,
                              std::string_view cluster, Timestamp now) {
  const auto signature = psp::sessions::check_signature(
      {webhook.signature, webhook.body}, psp.webhook_secrets, now.us / us_per_second);
  if (signature != psp::sessions::SignatureVerdict::good)
    return {WebhookEnd::bad_signature, {}, std::string(psp::sessions::to_string(signature))};
  auto said = psp::sessions::parse_hint(webhook.body);
  if (!said) return {WebhookEnd::malformed, {}, std::move(said.error().context)};
  WebhookVerdict verdict;
  verdict.end = end_of(psp::sessions::origin_of(*said, cluster, psp.is_live));
  verdict.hint.order = PaymentId::parse(said->marks.order_id).value_or(PaymentId());
  verdict.hint.psp = psp.name;
  verdict.hint.hint = std::move(said->event_id);
  verdict.hint.type = std::move(said->type);
  verdict.hint.object = std::move(said->session_id);
  verdict.hint.payment = std::move(said->intent_id);
  verdict.hint.time = {said->created_at_s * us_per_second};
  verdict.hint.raw_sha256 = said->body_hash;
  return verdict;
}

}  // namespace

WebhookVerdict judge_webhook(const ReceivedWebhook& webhook, const PspSettings& psp,
                             std::string_view cluster, Timestamp now) {
  switch (psp.adapter) {
    case PspAdapter::sessions: return judge_sessions(webhook, psp, cluster, now);
  }
  return {};
}

}  // namespace florin
