// Nodes that compare their clocks: who is right, who is off, and what a minority cannot do.
#include "cluster/clock/clock_watch.hpp"

#include <gtest/gtest.h>

#include "cluster/clock/clock_duty.hpp"
#include "cluster/clock/clock_frame.hpp"

namespace florin {
namespace {

constexpr std::int64_t clock_second = 1'000'000;
constexpr std::int64_t clock_year = 365LL * 86'400 * clock_second;
constexpr std::int64_t epoch = 1'700'000'000 * clock_second;

// Some nodes on one true time, each with a clock and a monotonic clock of its own; frames arrive after `delay` each way.
class Clocks : public testing::Test {
 protected:
  struct Node {
    std::unique_ptr<ClockWatch> watch;
    std::int64_t off = 0;   // of its clock
    std::int64_t boot = 0;  // of its monotonic clock
    bool is_up = true;
  };

  void make(std::size_t count, std::int64_t kept_us = 600 * clock_second) {
    for (std::size_t i = 0; i < count; ++i) {
      ClockWatchOptions options;
      options.offset_max_us = 2 * clock_second;
      options.kept_us = kept_us;
      options.first_number = 1000 * (i + 1);
      nodes_.push_back({std::make_unique<ClockWatch>(options), 0,
                        static_cast<std::int64_t>(i) * 7'777'777, true});
    }
  }
  [[nodiscard]] Timestamp wall(const Node& node) const { return {epoch + true_ + node.off}; }
  [[nodiscard]] std::int64_t monotonic(const Node& node) const { return true_ + node.boot; }
  [[nodiscard]] std::vector<NodeNumber> others_of(std::size_t self) const {
    std::vector<NodeNumber> others;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (i != self) others.push_back(static_cast<NodeNumber>(i + 1));
    return others;
  }
  // Everybody asks everybody, and hears.
  void compare(std::int64_t delay = 1'000) {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      Node& asker = nodes_[i];
      if (!asker.is_up) continue;
      for (const auto& frame : asker.watch->tick(monotonic(asker), others_of(i))) {
        Node& asked = nodes_[frame.to - 1U];
        if (!asked.is_up) continue;
        true_ += delay;
        const auto answer = asked.watch->take(static_cast<NodeNumber>(i + 1), frame.bytes,
                                              wall(asked), monotonic(asked));
        ASSERT_TRUE(answer.understood && answer.answer);
        true_ += delay;
        const auto taken =
            asker.watch->take(frame.to, *answer.answer, wall(asker), monotonic(asker));
        EXPECT_TRUE(taken.understood && !taken.answer);
      }
    }
  }
  [[nodiscard]] ClockReading read(std::size_t i) const {
    const Node& node = nodes_[i];
    return opinion(i).read(wall(node), monotonic(node));
  }
  [[nodiscard]] ClockOpinion opinion(std::size_t i) const {
    return nodes_[i].watch->opinion(wall(nodes_[i]), monotonic(nodes_[i]));
  }

  std::vector<Node> nodes_;
  std::int64_t true_ = 0;
};

TEST_F(Clocks, AreTrustedWhenMostAgree) {
  make(3);
  nodes_[1].off = clock_second;
  compare();
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read(i).trust, ClockTrust::own) << i;
    EXPECT_EQ(read(i).time, wall(nodes_[i])) << i;
  }
}

