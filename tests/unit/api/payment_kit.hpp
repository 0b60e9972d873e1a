// PaymentKit: the whole API on a node in memory that takes payments, with a provider in the test's hands (HandPsp).
#pragma once

#include <string>
#include <string_view>

#include "base/sha256.hpp"
#include "tests/support/hand_psp.hpp"
#include "tests/unit/api/api_kit.hpp"

namespace florin {

class PaymentKit {
 public:
  static constexpr std::string_view secret = "whsec_new";

  PaymentKit() : api(settings(), partition_options()) {
    api.node.with_outside([this](const OutsideCall& call) -> std::optional<CallAnswer> {
      if (is_silent) return std::nullopt;
      return psp.answer(call);
    });
    api.open(api.id("shop"), "USD", R"(,"kind":"merchant")");
  }

  static PaymentSettings settings() {
    PaymentSettings settings;
    settings.cluster = "test";
    PspSettings& sandbox = settings.psps.emplace_back();
    sandbox.name = "sandbox";
    sandbox.webhook_secrets = {"whsec_old", std::string(secret)};
    settings.routes = {{std::nullopt, PaymentMethod::hosted, "sandbox"}};
    settings.fees = {{AccountKind::merchant, std::nullopt, {290, 0}},
                     {AccountKind::merchant, parse_currency("USD"), {290, 30}}};
    settings.return_url_hosts = {"shop.example"};
    return settings;
  }
  static PartitionOptions partition_options() {
    auto setup = std::make_shared<PaymentSetup>();
    setup->cluster = "test";
    setup->psps.push_back({.name = "sandbox"});
    PartitionOptions options;
    options.payments = std::move(setup);
    return options;
  }

  static std::string body(std::string_view checkout, std::string_view order,
                          std::string_view more = "", std::string_view amount = "10.00",
                          std::string_view seller = "shop") {
    std::string text = R"({"checkout_id":")";
    text.append(checkout).append(R"(","payment_method":{"type":"hosted"},"payment_orders":[{)");
    text.append(R"("payment_order_id":")").append(order).append(R"(","seller_account":")");
    text.append(seller).append(R"(","amount":")").append(amount);
    text.append(R"(","currency":"USD"}],"return_url":"https://shop.example/done")");
    return text.append(more).append("}");
  }
  Answer pay_request(const std::string& text, std::string_view key = "") {
    HeaderList headers = json_type;
    if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
    return api.post("/v1/payments", text, headers);
  }
  Answer payment(const std::string& order) { return api.get("/v1/payments/" + order); }

  // What a provider sends, about the newest page of the order.
  std::string event(const std::string& order, std::string_view cluster = "test",
                    std::string_view livemode = "false", std::string_view id = "evt_1") {
    const auto sessions = psp.sessions_of(order);
    const std::string session = sessions.empty() ? "cs_none" : sessions.back().id;
    std::string text = R"({"object":"event","id":")";
    text.append(id).append(R"(","type":"checkout.session.completed","created":1790000000,)");
    text.append(R"("livemode":)").append(livemode).append(R"(,"data":{"object":{)");
    text.append(R"("object":"checkout.session","id":")").append(session);
    text.append(R"(","status":"complete","amount_total":1000,"currency":"usd","metadata":{)");
    if (!cluster.empty())
      text.append(R"("payment_order_id":")")
          .append(order)
          .append(R"(","florin_cluster":")")
          .append(cluster)
          .append("\"");
    return text.append("}}}}");
  }
  [[nodiscard]] HeaderList signed_by(std::string_view with, const std::string& text,
                                     std::int64_t age_s = 0) const {
    const std::string time = std::to_string(api.node.time().us / 1'000'000 - age_s);
    const std::string signature = hex_of(hmac_sha256(with, time + ".", text));
    return {{"Content-Type", "application/json; charset=utf-8"},
            {"Stripe-Signature", "t=" + time + ",v1=" + signature}};
  }
  Answer webhook(const std::string& text, std::string_view with = secret) {
    return api.post("/v1/webhooks/psp/sandbox", text, signed_by(with, text));
  }

  HandPsp psp;
  bool is_silent = false;  // calls come to nothing
  ApiKit api;
};

}  // namespace florin
