// Fences alone: what they log and tell, as participant and as coordinator's partition.
#include "actors/partition/fences.hpp"

#include <gtest/gtest.h>

#include "actors/partition/partition_state.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

constexpr PartitionId fences_self = 0;
constexpr PartitionId fences_other = 1;
constexpr std::int64_t fences_interval_us = 1'000;
constexpr std::int64_t fences_resend_us = 5'000;

// A partition that has a log and no entity actors: what Fences emit is applied, what they tell is kept.
class FencesTest : public ::testing::Test, private ActorContext {
 protected:
  // Partition 1 has begun something in entry `index` that has a leg here, which is over.
  void given_finished_leg(LogIndex index) {
    const LegKey key{{index, 0, fences_other}, 1};
    apply(LegCancelledEarly{key, AccountId::from_trusted("alice")});
  }
  void apply(const Event& event) {
    state_.apply(event, next_position(), now_);
    state_.end_entry(state_.last_index(), now_, Hash{});
  }
  void hear(const AdvanceFence& message) { fences_.on(message, *this); }
  void hear(const FenceHeard& message) { fences_.on(message, *this); }
  std::vector<std::string> tick() {
    now_ = now_ + fences_interval_us;
    fences_.tick(*this, state_.last_index() + 1);
    return std::exchange(done_, {});
  }
  std::vector<std::string> done() { return std::exchange(done_, {}); }
  Fences& fences() { return fences_; }
  PartitionState& state() { return state_; }
  void wait(std::int64_t us) { now_ = now_ + us; }

 private:
  [[nodiscard]] Timestamp now() const override { return now_; }
  [[nodiscard]] Position next_position() const { return {state_.last_index() + 1, 0, fences_self}; }
  [[nodiscard]] Position current_position() const override { return state_.last_position(); }
  Position emit(const Event& event) override {
    const auto& advanced = get<FenceAdvanced>(event);
    done_.push_back("logged " + std::to_string(advanced.index) + " of p" +
                    std::to_string(advanced.coordinator));
    const Position at = next_position();
    apply(event);
    return at;
  }
  void tell(PartitionId to, Message&& message) override {
    done_.push_back("p" + std::to_string(to) + " < " + words::text(message));
  }
  void reply(Reply&&) override { done_.emplace_back("reply"); }
  void tell_end(const ActorId&, Reply&&) override { done_.emplace_back("answer"); }
  void call_outside(OutsideCall&&) override { done_.emplace_back("call"); }
  void alarm(std::string_view what, LegKey) override { done_.emplace_back(what); }

  PartitionMap map_{2};
  MemoryStateStore store_;
  PartitionState state_{fences_self, map_, store_, 100};
  Fences fences_{fences_self,
                 state_.kept_legs(),
                 state_.sent_legs(),
                 {.interval_us = fences_interval_us, .resend_after_us = fences_resend_us}};
  Timestamp now_ = words::noon;
  std::vector<std::string> done_;
};

using Done = std::vector<std::string>;

TEST_F(FencesTest, OfWhatIsKeptAreLoggedBeforeTheyAreAnswered) {
  given_finished_leg(7);
  hear(AdvanceFence{fences_self, fences_other, 9});
  EXPECT_EQ(done(), Done{}) << "the answer comes with what is logged";
  EXPECT_TRUE(fences().next_due());
  EXPECT_EQ(tick(), (Done{"logged 9 of p1", "p1 < " + words::text(Message(FenceHeard{1, 0, 9}))}));
  EXPECT_EQ(state().leg_count(), 0U);
}

TEST_F(FencesTest, OfWhatIsNotKeptAreAnsweredAtOnceAndNotLogged) {
  hear(AdvanceFence{fences_self, fences_other, 9});
  EXPECT_EQ(done(), (Done{"p1 < " + words::text(Message(FenceHeard{1, 0, 9}))}));
  EXPECT_EQ(tick(), Done{});
}

TEST_F(FencesTest, HeardInAnyOrderCountByTheHighest) {
  given_finished_leg(7);
  hear(AdvanceFence{fences_self, fences_other, 9});
  hear(AdvanceFence{fences_self, fences_other, 8});
  EXPECT_EQ(tick().front(), "logged 9 of p1");
}

TEST_F(FencesTest, AreToldToWhomALegWasSentUntilTheAnswer) {
  for (int i = 0; i < 3; ++i) given_finished_leg(static_cast<LogIndex>(i + 1));
  EXPECT_EQ(tick(), Done{}) << "no leg was sent";
  fences().leg_is_sent(fences_other, 2);
  const std::string fence = "p1 < " + words::text(Message(AdvanceFence{1, 0, 3}));
  EXPECT_EQ(tick(), Done{fence});
  EXPECT_EQ(tick(), Done{}) << "it may still answer";
  wait(fences_resend_us);
  EXPECT_EQ(tick(), Done{fence});
  hear(FenceHeard{0, 1, 3});
  wait(10 * fences_resend_us);
  EXPECT_EQ(tick(), Done{});
  EXPECT_EQ(fences().next_due(), std::nullopt);
}

TEST_F(FencesTest, AreToldAnewAfterACrash) {
  given_finished_leg(1);
  given_finished_leg(2);
  fences().begin_deciding(state().last_index());
  EXPECT_TRUE(fences().next_due());
  EXPECT_EQ(tick().size(), 2U) << "to every partition, this one too";
}

TEST_F(FencesTest, OfNoPartitionAreAnAlarm) {
  hear(AdvanceFence{fences_self, 5, 9});
  hear(FenceHeard{0, 5, 9});
  EXPECT_EQ(done(), (Done{"a fence of no partition", "a fence heard by no partition"}));
}

}  // namespace
}  // namespace florin
