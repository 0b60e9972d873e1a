// The simulated provider, asked by the real adapter: it makes, shows, closes; keeps keys; is paid; and everything that is meant to
// go wrong does.
#include "sim/psp/sim_provider.hpp"

#include <gtest/gtest.h>

#include <set>

#include "psp/call_key.hpp"
#include "psp/sessions/sessions_currencies.hpp"
#include "psp/sessions/sessions_decode.hpp"
#include "psp/sessions/sessions_encode.hpp"
#include "psp/sessions/sessions_webhook.hpp"
#include "sim/psp/payer_script.hpp"

namespace florin::sim {
namespace {

using psp::PspClass;
using psp::PspOperation;
using psp::PspState;

constexpr std::int64_t begins_s = 1'000'000;
constexpr std::int64_t minute_us = 60'000'000;
const psp::OrderMarks marks{"po-1", "florin"};
const Currency usd{{'U', 'S', 'D'}};

psp::CreateSession page(std::string key = "po-1", std::int64_t amount = 1'000) {
  return {
      std::move(key),    marks, amount, usd, "https://shop.example/ok", "https://shop.example/no",
      begins_s + 40 * 60};
}

psp::PspExpectation expected(std::string session = {}) {
  return {marks, 1'000, usd, false, std::move(session), {}};
}

class ProviderDeskTest : public testing::Test {
 protected:
  psp::PspAnswer ask(const psp::PspRequest& request, const psp::PspExpectation& wanted = expected(),
                     ProviderMishap mishap = ProviderMishap::none) {
    const auto http = psp::sessions::encode(request);
    EXPECT_TRUE(http) << http.error().context;
    return psp::sessions::decode(psp::operation_of(request), wanted,
                                 desk_.answer(*http, now_us_, busy_us_, mishap).answer);
  }
  std::string made() { return ask(page()).seen->session_id; }
  psp::PspAnswer shown(const std::string& id) {
    return ask(psp::RetrieveSession{id}, expected(id));
  }

  ProviderDesk desk_;
  std::int64_t now_us_ = begins_s * 1'000'000;
  std::int64_t busy_us_ = 0;
};

TEST_F(ProviderDeskTest, MakesAPageThatTheAdapterUnderstands) {
  const auto answer = ask(page());
  ASSERT_EQ(answer.outcome, PspClass::ok);
  EXPECT_EQ(answer.seen->state, PspState::open);
  EXPECT_EQ(answer.seen->marks, marks);
  EXPECT_EQ(answer.seen->amount, 1'000);
  EXPECT_FALSE(answer.seen->payer_url.empty());
  EXPECT_EQ(desk_.store().sessions().size(), 1U);
}

TEST_F(ProviderDeskTest, AKeyIsKnownFor24HoursAndSaysWhatItSaid) {
  const std::string id = made();
  now_us_ += 23 * 60 * minute_us;
  const auto again = ask(page());
  EXPECT_EQ(again.seen->session_id, id);
  EXPECT_TRUE(again.is_replay);
  now_us_ += 61 * minute_us;
  EXPECT_EQ(ask(page()).outcome, PspClass::refused) << "it is forgotten, and its end has passed";
  EXPECT_EQ(desk_.store().sessions().size(), 1U);
}

TEST_F(ProviderDeskTest, OtherContentUnderAKeyIsRefusedAndCounted) {
  made();
  EXPECT_EQ(ask(page("po-1", 999)).outcome, PspClass::key_conflict);
  EXPECT_EQ(desk_.conflicts(), 1U);
  EXPECT_EQ(desk_.store().sessions().size(), 1U);
}

TEST_F(ProviderDeskTest, AKeyThatIsBeingWorkedOnIs409) {
  busy_us_ = 1'000;
  made();
  EXPECT_EQ(ask(page()).outcome, PspClass::in_progress);
  now_us_ += 1'000;
  EXPECT_TRUE(ask(page()).is_replay);
}

TEST_F(ProviderDeskTest, A500IsKeptWhetherItWasDoneOrNot) {
  EXPECT_EQ(ask(page("a"), expected(), ProviderMishap::fails_before).outcome, PspClass::unknown);
  EXPECT_EQ(ask(page("b"), expected(), ProviderMishap::fails_behind).outcome, PspClass::unknown);
  for (const char* key : {"a", "b"}) {
    const auto again = ask(page(key));
    EXPECT_EQ(again.outcome, PspClass::unknown);
    EXPECT_TRUE(again.is_replay);
  }
  EXPECT_EQ(desk_.store().sessions().size(), 1U);
}

TEST_F(ProviderDeskTest, WhatIsWrongWithARequestIsNotKept) {
  auto late = page();
  late.expires_at_s = begins_s + 60;
  EXPECT_EQ(ask(late).outcome, PspClass::refused);
  EXPECT_EQ(ask(page()).outcome, PspClass::ok) << "other bytes under the same key";
  EXPECT_EQ(desk_.conflicts(), 0U);
}

TEST_F(ProviderDeskTest, IsPaidOnceWhateverThePayerDoes) {
  const std::string id = made();
  ProviderStore& store = desk_.store();
  EXPECT_TRUE(store.decline(id, "insufficient_funds", begins_s));
  EXPECT_EQ(shown(id).seen->state, PspState::failed_attempt);
  EXPECT_TRUE(store.ask_action(id, begins_s));
  EXPECT_EQ(shown(id).seen->state, PspState::requires_action);
  EXPECT_TRUE(store.succeed(id, begins_s));
  EXPECT_FALSE(store.succeed(id, begins_s)) << "the other tab";
  const auto seen = shown(id);
  EXPECT_EQ(seen.outcome, PspClass::ok);
  EXPECT_EQ(seen.seen->state, PspState::succeeded);
  EXPECT_EQ(store.captures().size(), 1U);
  EXPECT_EQ(ask(psp::ExpireSession{"k", id}, expected(id)).outcome, PspClass::refused);
}

TEST_F(ProviderDeskTest, TheBankTakesItsTime) {
  const std::string yes = made();
  ProviderStore& store = desk_.store();
  EXPECT_TRUE(store.begin_processing(yes, begins_s));
  EXPECT_EQ(shown(yes).seen->state, PspState::processing);
  EXPECT_TRUE(store.succeed(yes, begins_s + 24 * 3'600)) << "long after the page's time";
  EXPECT_EQ(shown(yes).seen->state, PspState::succeeded);
  const std::string no = ask(page("other")).seen->session_id;
  EXPECT_TRUE(store.begin_processing(no, begins_s));
  EXPECT_TRUE(store.fail_processing(no, begins_s));
  EXPECT_EQ(shown(no).seen->state, PspState::canceled);
}

TEST_F(ProviderDeskTest, ClosesOnlyWhatIsOpenAndEndsByItsTime) {
  const std::string id = made();
  const auto closed = ask(psp::ExpireSession{"po-1/expire/1", id}, expected(id));
  EXPECT_EQ(closed.outcome, PspClass::ok);
  EXPECT_EQ(closed.seen->state, PspState::expired);
  EXPECT_FALSE(desk_.store().succeed(id, begins_s));
  const std::string other = ask(page("other")).seen->session_id;
  now_us_ += 40 * minute_us;
  EXPECT_EQ(shown(other).seen->state, PspState::expired);
  EXPECT_FALSE(desk_.store().succeed(other, begins_s + 40 * 60));
}

TEST_F(ProviderDeskTest, ListsPageByPageAndSearchesLate) {
  for (int i = 0; i < psp::sessions::page_rows + 1; ++i) ask(page("key-" + std::to_string(i)));
  const psp::ListSessions first{begins_s, begins_s, {}};
  const auto page_one = ask(first);
  EXPECT_EQ(page_one.found.size(), static_cast<std::size_t>(psp::sessions::page_rows));
  ASSERT_FALSE(page_one.next.empty());
  const auto page_two = ask(psp::ListSessions{begins_s, begins_s, page_one.next});
  EXPECT_EQ(page_two.found.size(), 1U);
  EXPECT_TRUE(page_two.next.empty());
  desk_.store().decline(page_one.found.front().session_id, "x", begins_s);
  EXPECT_EQ(ask(psp::SearchIntents{marks}).outcome, PspClass::absent);
  now_us_ += 2 * minute_us;
  EXPECT_EQ(ask(psp::SearchIntents{marks}).outcome, PspClass::ok);
}

// --- the way there and back --------------------------------------------------------------------------------------

class SimProviderTest : public testing::Test {
 protected:
  SimProvider::Ports ports() {
    return {[this](const std::string& body) { webhooks_.push_back(body); },
            [this](const ProviderCapture& capture) { captures_.push_back(capture); },
            [this](const ProviderSession&) { ++made_; },
            [this](const std::string& what) { ADD_FAILURE() << what; }};
  }
  void call(const psp::PspRequest& request, const std::string& key) {
    const auto bytes = psp::request_bytes(*psp::sessions::encode(request));
    ASSERT_TRUE(bytes);
    const auto wrong = provider_.call({sim_provider_name,
                                       psp::call_id(sim_provider_name, key),
                                       0,
                                       std::make_shared<const std::string>(*bytes),
                                       {}},
                                      [this](const CallAnswer& answer) { hear(answer); });
    EXPECT_EQ(wrong, std::nullopt);
  }
  void hear(const CallAnswer& answer) {
    const auto http = psp::parse_answer(answer.bytes);
    ASSERT_TRUE(http);
    EXPECT_EQ(http->end == psp::HttpEnd::not_sent, answer.outcome == CallOutcome::not_sent);
    classes_.insert(psp::sessions::decode(PspOperation::create_session, expected_, *http).outcome);
    ++heard_;
  }
  void run() {
    while (events_.run_one()) continue;
  }
  psp::CreateSession page_of(int number) {
    auto one = page("po-" + std::to_string(number));
    one.marks.order_id = one.key;
    one.expires_at_s = begins_s + events_.now() / second + 600;
    expected_.marks = one.marks;
    return one;
  }

  EventQueue events_;
  Trace trace_;
  psp::PspExpectation expected_ = expected();
  std::vector<std::string> webhooks_;
  std::vector<ProviderCapture> captures_;
  std::set<PspClass> classes_;
  std::uint64_t made_ = 0, heard_ = 0;
  SimProvider provider_{events_, trace_, 7, begins_s * 1'000'000, ports()};
};

TEST_F(SimProviderTest, EverythingThatIsMeantToGoWrongDoes) {
  for (int i = 0; i < 400; ++i) {
    const auto one = page_of(i);
    for (int times = 0; times < 3; ++times) {
      call(one, one.key);
      run();
    }
  }
  for (const PspClass expected_class : {PspClass::ok, PspClass::not_sent, PspClass::unknown,
                                        PspClass::in_progress, PspClass::auth, PspClass::throttled})
    EXPECT_TRUE(classes_.contains(expected_class)) << psp::to_string(expected_class);
  EXPECT_FALSE(classes_.contains(PspClass::key_conflict));
  EXPECT_NE(heard_, provider_.calls()) << "silence, and answers that come twice";
  EXPECT_LT(captures_.size(), made_);
  EXPECT_GT(captures_.size(), made_ / 4);
  EXPECT_EQ(provider_.store().captures(), captures_);
  std::set<std::string> orders;
  for (const auto& capture : captures_) EXPECT_TRUE(orders.insert(capture.order).second);
}

TEST_F(SimProviderTest, WebhooksAreEventsThatTheAdapterReads) {
  provider_.heal();
  for (int i = 0; i < 20; ++i) {
    const auto one = page_of(i);
    call(one, one.key);
  }
  run();
  ASSERT_FALSE(webhooks_.empty());
  for (const std::string& body : webhooks_) {
    const auto hint = psp::sessions::parse_hint(body);
    ASSERT_TRUE(hint) << body;
    EXPECT_EQ(psp::sessions::origin_of(*hint, "florin", false), psp::sessions::HintOrigin::ours);
    EXPECT_FALSE(hint->session_id.empty());
  }
  EXPECT_TRUE(provider_.is_quiet());
}

TEST_F(SimProviderTest, ThatKeepsNothingButWhatWasAsked) {
  const auto wrong = provider_.call(
      {sim_provider_name, {}, 0, std::make_shared<const std::string>("no request"), {}},
      [](const CallAnswer&) {});
  EXPECT_NE(wrong, std::nullopt);
}

TEST(PayerScript, IsTheSameForAnOrderAndHasAllThatPayersDo) {
  std::set<PayerAct> acts;
  std::size_t never = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string order = "po-" + std::to_string(i);
    const auto script = draw_payer(7, order, second);
    const auto again = draw_payer(7, order, second);
    ASSERT_EQ(script.size(), again.size());
    for (std::size_t s = 0; s < script.size(); ++s) EXPECT_EQ(script[s].act, again[s].act);
    if (script.empty()) ++never;
    for (const PayerStep& step : script) acts.insert(step.act);
  }
  EXPECT_EQ(acts.size(), 6U);
  EXPECT_GT(never, 10U);
}

}  // namespace
}  // namespace florin::sim
