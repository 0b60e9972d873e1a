// The sandbox's idempotency keys, faults, webhooks and its way back from the journal.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "apps/florin_psp/core/step.hpp"
#include "apps/florin_psp/shell/journal.hpp"
#include "tests/unit/apps/psp/psp_kit.hpp"

namespace florin::sandbox::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr const char* paid =
    "amount=1099&currency=usd&confirm=true&payment_method=pm_card_visa"
    "&metadata[payment_order_id]=po-1";
constexpr const char* intents = "/v1/payment_intents";

TEST(PspKeys, ReplayTheStoredAnswerWithTheFirstCallsName) {
  PspKit kit;
  const Answer first = kit.post(intents, paid, "k1");
  const Answer again = kit.post(intents, paid, "k1");
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(header(again, "Idempotent-Replayed"), "true");
  EXPECT_EQ(header(again, "Original-Request"), "req_1");
  EXPECT_EQ(kit.charges_that_succeeded(), 1);
}

TEST(PspKeys, WithOtherParametersOrAnotherPathAre400) {
  PspKit kit;
  kit.post(intents, paid, "k1");
  const Answer other = kit.post(intents, std::string(paid) + "&description=x", "k1");
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(peek(other.body, "type"), "idempotency_error");
  EXPECT_EQ(kit.post("/v1/refunds", "payment_intent=pi_1", "k1").status, 400);
}

TEST(PspKeys, InUseAre409UntilTheFirstCallEnds) {
  PspKit kit;
  kit.submit("/_faults", "kind=slow&order=po-1");
  const Call call = kit.call("POST", intents, paid, "k1");
  ASSERT_EQ(kit.psp.begin(call).fault.kind, FaultKind::slow);
  EXPECT_EQ(kit.post(intents, paid, "k1").status, 409);
  kit.finish(call, FaultKind::none);
  EXPECT_EQ(kit.post(intents, paid, "k1").status, 200);
  EXPECT_EQ(kit.charges_that_succeeded(), 1);
}

TEST(PspKeys, KeepDeclinesAndStored500sButNoFailedValidation) {
  PspKit kit;
  const std::string no =
      "amount=500&currency=usd&confirm=true&payment_method=pm_card_chargeDeclined";
  kit.post(intents, no, "k1");
  EXPECT_EQ(header(kit.post(intents, no, "k1"), "Idempotent-Replayed"), "true");
  EXPECT_EQ(kit.post(intents, "amount=x&currency=usd", "k2").status, 400);
  EXPECT_EQ(kit.post(intents, paid, "k2").status, 200);
  kit.submit("/_faults", "kind=error_500&order=po-1");
  EXPECT_EQ(kit.post(intents, paid, "k3").status, 500);
  const Answer replayed = kit.post(intents, paid, "k3");
  EXPECT_EQ(replayed.status, 500);
  EXPECT_EQ(header(replayed, "Idempotent-Replayed"), "true");
  EXPECT_EQ(kit.charges_that_succeeded(), 2) << "the 500 was executed";
}

TEST(PspKeys, LiveForADay) {
  PspKit kit;
  kit.post(intents, paid, "k1");
  kit.wait_s(key_life_s - 1);
  EXPECT_EQ(header(kit.post(intents, paid, "k1"), "Idempotent-Replayed"), "true");
  kit.wait_s(1);
  kit.post(intents, paid, "k2");  // looks at old keys
  kit.post(intents, paid, "k1");
  EXPECT_EQ(kit.charges_that_succeeded(), 3);
}

