// The shell of one replica: it is woken, it is watched, and a checkpoint counts once it is in the store.
#include "runtime/cluster/replica_manager.hpp"

#include <gmock/gmock.h>

#include "persistence/memory/memory_event_log.hpp"
#include "tests/component/runtime/manager_kit.hpp"

namespace florin {
namespace {

using std::chrono::milliseconds;
using words::usd;

// Partition 0 of one, alone in its group: what it proposes is committed when the test says so.
class ReplicaManagerTest : public testing::Test {
 protected:
  ReplicaManagerTest()
      : engine_(config_),
        scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(engine_.scheduler())) {
    SupervisorPorts watching;
    watching.end_node = [this](const Watched& who, const std::string& reason) {
      lost_.push_back(who.name + ": " + reason);
    };
    supervisor_ = engine_.spawn<Supervisor>(std::move(watching), SupervisorOptions{});
    shell_ = std::make_shared<ReplicaShell>(ports());
    EXPECT_TRUE(shell_->replica().recover(0));
    start_replica_manager(engine_, shell_, tick, inbox_, supervisor_, manager_);
    run();
  }
  ~ReplicaManagerTest() override {
    scheduler_.clock().cancel_all();
    caf::anon_send_exit(manager_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(supervisor_, caf::exit_reason::user_shutdown);
    run();
    manager_ = nullptr;
    supervisor_ = nullptr;
  }

  ReplicaManagerPorts ports() {
    ReplicaManagerPorts ports;
    ports.map = &map_;
    ports.clock = &clock_;
    ports.read_clock = [this] { return ClockReading{clock_.now(), ClockTrust::own}; };
    ports.store = &store_;
    ports.log = &log_;
    ports.inbox = &inbox_;
    ports.news = &news_;
    ports.propose = [this](std::uint64_t, LogEntry entry) {
      proposed_.push_back(std::move(entry));
    };
    ports.confirm = [this](std::uint64_t, std::uint64_t ticket) { asked_.push_back(ticket); };
    ports.deliver = [this](const std::vector<Reply>& replies) {
      if (is_broken_) throw std::runtime_error("broken by the test");
      for (const Reply& reply : replies) answers_.push_back(words::text(reply));
    };
    ports.tell = [](PartitionId, const std::vector<Message>&) {};
    ports.write_checkpoint = [this](CheckpointThread::Job job) {
      if (job.scrub_rows == 0) jobs_.push_back(std::move(job));
    };
    ports.chain_differs = [](const ChainHeads::Difference&) { ADD_FAILURE() << "alone"; };
    ports.give_up_leadership = [] {};
    ports.stopped = [] {};
    ports.failed = [](const Error& error) { ADD_FAILURE() << error.context; };
    return ports;
  }
  void run() {
    for (int steps = 0; scheduler_.try_run_once(); ++steps)
      ASSERT_LT(steps, 100'000) << "never quiet";
  }
  void tell(ReplicaNews news) {
    news_.push(std::move(news));
    inbox_.wake();
    run();
  }
  void lead() { tell(LeadershipBegins{1, 1}); }
  void commit() {
    for (LogEntry& entry : std::exchange(proposed_, {})) {
      ASSERT_TRUE(log_.append(entry));
      ASSERT_TRUE(log_.sync());
      tell(EntriesCommitted{entry.index, {std::make_shared<const std::string>(entry.bytes)}});
    }
  }
  void send(Message message) {
    std::vector<Message> one;
    one.push_back(std::move(message));
    ASSERT_EQ(inbox_.push_from_clients(one), 1U);
    run();
  }
  void advance(milliseconds time) {
    for (milliseconds passed{0}; passed < time; passed += tick) {
      clock_.time = clock_.time + std::chrono::microseconds(tick).count();
      scheduler_.advance_time(tick);
      run();
    }
  }
  [[nodiscard]] OpenAccount open(RequestId request, const std::string& id) const {
    return {.request = request,
            .account = AccountId::from_trusted(id),
            .currency = usd,
            .metadata = {}};
  }

  static constexpr milliseconds tick{100};
  PartitionMap map_{1};
  test::VirtualClock clock_;
  MemoryStateStore store_;
  MemoryEventLog log_;
  Inbox inbox_{1'000};
  ReplicaNewsQueue news_;
  std::vector<LogEntry> proposed_;
  std::vector<std::uint64_t> asked_;  // tickets: whether it still leads
  std::vector<std::string> answers_;
  std::vector<CheckpointThread::Job> jobs_;
  std::vector<std::string> lost_;
  bool is_broken_ = false;
  std::shared_ptr<ReplicaShell> shell_;
  test::EngineWithoutThreads config_;
  caf::actor_system engine_;
  caf::scheduler::test_coordinator& scheduler_;
  SupervisorActor supervisor_;
  ManagerActor manager_;
};

TEST_F(ReplicaManagerTest, IsWokenByItsInboxAndAnswersWhatIsCommitted) {
  lead();
  send(open(1, "alice"));
  EXPECT_TRUE(answers_.empty()) << "not committed";
  commit();
  EXPECT_THAT(answers_, testing::ElementsAre("reply 1 created alice"));
}

// It may have been deposed: only a majority knows. What changed nothing waits for no entry, so it waits for that.
TEST_F(ReplicaManagerTest, AnswersWithoutAnEntryWaitUntilItsLeadershipIsConfirmed) {
  lead();
  send(open(1, "alice"));
  commit();
  answers_.clear();
  send(open(2, "alice"));
  ASSERT_TRUE(proposed_.empty());
  ASSERT_EQ(asked_.size(), 1U);
  EXPECT_TRUE(answers_.empty());
  tell(LeadershipConfirmed{1, asked_.back()});
  EXPECT_EQ(answers_.size(), 1U);
}

// A mark that is ahead of the store would let accounts be put away that no store has.
TEST_F(ReplicaManagerTest, ACheckpointCountsOnceItIsWritten) {
  lead();
  send(open(1, "alice"));
  commit();
  advance(milliseconds(20'000));
  ASSERT_EQ(jobs_.size(), 1U);
  EXPECT_FALSE(jobs_[0].checkpoint.writes.empty());
  send(open(2, "bob"));
  commit();
  advance(milliseconds(20'000));
  EXPECT_EQ(jobs_.size(), 1U) << "the first one is not in the store yet";
  const LogIndex index = jobs_[0].checkpoint.index;
  ASSERT_TRUE(store_.write(std::move(jobs_[0].checkpoint.writes)));
  jobs_[0].written(index);
  run();
  advance(milliseconds(20'000));
  EXPECT_EQ(jobs_.size(), 2U);
}

TEST_F(ReplicaManagerTest, ItsEndIsNoticed) {
  lead();
  is_broken_ = true;
  send(open(1, "alice"));
  commit();
  ASSERT_EQ(lost_.size(), 1U) << "a partition that is silent for ever";
  EXPECT_THAT(lost_[0], testing::StartsWith("the manager of partition 0: "));
}

}  // namespace
}  // namespace florin
