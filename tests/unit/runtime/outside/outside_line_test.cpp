// Who may be called now: breaker, concurrency, and the line in front of them.
#include "runtime/outside/outside_line.hpp"

#include <gtest/gtest.h>

#include "tests/support/wallet_words.hpp"

namespace florin::outside {
namespace {

using State = CircuitBreaker::State;
using psp::HttpFault;

constexpr std::int64_t second_us = 1'000'000;
constexpr BreakerRules breaker_rules{3, Milliseconds(1'000), Milliseconds(4'000)};

// --- the breaker -----------------------------------------------------------------------------------------------

class CircuitBreakerTest : public testing::Test {
 protected:
  bool note(PartyVerdict verdict) { return breaker_.note(verdict, now_); }
  bool passes() { return breaker_.lets_pass(now_); }
  void fail(int times) {
    for (int i = 0; i < times; ++i) note(PartyVerdict::failed);
  }
  CircuitBreaker breaker_{breaker_rules};
  std::int64_t now_ = 100 * second_us;
};

TEST_F(CircuitBreakerTest, OpensAfterFailuresInARow) {
  fail(2);
  note(PartyVerdict::good);
  fail(2);
  EXPECT_TRUE(passes()) << "none of them were three in a row";
  EXPECT_TRUE(note(PartyVerdict::failed)) << "it says so once";
  EXPECT_FALSE(passes());
  EXPECT_FALSE(note(PartyVerdict::failed)) << "of calls that were under way";
}

TEST_F(CircuitBreakerTest, OpensAtOnceWhenOurCredentialIsNotTaken) {
  EXPECT_TRUE(note(PartyVerdict::denied));
  EXPECT_EQ(breaker_.state(), State::open);
}

TEST_F(CircuitBreakerTest, LetsOneFindOutWhenItsTimeIsOver) {
  fail(3);
  now_ += second_us - 1;
  EXPECT_FALSE(passes());
  now_ += 1;
  EXPECT_TRUE(passes());
  EXPECT_FALSE(passes()) << "only one";
  note(PartyVerdict::good);
  EXPECT_EQ(breaker_.state(), State::closed);
  EXPECT_TRUE(passes());
}

TEST_F(CircuitBreakerTest, StaysOpenTwiceAsLongEachTimeUpToABound) {
  fail(3);
  for (const std::int64_t seconds : {1, 2, 4, 4}) {
    now_ += seconds * second_us - 1;
    EXPECT_FALSE(passes()) << seconds;
    now_ += 1;
    EXPECT_TRUE(passes()) << seconds;
    note(PartyVerdict::failed);
  }
  now_ += 4 * second_us;
  EXPECT_TRUE(passes());
  note(PartyVerdict::good);
  fail(3);
  now_ += second_us;
  EXPECT_TRUE(passes()) << "what is over is over";
}

TEST_F(CircuitBreakerTest, AProbeThatSaysNothingLetsAnotherOneFindOut) {
  fail(3);
  now_ += second_us;
  EXPECT_TRUE(passes());
  breaker_.forget_probe();
  EXPECT_TRUE(passes());
}

TEST_F(CircuitBreakerTest, TooManyIsNoFailure) {
  fail(2);
  note(PartyVerdict::throttled);
  fail(2);
  EXPECT_TRUE(passes());
}

// --- concurrency -----------------------------------------------------------------------------------------------

TEST(Concurrency, HalvesWhenThereAreTooManyAndGrowsOneByOne) {
  Concurrency calls(8);
  const auto end = [&](PartyVerdict verdict, std::int64_t now, std::int64_t pause) {
    calls.begin();
    calls.end(verdict, now, pause);
  };
  end(PartyVerdict::throttled, 0, 0);
  EXPECT_EQ(calls.limit(), 4U);
  for (int i = 0; i < 3; ++i) end(PartyVerdict::good, 1, 0);
  EXPECT_EQ(calls.limit(), 4U);
  end(PartyVerdict::good, 1, 0);
  EXPECT_EQ(calls.limit(), 5U);
  for (int i = 0; i < 10; ++i) end(PartyVerdict::throttled, 1, 0);
  EXPECT_EQ(calls.limit(), 1U) << "one always may";
  for (int i = 0; i < 1'000; ++i) end(PartyVerdict::good, 2, 0);
  EXPECT_EQ(calls.limit(), 8U) << "and never more than at first";
}

TEST(Concurrency, LeavesAPartyAloneAsLongAsItSaysButNoMoreThanAMinute) {
  Concurrency calls(8);
  calls.begin();
  calls.end(PartyVerdict::throttled, 10 * second_us, 7 * second_us);
  EXPECT_FALSE(calls.has_room(17 * second_us - 1));
  EXPECT_TRUE(calls.has_room(17 * second_us));
  calls.begin();
  calls.end(PartyVerdict::throttled, 20 * second_us, 86'400 * second_us);
  EXPECT_FALSE(calls.has_room(80 * second_us - 1));
  EXPECT_TRUE(calls.has_room(80 * second_us));
}

// --- the line --------------------------------------------------------------------------------------------------

class OutsideLineTest : public testing::Test {
 protected:
  static OutsideParty narrow() {
    OutsideParty party;
    party.port = "psp";
    party.under_way_max = 2;
    party.waiting_max = 3;
    party.waiting_time_max = Milliseconds(5'000);
    party.breaker = breaker_rules;
    return party;
  }
  std::optional<HttpFault> add(unsigned number) {
    OutsideCall call{"psp", words::uuid(number), 0, nullptr, {}};
    return line_.add(call, now_);
  }
  // The number of the call that may begin; 0: none.
  unsigned next() {
    const auto call = line_.next(now_);
    for (unsigned number = 1; call && number < 100; ++number)
      if (call->id == words::uuid(number)) return number;
    return 0;
  }
  void fail(int times) {
    for (int i = 0; i < times; ++i) line_.ended(PartyVerdict::failed, now_, 0);
  }

  OutsideParty party_ = narrow();
  OutsideMetrics metrics_{"psp"};
  OutsideLine line_{party_, metrics_};
  std::int64_t now_ = 100 * second_us;
};

TEST_F(OutsideLineTest, GivesOutInOrderAsManyAsMayBeUnderWay) {
  for (unsigned number = 1; number <= 3; ++number) EXPECT_EQ(add(number), std::nullopt);
  EXPECT_EQ(next(), 1U);
  EXPECT_EQ(next(), 2U);
  EXPECT_EQ(next(), 0U);
  line_.ended(PartyVerdict::good, now_, 0);
  EXPECT_EQ(next(), 3U);
  EXPECT_EQ(metrics_.under_way.value(), 2U);
  EXPECT_EQ(metrics_.waiting.value(), 0U);
}

TEST_F(OutsideLineTest, IsNoLongerThanItMayBe) {
  for (unsigned number = 1; number <= 3; ++number) add(number);
  EXPECT_EQ(add(4), HttpFault::queue_full);
}

TEST_F(OutsideLineTest, NobodyWaitsLongerThanHeMay) {
  add(1);
  now_ += second_us;
  add(2);
  EXPECT_EQ(line_.next_change_us(now_), 105 * second_us);
  now_ = 105 * second_us;
  EXPECT_EQ(line_.take_late(now_).size(), 1U);
  EXPECT_EQ(next(), 2U);
  EXPECT_EQ(line_.next_change_us(now_), std::nullopt);
}

TEST_F(OutsideLineTest, NobodyWaitsForAPartyThatIsLeftAlone) {
  for (unsigned number = 1; number <= 3; ++number) add(number);
  next(), next();
  line_.ended(PartyVerdict::failed, now_, 0);
  EXPECT_EQ(next(), 3U);
  line_.ended(PartyVerdict::failed, now_, 0);
  EXPECT_TRUE(line_.ended(PartyVerdict::failed, now_, 0));
  EXPECT_EQ(add(4), HttpFault::breaker_open);
  EXPECT_EQ(metrics_.breaker_opened.value(), 1U);
  EXPECT_EQ(metrics_.breaker.value(), 1U);
  now_ += second_us;
  EXPECT_EQ(add(5), std::nullopt);
  EXPECT_EQ(add(6), std::nullopt);
  EXPECT_EQ(next(), 5U);
  EXPECT_EQ(next(), 0U) << "behind the one that finds out";
}

TEST_F(OutsideLineTest, AThrottledPartysNextCallWaitsForItsTime) {
  add(1), add(2);
  next();
  line_.ended(PartyVerdict::throttled, now_, 2 * second_us);
  EXPECT_EQ(next(), 0U);
  EXPECT_EQ(line_.next_change_us(now_), now_ + 2 * second_us);
  now_ += 2 * second_us;
  EXPECT_EQ(next(), 2U);
}

}  // namespace
}  // namespace florin::outside