TEST(PspFaults, BeforeExecutionLeaveNothingAndAfterItTheCharge) {
  PspKit kit;
  kit.submit("/_faults", "kind=reset_before&order=po-1");
  kit.post(intents, paid, "k1");
  EXPECT_EQ(kit.last_fault, FaultKind::reset_before);
  EXPECT_EQ(kit.charges_that_succeeded(), 0);
  kit.submit("/_faults", "kind=reset_after&order=po-1&operation=payment_intents.create");
  kit.post(intents, paid, "k1");
  EXPECT_EQ(kit.last_fault, FaultKind::reset_after);
  EXPECT_EQ(kit.charges_that_succeeded(), 1);
  EXPECT_EQ(header(kit.post(intents, paid, "k1"), "Idempotent-Replayed"), "true");
  EXPECT_EQ(kit.last_fault, FaultKind::none) << "a rule is used up";
}

TEST(PspFaults, HitOnlyTheirOrderAndOperationAndAsOftenAsTheySay) {
  PspKit kit;
  kit.submit("/_faults", "kind=unavailable&order=po-2&count=2");
  EXPECT_EQ(kit.post(intents, paid).status, 200);
  const std::string other = "amount=500&currency=usd&metadata[payment_order_id]=po-2";
  EXPECT_EQ(kit.post(intents, other).status, 503);
  EXPECT_EQ(kit.post(intents, other).status, 503);
  EXPECT_EQ(kit.post(intents, other).status, 200);
  EXPECT_THAT(kit.show("/_faults").body, HasSubstr("\"unavailable\":2"));
}

