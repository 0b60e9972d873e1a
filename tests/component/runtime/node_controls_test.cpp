// The control actors of a node in front of real threads: a journal that stands still makes the node not ready, and it stops in
// order.
#include "runtime/engine/control/node_controls.hpp"

#include <gmock/gmock.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "persistence/memory/memory_event_log.hpp"
#include "runtime/engine/engine_config.hpp"
#include "runtime/engine/journal_thread.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// A log whose syncs wait while the test holds it.
class HeldLog final : public EventLogWriter {
 public:
  explicit HeldLog(MemoryEventLog& log) : log_(log) {}
  Status<Error> append(const LogEntry& entry) override { return log_.append(entry); }
  Status<Error> sync() override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !is_held_; });
    return log_.sync();
  }
  void hold(bool yes) {
    const std::lock_guard lock(mutex_);
    is_held_ = yes;
    changed_.notify_all();
  }

 private:
  MemoryEventLog& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_held_ = false;
};

class NodeControlsTest : public testing::Test {
 protected:
  NodeControlsTest() {
    inbox_.set_wake([] {});
    marks_[0].inbox = &inbox_;
    controls_.start(actors_, {.ask_every = milliseconds(5), .patience = milliseconds(200)});
    controls_.put_before(
        NodePart::journal, "the journal's thread",
        {.pass = [this](ThreadPorts::Told told) { journal_.pass(std::move(told)); },
         .end = [this](ThreadPorts::Told told) { journal_.end(std::move(told)); }});
  }
  ~NodeControlsTest() override {
    held_.hold(false);
    controls_.stop_watching();
    controls_.leave();
    actors_.await_all_actors_done();
  }
  template <class Condition>
  static bool comes(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  Metrics metrics_{1};
  MemoryEventLog log_;
  HeldLog held_{log_};
  Inbox inbox_{10};
  std::vector<DurableMark> marks_ = std::vector<DurableMark>(1);
  JournalThread journal_{held_, marks_, {.committed = [](auto, auto, auto, auto) {}, .failed = {}}};
  NodeControls controls_{metrics_, [](const Error& error) { ADD_FAILURE() << error.context; }};
  EngineConfig config_{1};
  caf::actor_system actors_{config_};
};

TEST_F(NodeControlsTest, AJournalThatStandsStillMakesTheNodeNotReadyUntilItAnswers) {
  metrics_.ready(true);
  held_.hold(true);
  journal_.submit({0, 1, "x"});
  ASSERT_TRUE(comes([this] { return !controls_.can_serve(); }));
  EXPECT_EQ(controls_.why_not(), "This node stands still: the journal's thread does not answer.");
  EXPECT_THAT(metrics_.render(), HasSubstr("florin_parts_silent{part=\"journal\"} 1\n"));
  EXPECT_THAT(metrics_.render(), HasSubstr("florin_ready 0\n"));
  held_.hold(false);
  EXPECT_TRUE(comes([this] { return controls_.can_serve(); }));
}

TEST_F(NodeControlsTest, AfterACheckpointEverythingIsOnTheDisk) {
  for (LogIndex index = 1; index <= 100; ++index) journal_.submit({0, index, "x"});
  EXPECT_TRUE(controls_.checkpoint(NodePart::journal));
  EXPECT_EQ(log_.last_index(0), 100U);
}

TEST_F(NodeControlsTest, AfterAStopTheThreadHasWrittenAllAndJoiningItDoesNotWait) {
  for (LogIndex index = 1; index <= 100; ++index) journal_.submit({0, index, "x"});
  EXPECT_TRUE(controls_.stop(NodePart::journal));
  EXPECT_EQ(log_.last_index(0), 100U);
  journal_.stop();
}

TEST_F(NodeControlsTest, WhoIsNotThereIsNotWaitedFor) {
  EXPECT_FALSE(controls_.stop(NodePart::links));
  EXPECT_FALSE(controls_.drain(NodePart::consensus, milliseconds(60'000)));
}

TEST_F(NodeControlsTest, AQuestionThatIsNotAnsweredInTimeIsNoAnswer) {
  held_.hold(true);
  journal_.submit({0, 1, "x"});
  EXPECT_FALSE(controls_.drain(NodePart::journal, milliseconds(1)));
}

}  // namespace
}  // namespace florin