TEST_F(Clocks, GiveTheTimeOfMostToOneThatIsAhead) {
  make(3);
  nodes_[2].off = clock_year;
  compare();
  EXPECT_EQ(read(0).trust, ClockTrust::own);
  EXPECT_EQ(read(2).trust, ClockTrust::peers);
  EXPECT_NEAR(static_cast<double>(read(2).time.us), static_cast<double>(epoch + true_), 10'000);
  EXPECT_NEAR(static_cast<double>(*opinion(2).offset_us(wall(nodes_[2]), monotonic(nodes_[2]))),
              static_cast<double>(clock_year), 10'000);
  EXPECT_TRUE(nodes_[0].watch->is_off(3, opinion(0)));
  EXPECT_TRUE(nodes_[0].watch->is_right(2, opinion(0)));
  EXPECT_TRUE(nodes_[2].watch->is_right(1, opinion(2)));
}

// Not at the next comparison: at the next look.
TEST_F(Clocks, FindAClockThatIsSetAtOnce) {
  make(3);
  compare();
  const ClockOpinion before = opinion(0);
  nodes_[0].off = 20 * clock_second;
  EXPECT_EQ(before.read(wall(nodes_[0]), monotonic(nodes_[0])).trust, ClockTrust::peers);
  nodes_[0].off = 0;
  EXPECT_EQ(before.read(wall(nodes_[0]), monotonic(nodes_[0])).trust, ClockTrust::own);
}

TEST_F(Clocks, AreUnsureUntilMostAreKnown) {
  make(3);
  nodes_[1].is_up = nodes_[2].is_up = false;
  EXPECT_EQ(read(0).trust, ClockTrust::nobody) << "nobody was asked yet";
  compare();
  EXPECT_EQ(read(0).trust, ClockTrust::nobody);
  EXPECT_FALSE(opinion(0).is_known);
  nodes_[1].is_up = true;
  compare();
  EXPECT_EQ(read(0).trust, ClockTrust::own);
}

TEST_F(Clocks, AreUnsureWhenNoTwoAgree) {
  make(3);
  nodes_[1].off = 10 * clock_second;
  nodes_[2].off = -10 * clock_second;
  compare();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(read(i).trust, ClockTrust::nobody) << i;
  EXPECT_TRUE(opinion(0).is_known);
}

TEST_F(Clocks, AreTrustedWhereThereIsNoOther) {
  make(1);
  compare();
  nodes_[0].off = clock_year;
  EXPECT_EQ(read(0).trust, ClockTrust::own);
}

TEST_F(Clocks, RememberANodeThatIsDownForAWhile) {
  make(3);
  nodes_[2].off = clock_year;
  compare();
  nodes_[1].is_up = false;
  true_ += 60 * clock_second;
  compare();
  EXPECT_EQ(read(2).trust, ClockTrust::peers) << "of two, neither would be right";
  true_ += 600 * clock_second;
  compare();
  EXPECT_EQ(read(2).trust, ClockTrust::nobody);
}

TEST_F(Clocks, DoNotUseAnAnswerThatTookLong) {
  make(2);
  compare(clock_second / 2 + 1);
  EXPECT_EQ(read(0).trust, ClockTrust::nobody);
  compare(clock_second / 2);
  EXPECT_EQ(read(0).trust, ClockTrust::own);
}

TEST_F(Clocks, AskEachTickUntilTheyKnowAndThenNowAndThen) {
  make(2);
  for (int i = 0; i < 3; ++i) compare();
  EXPECT_TRUE(nodes_[0].watch->tick(monotonic(nodes_[0]), {2}).empty());
  true_ += clock_second;
  EXPECT_EQ(nodes_[0].watch->tick(monotonic(nodes_[0]), {2}).size(), 1U);
}

TEST_F(Clocks, TakeNoAnswerThatNobodyWaitsFor) {
  make(2);
  ClockWatch& watch = *nodes_[0].watch;
  const auto asked = watch.tick(0, {2});
  ASSERT_EQ(asked.size(), 1U);
  const auto answer = [](std::uint64_t number) {
    return encode_clock_frame(ClockAnswer{number, {epoch}});
  };
  const std::uint64_t number = get<ClockAsk>(*decode_clock_frame(asked[0].bytes)).number;
  watch.take(2, answer(number + 1), {epoch}, 10);  // another process's, or made up
  watch.take(3, answer(number), {epoch}, 10);      // not who was asked
  EXPECT_EQ(watch.opinion({epoch}, 10).middle_us, std::nullopt);
  watch.take(2, answer(number), {epoch}, 10);
  EXPECT_NE(watch.opinion({epoch}, 10).middle_us, std::nullopt);
  watch.take(2, encode_clock_frame(ClockAnswer{number, {epoch + clock_year}}), {epoch}, 11);
  EXPECT_EQ(watch.opinion({epoch}, 11).read({epoch}, 11).trust, ClockTrust::own) << "a copy";
}

TEST(ClockFrame, TakesOnlyWhatIsOne) {
  const std::string ask = encode_clock_frame(ClockAsk{7});
  const std::string answer = encode_clock_frame(ClockAnswer{8, {epoch}});
  EXPECT_EQ(get<ClockAsk>(*decode_clock_frame(ask)).number, 7U);
  EXPECT_EQ(get<ClockAnswer>(*decode_clock_frame(answer)).time, Timestamp{epoch});
  for (const std::string& whole : {ask, answer}) {
    EXPECT_FALSE(decode_clock_frame(whole + "x"));
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(decode_clock_frame(whole.substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_clock_frame("\x03" + ask.substr(1)));
  for (const std::int64_t time :
       {std::int64_t{-1}, INT64_MIN, INT64_MAX, (std::int64_t{1} << 53) + 1})
    EXPECT_FALSE(decode_clock_frame(encode_clock_frame(ClockAnswer{8, {time}}))) << time;
}

// --- what is done about it --------------------------------------------------------------------------------

std::vector<ReplicatedLog::Status> one_led_group(NodeNumber leader) {
  ReplicatedLog::Status group;
  group.group = 4;
  group.leader = leader;
  group.conf.voters = {replica_id(1, 1), replica_id(2, 1), replica_id(3, 1)};
  return {group};
}

TEST(ClockDuty, HandsOverToANodeThatIsRightWhenItsClockIsOff) {
  ClockDuty duty(1);
  const auto may_lead = [](NodeNumber node) { return node == 3; };
  EXPECT_TRUE(
      duty.tick(ClockDuty::hands_over({{}, ClockTrust::own}), one_led_group(1), may_lead).empty());
  EXPECT_TRUE(duty.tick(ClockDuty::hands_over({{}, ClockTrust::nobody}), one_led_group(1), may_lead)
                  .empty());
  const auto handed =
      duty.tick(ClockDuty::hands_over({{}, ClockTrust::peers}), one_led_group(1), may_lead);
  ASSERT_EQ(handed.size(), 1U);
  EXPECT_EQ(handed[0].group, 4U);
  EXPECT_EQ(handed[0].to, 3U);
  EXPECT_TRUE(
      duty.tick(ClockDuty::hands_over({{}, ClockTrust::peers}), one_led_group(1), may_lead).empty())
      << "raft is at it";
}

TEST(ClockDuty, LeadsOnWhereNobodyElseCan) {
  ClockDuty duty(1);
  EXPECT_TRUE(duty.tick(ClockDuty::hands_over({{}, ClockTrust::peers}), one_led_group(1),
                        [](NodeNumber) { return false; })
                  .empty());
  EXPECT_TRUE(duty.tick(ClockDuty::hands_over({{}, ClockTrust::peers}), one_led_group(2),
                        [](NodeNumber) { return true; })
                  .empty());
}

TEST(ClockDuty, IsReluctantToLeadWithAClockThatIsOffOrNotCompared) {
  ClockOpinion known;
  known.is_known = true;
  EXPECT_FALSE(ClockDuty::is_reluctant({{}, ClockTrust::own}, known));
  EXPECT_TRUE(ClockDuty::is_reluctant({{}, ClockTrust::peers}, known));
  EXPECT_TRUE(ClockDuty::is_reluctant({{}, ClockTrust::nobody}, {}));
  EXPECT_FALSE(ClockDuty::is_reluctant({{}, ClockTrust::nobody}, known)) << "none is better";
}

}  // namespace
}  // namespace florin