TEST(PspFaults, EachAnswerOfAFaultIsWhatItsNameSays) {
  PspKit kit;
  const auto answer = [&](const std::string& rule) {
    kit.submit("/_faults", rule);
    return kit.post(intents, paid);
  };
  EXPECT_EQ(answer("kind=throttled").status, 429);
  EXPECT_EQ(answer("kind=unauthorized").status, 401);
  EXPECT_EQ(answer("kind=bad_gateway").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(answer("kind=empty").body, "");
  EXPECT_THAT(answer("kind=html").body, HasSubstr("<html>"));
  const Answer odd = answer("kind=status&status=424&should_retry=true");
  EXPECT_EQ(odd.status, 424);
  EXPECT_EQ(header(odd, "Stripe-Should-Retry"), "true");
}

TEST(PspFaults, AtRandomAreTheSameForTheSameSeedInWhateverOrder) {
  const auto draws = [](bool backwards) {
    PspKit kit;
    kit.submit("/_faults", "seed=11&rate[unavailable]=300&rate[slow]=200");
    std::map<std::string, FaultKind> met;
    for (int i = 0; i < 60; ++i) {
      const std::string order = "po-" + std::to_string(backwards ? 59 - i : i);
      kit.post(intents, "amount=500&currency=usd&metadata[payment_order_id]=" + order);
      met[order] = kit.last_fault;
    }
    return met;
  };
  const auto met = draws(false);
  EXPECT_EQ(met, draws(true));
  int hits = 0;
  for (const auto& [order, kind] : met) hits += kind != FaultKind::none ? 1 : 0;
  EXPECT_GT(hits, 15);
  EXPECT_LT(hits, 45);
}

TEST(PspFaults, RefuseWhatTheyDoNotKnow) {
  PspKit kit;
  for (const char* bad : {"kind=nonsense", "kind=slow&count=0", "kind=slow&colour=red", "",
                          "seed=1&rate[slow]=600&rate[cut]=600", "rate[slow]=x"})
    EXPECT_EQ(kit.submit("/_faults", bad).status, 400) << bad;
  EXPECT_EQ(kit.submit("/_faults", "clear=true").status, 200);
}

TEST(PspFaults, EachKindHasANameThatIsRead) {
  for (const FaultName& name : fault_names()) EXPECT_EQ(fault_kind_of(name.name), name.kind);
  EXPECT_EQ(fault_kind_of("none"), std::nullopt);
}

class PspWebhooks : public testing::Test {
 protected:
  PspWebhooks() { kit.submit("/_webhook", "url=http://127.0.0.1:1/x&secret=whsec_1"); }
  // Types of what is due, in order.
  std::vector<std::string> due() {
    std::vector<std::string> types;
    for (const WebhookToSend& webhook : kit.psp.due_webhooks(kit.now_ms, {}, 100)) {
      const auto at = webhook.body.rfind("\"type\":\"");
      types.push_back(webhook.body.substr(at + 8, webhook.body.find('"', at + 8) - at - 8));
    }
    return types;
  }
  void pay_with(const std::string& fault) {
    kit.submit("/_faults", "kind=" + fault + "&order=po-1");
    kit.post(intents, paid);
  }
  PspKit kit;
};

TEST_F(PspWebhooks, AreDueAtOnceAndGoneWhenTaken) {
  kit.post(intents, paid);
  EXPECT_THAT(due(), testing::ElementsAre("payment_intent.created", "charge.succeeded",
                                          "payment_intent.succeeded"));
  const auto first = kit.psp.due_webhooks(kit.now_ms, {}, 1).front();
  EXPECT_EQ(first.secret, "whsec_1");
  kit.apply({.kind = InputKind::delivered, .at_ms = kit.now_ms, .delivery = first.delivery});
  EXPECT_EQ(due().size(), 2U);
}

TEST_F(PspWebhooks, ThatAreRefusedComeAgainLaterAndEndAtLast) {
  kit.post(intents, "amount=500&currency=usd");
  const auto delivery = kit.psp.due_webhooks(kit.now_ms, {}, 1).front().delivery;
  const Input refused{.kind = InputKind::refused, .at_ms = kit.now_ms, .delivery = delivery};
  kit.apply(refused);
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(kit.psp.next_webhook_ms({}), kit.now_ms + 1'000);
  for (std::size_t i = 0; i < std::size(webhook_backoff_s); ++i) kit.apply(refused);
  EXPECT_EQ(kit.psp.next_webhook_ms({}), std::nullopt);
}

TEST_F(PspWebhooks, AreLostLateTwiceReorderedAndContradictoryOnDemand) {
  pay_with("webhook_lost");
  EXPECT_TRUE(due().empty());
  EXPECT_THAT(kit.event_types(), Contains("payment_intent.succeeded")) << "still in the list";
  pay_with("webhook_late&delay_ms=3000");
  EXPECT_TRUE(due().empty());
  kit.now_ms += 3'000;
  EXPECT_EQ(due().size(), 3U);
  pay_with("webhook_twice");
  EXPECT_EQ(due().size(), 9U);
  pay_with("webhook_reordered");
  kit.now_ms += 5'000;
  const auto all = due();
  EXPECT_EQ(std::vector<std::string>(all.end() - 3, all.end()),
            (std::vector<std::string>{"payment_intent.succeeded", "charge.succeeded",
                                      "payment_intent.created"}));
  pay_with("webhook_contradictory");
  EXPECT_EQ(due().back(), "payment_intent.payment_failed");
}

TEST(PspRisk, ApprovesDeniesReviewsAndIsSilent) {
  PspKit kit;
  const auto ask = [&] {
    return kit.psp.risk(kit.call("POST", "/_risk", "payment_order_id=po-1"));
  };
  EXPECT_EQ(peek(ask().answer->body, "decision"), "approve");
  kit.submit("/_faults", "kind=risk_deny&order=po-1");
  EXPECT_EQ(peek(ask().answer->body, "decision"), "deny");
  kit.submit("/_faults", "kind=risk_review&order=po-1");
  EXPECT_EQ(peek(ask().answer->body, "decision"), "review");
  kit.submit("/_faults", "kind=risk_silent&order=po-1");
  EXPECT_EQ(ask().fault.kind, FaultKind::risk_silent);
  EXPECT_EQ(kit.psp.risk(kit.call("POST", "/_risk", "")).answer->status, 400);
}

TEST(PspClock, RunsAheadSoThatSessionsExpire) {
  PspKit kit;
  const std::string id = kit.session();
  EXPECT_EQ(kit.submit("/_clock", "advance_s=86400").status, 200);
  kit.tick();
  EXPECT_EQ(peek(kit.get("/v1/checkout/sessions/" + id).body, "status"), "expired");
  EXPECT_EQ(kit.submit("/_clock", "advance_s=-1").status, 400);
}

// Everything that a caller can see.
std::string seen(PspKit& kit) {
  std::string all;
  for (const char* path : {"/v1/checkout/sessions", "/v1/payment_intents", "/v1/charges",
                           "/v1/refunds", "/v1/events", "/v1/webhook_endpoints"})
    all += kit.get(path, "limit=100").body + "\n";
  return all + kit.show("/_faults").body;
}

TEST(PspState, ComesBackFromItsInputs) {
  PspKit kit;
  kit.submit("/_webhook", "url=http://127.0.0.1:1/x&secret=whsec_1");
  kit.submit("/_faults", "kind=error_500&order=po-1");
  kit.submit("/_faults", "kind=reset_before&order=po-2");
  const std::string id = kit.session("po-1", "k1");
  kit.session("po-2", "k2");
  const std::string other = kit.session("po-3", "k3");
  kit.pay(other, processing);
  kit.post(intents, paid, "k4");
  kit.post("/v1/refunds", "payment_intent=" + kit.psp.state().intents.ids().back(), "k5");
  kit.wait_s(300);
  PspKit again;
  for (const Input& input : kit.inputs) {
    const auto line = decode_input(encode_input(input));
    ASSERT_TRUE(line);
    again.psp.apply(*line);
  }
  again.now_ms = kit.now_ms;
  EXPECT_EQ(seen(again), seen(kit));
  EXPECT_EQ(again.post(intents, paid, "k4").body, kit.post(intents, paid, "k4").body);
}

class PspJournal : public testing::Test {
 protected:
  PspJournal() {
    std::string pattern = (std::filesystem::temp_directory_path() / "florin-psp-XXXXXX").string();
    directory = ::mkdtemp(pattern.data());
  }
  ~PspJournal() override { std::filesystem::remove_all(directory); }
  Result<Journal, Error> open() {
    lines.clear();
    return Journal::open(
        directory, 42, [&](std::uint64_t s) { seed = s; },
        [&](std::string_view line) {
          lines.emplace_back(line);
          return line != "unknown";
        });
  }
  void append_raw(const std::string& text) {
    std::ofstream(directory + "/journal", std::ios::app) << text;
  }
  std::string directory;
  std::uint64_t seed = 0;
  std::vector<std::string> lines;
};

TEST_F(PspJournal, GivesBackItsLinesAndItsSeed) {
  ASSERT_TRUE(open()->append("a=1"));
  ASSERT_TRUE(open()->append("b=2"));
  ASSERT_TRUE(open());
  EXPECT_EQ(seed, 42U);
  EXPECT_THAT(lines, testing::ElementsAre("a=1", "b=2"));
}

TEST_F(PspJournal, CutsATornEndAndRefusesDamageBeforeIt) {
  ASSERT_TRUE(open()->append("a=1"));
  append_raw("01234567 b=");
  ASSERT_TRUE(open()->append("c=3"));
  ASSERT_TRUE(open());
  EXPECT_THAT(lines, testing::ElementsAre("a=1", "c=3"));
  append_raw("01234567 damaged\nmore\n");
  EXPECT_EQ(open().error().code, Errc::corrupt);
}

TEST_F(PspJournal, IsOneProcessesOnlyAndOfOneVersion) {
  {
    auto first = open();
    ASSERT_TRUE(first);
    EXPECT_EQ(open().error().code, Errc::locked);
    ASSERT_TRUE(first->append("unknown"));
  }
  EXPECT_EQ(open().error().code, Errc::mismatch);
}

}  // namespace
}  // namespace florin::sandbox::test
