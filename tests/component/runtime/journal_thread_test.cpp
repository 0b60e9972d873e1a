// The journal's thread: group commits in order, marks that never run ahead of the disk, and a failure that is
// final.
#include <gmock/gmock.h>

#include <condition_variable>
#include <future>

#include "persistence/memory/memory_event_log.hpp"
#include "runtime/engine/journal_thread.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A log whose syncs take until the test lets them go.
class SlowLog final : public EventLogWriter {
 public:
  explicit SlowLog(MemoryEventLog& log) : log_(log) {}
  Status<Error> append(const LogEntry& entry) override { return log_.append(entry); }
  Status<Error> sync() override {
    std::unique_lock lock(mutex_);
    ++syncs_begun_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return syncs_allowed_ >= syncs_begun_; });
    return log_.sync();
  }
  void await_sync(int number) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return syncs_begun_ >= number; });
  }
  void allow_all() {
    const std::lock_guard lock(mutex_);
    syncs_allowed_ = 1'000'000;
    changed_.notify_all();
  }

 private:
  MemoryEventLog& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int syncs_begun_ = 0;
  int syncs_allowed_ = 0;
};

class JournalThreadTest : public testing::Test {
 protected:
  JournalThreadTest() : marks_(2) {
    for (std::size_t p = 0; p < 2; ++p) {
      inboxes_.push_back(std::make_unique<Inbox>(10));
      inboxes_[p]->set_wake([this, p] { woken_[p] = true; });
      marks_[p].inbox = inboxes_[p].get();
    }
  }
  JournalThread::Observer observer() {
    return {.committed = [this](std::size_t entries, std::size_t bytes, auto,
                                std::size_t) { groups_.emplace_back(entries, bytes); },
            .failed =
                [this](const Error& error) {
                  failures_.push_back(error.code);
                  failed_.set_value();
                }};
  }
  // Entries of the log as "partition:index", in file order.
  std::vector<std::string> logged() {
    std::vector<std::string> entries;
    EXPECT_TRUE(log_.scan(
        {0, 0},
        [&](const LogEntryView& entry) -> Status<Error> {
          entries.push_back(std::to_string(entry.partition) + ":" + std::to_string(entry.index));
          return Unit{};
        },
        nullptr));
    return entries;
  }

  MemoryEventLog log_;
  std::vector<std::unique_ptr<Inbox>> inboxes_;
  std::vector<DurableMark> marks_;
  std::vector<std::pair<std::size_t, std::size_t>> groups_;  // entries, bytes
  std::vector<Errc> failures_;
  std::promise<void> failed_;
  std::array<std::atomic<bool>, 2> woken_{};
};

TEST_F(JournalThreadTest, WhatQueuesUpDuringASyncBecomesOneGroupInOrder) {
  SlowLog slow(log_);
  JournalThread journal(slow, marks_, observer());
  journal.submit({0, 1, "first"});
  slow.await_sync(1);
  EXPECT_EQ(marks_[0].index, 0U);
  journal.submit({0, 2, "a"});
  journal.submit({1, 1, "b"});
  journal.submit({0, 3, "c"});
  slow.allow_all();
  journal.stop();
  EXPECT_THAT(logged(), ElementsAre("0:1", "0:2", "1:1", "0:3"));
  EXPECT_THAT(groups_, ElementsAre(std::pair(1, 5), std::pair(3, 3)));
  EXPECT_EQ(marks_[0].index, 3U);
  EXPECT_EQ(marks_[1].index, 1U);
  EXPECT_TRUE(woken_[0]);
  EXPECT_TRUE(woken_[1]);
}

TEST_F(JournalThreadTest, WakesOnlyPartitionsOfTheGroup) {
  JournalThread journal(log_, marks_, observer());
  journal.submit({1, 1, "b"});
  journal.stop();
  EXPECT_FALSE(woken_[0]);
  EXPECT_TRUE(woken_[1]);
}

