// What a webhook is judged to be: by its signature first, then by whose it is.
#include "api/requests/psp_webhook.hpp"

#include <gtest/gtest.h>

#include "base/sha256.hpp"

namespace florin {
namespace {

constexpr Timestamp webhook_time{1'790'000'000'000'000};

PspSettings sandbox() {
  PspSettings psp;
  psp.name = "sandbox";
  psp.webhook_secrets = {"whsec_a", "whsec_b"};
  return psp;
}

std::string event(std::string_view marks, std::string_view livemode = "false") {
  std::string text = R"({"object":"event","id":"evt_1","type":"checkout.session.completed",)"
                     R"("created":1790000000,"livemode":)";
  text.append(livemode).append(R"(,"data":{"object":{"object":"checkout.session","id":"cs_1",)"
                               R"("payment_intent":"pi_1","status":"complete","metadata":{)");
  return text.append(marks).append("}}}}");
}
constexpr std::string_view ours = R"("payment_order_id":"po-1","florin_cluster":"test")";

WebhookVerdict judged(const std::string& body, std::string_view secret,
                      const PspSettings& psp = sandbox()) {
  const std::string signature =
      "t=1790000000,v1=" + hex_of(hmac_sha256(secret, "1790000000.", body));
  return judge_webhook({signature, body}, psp, "test", webhook_time);
}

TEST(PspWebhook, IsAHintWithItsIdsAndNothingElse) {
  const std::string body = event(ours);
  const WebhookVerdict verdict = judged(body, "whsec_b");
  EXPECT_EQ(verdict.end, WebhookEnd::taken);
  EXPECT_EQ(verdict.hint.order.str(), "po-1");
  EXPECT_EQ(verdict.hint.psp, "sandbox");
  EXPECT_EQ(verdict.hint.hint, "evt_1");
  EXPECT_EQ(verdict.hint.type, "checkout.session.completed");
  EXPECT_EQ(verdict.hint.object, "cs_1");
  EXPECT_EQ(verdict.hint.payment, "pi_1");
  EXPECT_EQ(verdict.hint.time, webhook_time);
  EXPECT_EQ(verdict.hint.raw_sha256, sha256(body));
}

TEST(PspWebhook, IsTakenUnderEitherSecretAndNoOther) {
  EXPECT_EQ(judged(event(ours), "whsec_a").end, WebhookEnd::taken);
  EXPECT_EQ(judged(event(ours), "whsec_c").end, WebhookEnd::bad_signature);
  PspSettings none = sandbox();
  none.webhook_secrets.clear();
  EXPECT_EQ(judged(event(ours), "", none).end, WebhookEnd::bad_signature);
  none.webhook_secrets = {""};
  EXPECT_EQ(judged(event(ours), "", none).end, WebhookEnd::bad_signature);
}

TEST(PspWebhook, IsNotParsedBeforeItsSignatureIsRight) {
  EXPECT_EQ(judge_webhook({"", "{"}, sandbox(), "test", webhook_time).end,
            WebhookEnd::bad_signature);
  EXPECT_EQ(judged("{", "whsec_a").end, WebhookEnd::malformed);
}

TEST(PspWebhook, OfOthersIsNotForAnOrder) {
  EXPECT_EQ(judged(event(""), "whsec_a").end, WebhookEnd::foreign);
  EXPECT_EQ(judged(event(R"("payment_order_id":"po-1","florin_cluster":"other")"), "whsec_a").end,
            WebhookEnd::other_cluster);
  EXPECT_EQ(judged(event(ours, "true"), "whsec_a").end, WebhookEnd::other_mode);
  EXPECT_TRUE(is_alarming(WebhookEnd::other_mode));
  EXPECT_FALSE(is_alarming(WebhookEnd::foreign));
}

}  // namespace
}  // namespace florin
