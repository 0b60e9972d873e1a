// The host of a partition: its time, and that nothing leaves and no checkpoint is handed out too early.
// (Turns and stops: tests/component/runtime/partition_manager_test.cpp, through the CAF shell.)
#include "actors/partition/partition_host.hpp"

#include <gtest/gtest.h>

#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using words::second;

class PartitionHostTest : public testing::Test, protected HostPorts {
 protected:
  PartitionHostTest() {
    const auto loaded = partition_.load();
    EXPECT_TRUE(loaded);
    partition_.recovered();
    inbox_.set_wake([] {});
  }

  void open(const AccountId& id) {
    std::vector<Message> one;
    one.emplace_back(
        OpenAccount{.request = 1, .account = id, .currency = words::usd, .metadata = {}});
    ASSERT_EQ(inbox_.push_from_clients(one), 1U);
    host_.wake();
  }
  // An entry of a leader elsewhere, replayed here.
  void follow(LogIndex index, const AccountId& opened, Timestamp time) {
    EntryBuilder builder;
    builder.begin();
    builder.add(AccountOpened{opened, words::usd, AccountKind::user, false, no_daily_limit, {}});
    EntryHeader header;
    header.term = 1;
    header.index = index;
    header.previous_hash = partition_.state().last_hash();
    header.time = time;
    ASSERT_TRUE(partition_.replay(builder.finish(header)));
    durable_ = index;
  }
  void pass(std::int64_t us) {
    wall_ = wall_ + us;
    monotonic_ += us;
  }

  // HostPorts
  [[nodiscard]] Timestamp now() const override { return wall_; }
  [[nodiscard]] std::int64_t monotonic_us() const override { return monotonic_; }
  [[nodiscard]] LogIndex durable_index() const override { return durable_; }
  [[nodiscard]] LogIndex checkpoint_index() const override {
    return checkpoints_.empty() ? 0 : checkpoints_.back();
  }
  void append(LogEntry entry) override { appended_ = entry.index; }
  void deliver(std::vector<Reply> replies) override { replies_ += replies.size(); }
  void tell(PartitionId, std::vector<Message>) override {}
  void write_checkpoint(Checkpoint checkpoint) override {
    checkpoints_.push_back(checkpoint.index);
  }
  void stopped() override {}
  void released(const Effects&) override {}

  PartitionMap map_{1};
  MemoryStateStore store_;
  Partition partition_{0, map_, store_, {}};
  Inbox inbox_{100};
  PartitionHost host_{partition_, inbox_, store_, *this, {}};
  Timestamp wall_ = words::noon;
  std::int64_t monotonic_ = 0;
  LogIndex durable_ = 0;
  LogIndex appended_ = 0;
  std::size_t replies_ = 0;
  std::vector<LogIndex> checkpoints_;
};

TEST_F(PartitionHostTest, ShowsTheWallClockWhileItGoesForward) {
  EXPECT_EQ(host_.now(), words::noon);
  pass(3 * second);
  EXPECT_EQ(host_.now(), words::noon + 3 * second);
  wall_ = wall_ + words::day;
  EXPECT_EQ(host_.now(), words::noon + words::day + 3 * second);
}

TEST_F(PartitionHostTest, GoesOnAtHalfPaceWhileTheWallClockIsBehind) {
  EXPECT_EQ(host_.now(), words::noon);
  wall_ = words::noon + -words::day;
  EXPECT_EQ(host_.now(), words::noon) << "never back";
  pass(10 * second);
  EXPECT_EQ(host_.now(), words::noon + 5 * second) << "and never still";
  for (int i = 0; i < 10; ++i) {
    pass(1);
    static_cast<void>(host_.now());
  }
  EXPECT_EQ(host_.now(), words::noon + 5 * second + 5) << "looking at it often does not stop it";
  pass(2 * words::day);
  EXPECT_EQ(host_.now(), wall_) << "the wall clock has caught up";
}

TEST_F(PartitionHostTest, BeginsBehindItsLogOnlyWithTheLogsTime) {
  open(words::alice);
  const Timestamp in_log = partition_.state().last_time();
  wall_ = words::noon + -words::day;
  PartitionHost restarted(partition_, inbox_, store_, *this, {});
  EXPECT_EQ(restarted.now(), in_log);
  pass(2 * second);
  EXPECT_EQ(restarted.now(), in_log + second);
}

// A replica that follows replays entries of a leader whose clock was ahead, and leads next.
TEST_F(PartitionHostTest, GoesOnFromTheTimeOfReplayedEntriesThatAreAheadOfItsClock) {
  EXPECT_EQ(host_.now(), words::noon);
  follow(1, words::alice, words::noon + words::day);
  EXPECT_EQ(host_.now(), words::noon + words::day);
  pass(10 * second);
  EXPECT_EQ(host_.now(), words::noon + words::day + 5 * second)
      << "what waits for a time must not wait for a day";
}

TEST_F(PartitionHostTest, NothingLeavesBeforeTheEntryIsDurable) {
  open(words::alice);
  EXPECT_EQ(appended_, 1U);
  EXPECT_EQ(replies_, 0U);
  EXPECT_TRUE(checkpoints_.empty()) << "a store is never ahead of its log";
  durable_ = 1;
  host_.wake();
  EXPECT_EQ(replies_, 1U);
  EXPECT_EQ(checkpoints_, std::vector<LogIndex>{1});
}

TEST_F(PartitionHostTest, WritesCheckpointsMoreRarelyWhileItFollows) {
  host_.take_turns(false);
  follow(1, words::alice, words::noon);
  host_.tick();
  EXPECT_EQ(checkpoints_, std::vector<LogIndex>{1});
  follow(2, words::bob, words::noon + 1);
  pass(10 * second - 1);
  host_.tick();
  EXPECT_EQ(checkpoints_, std::vector<LogIndex>{1})
      << "a leader's would have been due after two seconds";
  pass(1);
  host_.tick();
  EXPECT_EQ(checkpoints_, (std::vector<LogIndex>{1, 2}));
  follow(3, AccountId::from_trusted("carol"), words::noon + 2);
  host_.take_turns(true);
  host_.tick();
  pass(2 * second);
  host_.tick();
  EXPECT_EQ(checkpoints_, (std::vector<LogIndex>{1, 2, 3})) << "it leads now";
}

TEST_F(PartitionHostTest, SaysWhenItsTickHasSomethingToDo) {
  EXPECT_EQ(host_.next_due(), std::nullopt);
  open(words::alice);
  EXPECT_EQ(host_.next_due(), std::nullopt)
      << "its checkpoint is collected and waits for the disk, not for a tick";
  open(words::bob);
  EXPECT_EQ(host_.next_due(), std::nullopt);
}

}  // namespace
}  // namespace florin
