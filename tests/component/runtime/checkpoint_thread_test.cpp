// The thread that writes checkpoints: one after the other, and the first failure is the last.
#include <gmock/gmock.h>

#include <future>

#include "persistence/memory/memory_state_store.hpp"
#include "runtime/engine/checkpoint_thread.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CheckpointThreadTest : public testing::Test {
 protected:
  CheckpointThread::Job job(LogIndex index) {
    CheckpointThread::Job job;
    job.store = &store_;
    job.checkpoint.index = index;
    auto rows = std::make_shared<RowBatch>();
    rows->put(Table::accounts, "key", std::to_string(index));
    rows->put(Table::accounts, "key " + std::to_string(index), "x");
    rows->append_to(job.checkpoint.writes);
    job.checkpoint.rows.push_back(rows);
    job.written = [this](LogIndex at) {
      written_.push_back(std::to_string(at) + " after " + value("key"));
    };
    job.refused = [this](Checkpoint checkpoint) { refused_.push_back(std::move(checkpoint)); };
    return job;
  }
  std::string value(const std::string& key) {
    const auto found = store_.get(Table::accounts, key);
    return found && *found ? std::string(**found) : "nothing";
  }

  MemoryStateStore store_;
  std::vector<std::string> written_;
  std::vector<std::size_t> rows_;
  std::vector<Errc> refusals_;
  std::vector<Checkpoint> refused_;
  std::vector<Errc> failures_;
  CheckpointThread::Observer observer_{
      .finished = [this](std::size_t rows, auto) { rows_.push_back(rows); },
      .refused = [this](const Error& error) { refusals_.push_back(error.code); },
      .failed = [this](const Error& error) { failures_.push_back(error.code); }};
};

TEST_F(CheckpointThreadTest, WritesInOrderAndSaysSoWhenItIsInTheStore) {
  CheckpointThread thread(observer_);
  for (const LogIndex index : {3U, 7U, 9U}) thread.submit(job(index));
  thread.stop();
  EXPECT_THAT(written_, ElementsAre("3 after 3", "7 after 7", "9 after 9"));
  EXPECT_THAT(rows_, ElementsAre(2, 2, 2));
  EXPECT_EQ(store_.size(Table::accounts), 4U);
  EXPECT_THAT(failures_, IsEmpty());
}

TEST_F(CheckpointThreadTest, PassesBehindWhatWasSubmittedBeforeAndEndsBehindAll) {
  CheckpointThread thread(observer_);
  thread.submit(job(3));
  thread.pass([this] { written_.emplace_back("passed"); });
  thread.submit(job(7));
  std::promise<void> ended;
  thread.end([&] {
    written_.emplace_back("ended");
    ended.set_value();
  });
  ended.get_future().wait();
  thread.stop();
  EXPECT_THAT(written_, ElementsAre("3 after 3", "passed", "7 after 7", "ended"));
}

TEST_F(CheckpointThreadTest, AStoreThatFailsIsTheEndOfIt) {
  store_.fail_next_write({Errc::io, "broken"});
  CheckpointThread thread(observer_);
  thread.submit(job(1));
  thread.submit(job(2));
  thread.stop();
  EXPECT_THAT(failures_, ElementsAre(Errc::io));
  EXPECT_THAT(written_, IsEmpty()) << "the second would hide that the first is missing";
  EXPECT_EQ(store_.size(Table::accounts), 0U);
}

// Of another partition, perhaps: each has a store and a map of its own.
TEST_F(CheckpointThreadTest, OneWithoutRoomComesBackWholeAndOthersAreWritten) {
  store_.fail_next_write({Errc::disk_full, "no room"});
  CheckpointThread thread(observer_);
  thread.submit(job(1));
  thread.submit(job(2));
  thread.stop();
  EXPECT_THAT(refusals_, ElementsAre(Errc::disk_full));
  EXPECT_THAT(failures_, IsEmpty());
  EXPECT_THAT(written_, ElementsAre("2 after 2"));
  ASSERT_EQ(refused_.size(), 1U);
  EXPECT_EQ(refused_[0].index, 1U);
  ASSERT_TRUE(store_.write(std::move(refused_[0].writes)));
  EXPECT_EQ(value("key 1"), "x");
}

}  // namespace
}  // namespace florin
