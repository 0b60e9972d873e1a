// Webhooks of a provider over HTTP: taken when they are signed and in the log, and never believed.
#include <gtest/gtest.h>

#include "runtime/metrics/metrics.hpp"
#include "tests/unit/api/payment_kit.hpp"

namespace florin {
namespace {

class WebhooksApi : public ::testing::Test {
 protected:
  WebhooksApi() { EXPECT_EQ(kit.pay_request(kit.body("co-1", "po-1")).summary(), "201"); }

  std::string counted(std::string_view end) {
    const std::string page = kit.api.node.metrics().render();
    const std::string name =
        std::string("florin_psp_webhooks_total{end=\"").append(end).append("\"} ");
    const auto at = page.find(name);
    return at == std::string::npos
               ? "-"
               : page.substr(at + name.size(), page.find('\n', at) - at - name.size());
  }
  PaymentKit kit;
};

TEST_F(WebhooksApi, AreTakenUnderEitherSecret) {
  EXPECT_EQ(kit.webhook(kit.event("po-1"), "whsec_old").summary(), "200");
  EXPECT_EQ(kit.webhook(kit.event("po-1", "test", "false", "evt_2"), "whsec_new").summary(), "200");
  EXPECT_EQ(counted("taken"), "2");
}

// Rule 3: nothing of what it says changes a state; the read does.
TEST_F(WebhooksApi, AreHintsAndNeverBelieved) {
  EXPECT_EQ(kit.webhook(kit.event("po-1")).summary(), "200");  // "completed", and nobody has paid
  EXPECT_EQ(kit.payment("po-1").at("/sub_status"), "awaiting_payer");
  kit.psp.pay("po-1");
  EXPECT_EQ(kit.webhook(kit.event("po-1", "test", "false", "evt_2")).summary(), "200");
  EXPECT_EQ(kit.payment("po-1").at("/sub_status"), "done");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(kit.webhook(kit.event("po-1")).summary(), "200");
  EXPECT_EQ(kit.api.available(kit.api.id("shop")), "9.41");
}

TEST_F(WebhooksApi, AreRefusedWithoutASignatureThatIsRightAndFresh) {
  const std::string body = kit.event("po-1");
  const std::string path = "/v1/webhooks/psp/sandbox";
  EXPECT_EQ(kit.api.post(path, body, {}).summary(), "400 webhook_signature");
  EXPECT_EQ(kit.webhook(body, "whsec_other").summary(), "400 webhook_signature");
  EXPECT_EQ(kit.api.post(path, body, kit.signed_by(PaymentKit::secret, body, 301)).summary(),
            "400 webhook_signature");
  EXPECT_EQ(kit.api.post(path, body, kit.signed_by(PaymentKit::secret, body, -301)).summary(),
            "400 webhook_signature");
  EXPECT_EQ(kit.api.post(path, body + " ", kit.signed_by(PaymentKit::secret, body)).summary(),
            "400 webhook_signature");
  EXPECT_EQ(counted("bad_signature"), "5");
  EXPECT_EQ(counted("taken"), "0");
}

TEST_F(WebhooksApi, AreNoEventsWhenTheyCannotBeRead) {
  EXPECT_EQ(kit.webhook("{}").summary(), "400 invalid_request");
  EXPECT_EQ(kit.webhook("not json").summary(), "400 invalid_request");
  EXPECT_EQ(counted("malformed"), "2");
}

TEST_F(WebhooksApi, OfOthersAreTakenAndCounted) {
  EXPECT_EQ(kit.webhook(kit.event("po-1", "")).summary(), "200");
  EXPECT_EQ(kit.webhook(kit.event("po-1", "elsewhere")).summary(), "200");
  EXPECT_EQ(kit.webhook(kit.event("po-1", "test", "true")).summary(), "200");
  EXPECT_EQ(counted("foreign"), "1");
  EXPECT_EQ(counted("other_cluster"), "1");
  EXPECT_EQ(counted("other_mode"), "1");
  EXPECT_EQ(kit.payment("po-1").at("/sub_status"), "awaiting_payer");
}

TEST_F(WebhooksApi, OfAnUnknownOrderAreNotFound) {
  EXPECT_EQ(kit.webhook(kit.event("po-9")).summary(), "404 webhook_unknown_order");
  EXPECT_EQ(counted("unknown_order"), "1");
  const std::string body = kit.event("po-1");
  EXPECT_EQ(kit.api.post("/v1/webhooks/psp/nobody", body, kit.signed_by(PaymentKit::secret, body))
                .summary(),
            "404 not_found");
}

TEST_F(WebhooksApi, AreSentAgainWhenTheyAreNotInTheLogInTime) {
  const PartitionId home = partition_of(PaymentId::from_trusted("po-1"), kit.api.node.map());
  kit.api.node.hold(home);
  const std::string body = kit.event("po-1");
  PendingAnswer pending =
      kit.api.start_post("/v1/webhooks/psp/sandbox", body, kit.signed_by(PaymentKit::secret, body));
  EXPECT_FALSE(pending.has_come());
  EXPECT_EQ(kit.api.node.last_patience(), std::chrono::seconds(5));
  kit.api.node.expire();
  const Answer answer = pending.wait();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  EXPECT_EQ(counted("not_logged"), "1");
  kit.api.node.release(home);
  kit.api.node.refuse(home, NotAccepted::Why::no_leader);
  EXPECT_EQ(kit.webhook(body).summary(), "503 no_leader");
}

}  // namespace
}  // namespace florin