TEST_F(JournalThreadTest, StopWritesWhatIsQueued) {
  SlowLog slow(log_);
  slow.allow_all();
  JournalThread journal(slow, marks_, observer());
  for (LogIndex index = 1; index <= 500; ++index) journal.submit({0, index, "x"});
  journal.stop();
  EXPECT_EQ(log_.last_index(0), 500U);
  EXPECT_EQ(marks_[0].index, 500U);
  EXPECT_LE(groups_.size(), 500U);
}

TEST_F(JournalThreadTest, PassesBehindWhatWasSubmittedBefore) {
  SlowLog slow(log_);
  JournalThread journal(slow, marks_, observer());
  journal.submit({0, 1, "first"});
  slow.await_sync(1);
  journal.submit({0, 2, "second"});
  LogIndex durable = 0;
  journal.pass([&] { durable = marks_[0].index; });
  slow.allow_all();
  journal.stop();
  EXPECT_EQ(durable, 2U);
}

TEST_F(JournalThreadTest, PassesWhenThereIsNothingToWrite) {
  JournalThread journal(log_, marks_, observer());
  std::promise<void> passed;
  journal.pass([&] { passed.set_value(); });
  passed.get_future().wait();
  journal.stop();
  EXPECT_THAT(groups_, IsEmpty()) << "nothing was synced for it";
}

TEST_F(JournalThreadTest, SaysThatItHasEndedBehindTheLastEntry) {
  SlowLog slow(log_);
  JournalThread journal(slow, marks_, observer());
  journal.submit({0, 1, "last"});
  std::promise<LogIndex> ended;
  journal.end([&] { ended.set_value(marks_[0].index); });
  slow.allow_all();
  EXPECT_EQ(ended.get_future().get(), 1U);
  journal.stop();
}

TEST_F(JournalThreadTest, OneThatHasFailedPassesNoMoreAndSaysThatItHasEnded) {
  log_.fail_syncs({Errc::io, "the disk is gone"});
  JournalThread journal(log_, marks_, observer());
  journal.submit({0, 1, "lost"});
  failed_.get_future().wait();
  bool passed = false;
  journal.pass([&] { passed = true; });
  std::promise<void> ended;
  journal.end([&] { ended.set_value(); });
  ended.get_future().wait();
  journal.stop();
  EXPECT_FALSE(passed);
}

TEST_F(JournalThreadTest, AFailedSyncIsToldOnceAndNothingIsDurableAfterIt) {
  log_.fail_syncs({Errc::io, "the disk is gone"});
  JournalThread journal(log_, marks_, observer());
  journal.submit({0, 1, "lost"});
  failed_.get_future().wait();
  journal.submit({0, 2, "too late"});
  journal.stop();
  EXPECT_THAT(failures_, ElementsAre(Errc::io));
  EXPECT_THAT(groups_, IsEmpty());
  EXPECT_EQ(marks_[0].index, 0U);
  EXPECT_FALSE(woken_[0]);
  EXPECT_EQ(log_.last_index(0), 0U);
}

TEST_F(JournalThreadTest, AFailureLaterOnKeepsWhatWasDurable) {
  SlowLog slow(log_);
  JournalThread journal(slow, marks_, observer());
  journal.submit({0, 1, "kept"});
  slow.allow_all();
  while (marks_[0].index != 1) std::this_thread::yield();
  log_.fail_syncs({Errc::disk_full, "no room"});
  journal.submit({0, 2, "lost"});
  failed_.get_future().wait();
  journal.stop();
  EXPECT_THAT(failures_, ElementsAre(Errc::disk_full));
  EXPECT_EQ(marks_[0].index, 1U);
}

TEST_F(JournalThreadTest, AFailedAppendIsFinalToo) {
  struct RefusingLog final : EventLogWriter {
    Status<Error> append(const LogEntry&) override {
      return Err{Error{Errc::disk_full, "no room"}};
    }
    Status<Error> sync() override { return Unit{}; }
  } refusing;
  JournalThread journal(refusing, marks_, observer());
  journal.submit({0, 1, "lost"});
  failed_.get_future().wait();
  journal.stop();
  EXPECT_THAT(failures_, ElementsAre(Errc::disk_full));
  EXPECT_EQ(marks_[0].index, 0U);
}

}  // namespace
}  // namespace florin
