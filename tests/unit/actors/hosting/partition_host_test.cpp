// The host of a partition: its time, and that nothing leaves and no checkpoint is handed out too early.
// (Turns and stops: tests/component/runtime/partition_manager_test.cpp, through the CAF shell.)
#include "actors/hosting/partition_host.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/quiet_ports.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using words::second;

class PartitionHostTest : public testing::Test, protected test::QuietPorts, protected TurnLog {
 protected:
  PartitionHostTest() {
    const auto loaded = partition_.load();
    EXPECT_TRUE(loaded);
    partition_.begin_deciding();
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

  // HostPorts and TurnLog
  [[nodiscard]] Timestamp now() const override { return wall_; }
  [[nodiscard]] std::int64_t monotonic_us() const override { return monotonic_; }
  [[nodiscard]] LogIndex durable_index() const override { return durable_; }
  [[nodiscard]] LogIndex checkpoint_index() const override {
    return checkpoints_.empty() ? 0 : checkpoints_.back();
  }
  void append(LogEntry entry) override { appended_ = entry.index; }
  void deliver(std::vector<Reply> replies) override { replies_ += replies.size(); }
  void write_checkpoint(Checkpoint checkpoint) override {
    ++checkpoints_tried_;
    if (is_full_)
      refused_ = std::move(checkpoint);
    else
      checkpoints_.push_back(checkpoint.index);
  }
  std::optional<Checkpoint> take_refused_checkpoint() override {
    return std::exchange(refused_, std::nullopt);
  }

  PartitionMap map_{1};
  MemoryStateStore store_;
  Partition partition_{0, map_, store_, {}};
  Inbox inbox_{100};
  PartitionHost host_{partition_, inbox_, *this, *this, {}};
  Timestamp wall_ = words::noon;
  std::int64_t monotonic_ = 0;
  LogIndex durable_ = 0;
  LogIndex appended_ = 0;
  std::size_t replies_ = 0;
  std::vector<LogIndex> checkpoints_;
  std::size_t checkpoints_tried_ = 0;
  std::optional<Checkpoint> refused_;
  bool is_full_ = false;
};

class FullStoreTest : public PartitionHostTest {
 protected:
  // Alice is open, and the store has no room for her.
  void SetUp() override {
    is_full_ = true;
    open(words::alice);
    durable_ = appended_;
    host_.wake();
    ASSERT_EQ(checkpoints_tried_, 1U);
    host_.wake();  // hears how it ended
  }
  void tick_after(std::int64_t us) {
    pass(us);
    host_.tick();
    host_.wake();
  }
};

TEST_F(FullStoreTest, ACheckpointWithoutRoomComesAgainMoreAndMoreRarely) {
  EXPECT_TRUE(host_.is_store_full());
  ASSERT_TRUE(host_.next_due());
  EXPECT_EQ(*host_.next_due(), words::noon + 200'000);
  tick_after(199'999);
  EXPECT_EQ(checkpoints_tried_, 1U);
  tick_after(1);
  EXPECT_EQ(checkpoints_tried_, 2U);
  for (int i = 0; i < 600; ++i) tick_after(100'000);
  EXPECT_LE(checkpoints_tried_, 14U) << "a minute later";
  EXPECT_GE(checkpoints_tried_, 9U);
  is_full_ = false;
  tick_after(10 * second);
  EXPECT_EQ(checkpoints_, std::vector<LogIndex>{1});
  host_.wake();
  EXPECT_FALSE(host_.is_store_full());
}

TEST_F(FullStoreTest, ClientsAreServedFromTheLogMeanwhile) {
  open(words::bob);
  durable_ = appended_;
  host_.wake();
  EXPECT_EQ(replies_, 2U);
  is_full_ = false;
  tick_after(10 * second);
  tick_after(10 * second);
  EXPECT_EQ(checkpoints_, (std::vector<LogIndex>{1, 2}))
      << "what came meanwhile is in the next one";
}

TEST_F(FullStoreTest, AStopDoesNotWaitForRoom) {
  host_.stop();
  host_.wake();
  EXPECT_TRUE(host_.has_stopped()) << "the log has what the store has not";
  EXPECT_TRUE(checkpoints_.empty());
}

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
  PartitionHost restarted(partition_, inbox_, *this, *this, {});
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

// Rows that wait for a store take memory: nothing more comes in that makes more of them, and reads go on.
TEST_F(FullStoreTest, WithTooManyRowsWaitingNothingNewIsTaken) {
  HostOptions options;
  options.checkpoint_dirty_max = 2;
  PartitionHost host(partition_, inbox_, *this, *this, options);
  const auto open_here = [&](const std::string& id) {
    std::vector<Message> one;
    one.emplace_back(OpenAccount{.request = 9,
                                 .account = AccountId::from_trusted(id),
                                 .currency = words::usd,
                                 .metadata = {}});
    const std::size_t taken = inbox_.push_from_clients(one);
    host.wake();
    durable_ = appended_;
    host.wake();
    return taken;
  };
  EXPECT_EQ(open_here("b"), 1U);
  EXPECT_EQ(open_here("c"), 1U);
  EXPECT_EQ(open_here("d"), 1U);
  host.wake();
  EXPECT_EQ(open_here("e"), 0U) << "two rows wait behind the checkpoint that found no room";
  std::vector<Message> read;
  read.emplace_back(GetAccount{10, words::alice});
  EXPECT_EQ(inbox_.push_from_clients(read), 1U);
  is_full_ = false;
  pass(10 * second);
  host.tick();
  host.wake();
  host.wake();
  EXPECT_EQ(open_here("e"), 1U);
}

}  // namespace
}  // namespace florin
