// The thread of a cluster's log, with the real engine and a journal in memory: what a replica is told of is on the disk, and a
// sync that fails is the end. The simulator takes the same steps (LogRound), each at its own moment (sim/cluster_process.cpp).
#include "runtime/cluster/consensus_thread.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "cluster/consensus/etcd_raft_engine.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/memory/memory_file_system.hpp"

namespace florin {
namespace {

// The journal as the thread's log writes it; knows what has been synced, and may fail.
class WatchedJournal final : public EventLogWriter {
 public:
  explicit WatchedJournal(Journal& journal) : journal_(journal) {}
  Status<Error> append(const LogEntry& entry) override {
    if (entry.partition == 0) appended_ = entry.index;
    return journal_.append(entry);
  }
  Status<Error> sync() override {
    if (fails) return Err{Error{Errc::io, "the disk is gone"}};
    FLORIN_TRY_VOID(journal_.sync());
    synced_ = appended_;
    return Unit{};
  }
  [[nodiscard]] LogIndex synced() const { return synced_; }

  std::atomic<bool> fails{false};

 private:
  Journal& journal_;
  LogIndex appended_ = 0, synced_ = 0;  // of the group; on the consensus thread
};

// One node that is a cluster for itself, with one partition.
class LoneNode final : public ReplicatedLogPorts {
 public:
  LoneNode() {
    journal = open_journal();
    watched = std::make_unique<WatchedJournal>(*journal);
    counting = std::make_unique<CountingWriter>(*watched, 1);
    engine = consensus::make_etcd_raft_engine();
    ReplicatedLogOptions options;
    options.self = 1;
    options.streams = streams;
    log = std::make_unique<ReplicatedLog>(options, *engine, *counting, *journal, *this);
    ReplicaHere group{0, replica_id(1, 0), {}};
    group.first_conf.voters = {group.replica};
    EXPECT_TRUE(log->open(group, GroupState{}, 0));
    ConsensusThread::Observer observer;
    observer.failed = [this](const Error&) { note([this] { has_failed = true; }); };
    thread = std::make_unique<ConsensusThread>(*log, *counting, std::chrono::milliseconds(2),
                                               std::move(observer));
    thread->start();
  }
  ~LoneNode() override { thread->stop(); }

  [[nodiscard]] std::unique_ptr<Journal> open_journal() {
    JournalOptions options;
    options.directory = "/data/log";
    options.data_id = 71;
    options.partitions = streams.count();
    options.replaceable = true;
    options.segment_bytes = 64 * 1024;
    options.prepare_ahead = false;
    options.files = &disk;
    auto opened = Journal::open(options);
    EXPECT_TRUE(opened);
    return std::move(*opened);
  }

  void propose_next() {
    EntryBuilder builder;
    builder.begin();
    builder.add(AccountFrozen{AccountId::from_trusted("a"), "reason"});
    EntryHeader header;
    {
      const std::lock_guard lock(mutex);
      header.term = term;
      header.index = told + 1;
      header.previous_hash = chain_hash(*newest);
    }
    thread->propose(0, reign, header.index, builder.finish(header));
  }
  template <typename Done>
  bool wait(Done done) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(60), done);
  }

  bool send(NodeNumber, bool, std::string) override { return true; }
  void committed(GroupNumber, LogIndex first, std::vector<EntryBytes> entries) override {
    note([&] {
      told = first + entries.size() - 1;
      newest = entries.back();
      was_early = was_early || told > watched->synced();
    });
  }
  void leading(GroupNumber, Reign begun, consensus::Term of) override {
    note([&] {
      reign = begun;
      term = of;
    });
  }
  void following(GroupNumber) override {}
  void confirmed(GroupNumber, Reign, std::uint64_t) override {}
  void leader_seen(GroupNumber, consensus::Term, NodeNumber) override {}
  void refused(NodeNumber, PeerFault) override {}

  template <typename Change>
  void note(Change change) {
    const std::lock_guard lock(mutex);
    change();
    changed.notify_all();
  }

  LogStreams streams{1};
  MemoryFileSystem disk;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<WatchedJournal> watched;
  std::unique_ptr<CountingWriter> counting;
  std::unique_ptr<consensus::ConsensusEngine> engine;
  std::unique_ptr<ReplicatedLog> log;
  std::unique_ptr<ConsensusThread> thread;

  std::mutex mutex;  // of these:
  std::condition_variable changed;
  LogIndex told = 0;
  EntryBytes newest;
  Reign reign = 0;
  consensus::Term term = 0;
  bool was_early = false;
  bool has_failed = false;
};

class ConsensusThreadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (consensus::make_etcd_raft_engine() == nullptr)
      GTEST_SKIP() << "built with FLORIN_CLUSTER=OFF";
  }
};

TEST_F(ConsensusThreadTest, WhatIsToldIsOnTheDiskWhenPowerFails) {
  LoneNode node;
  ASSERT_TRUE(node.wait([&] { return node.reign != 0; }));
  LogIndex last = node.told;
  for (int i = 0; i < 5; ++i) {
    node.propose_next();
    ++last;
    ASSERT_TRUE(node.wait([&] { return node.told == last; }));
  }
  EXPECT_FALSE(node.was_early);
  node.thread->stop();
  node.disk.lose_unsynced();
  EXPECT_GE(node.open_journal()->last_index(0), last);
}

TEST_F(ConsensusThreadTest, SaysThatItHasEndedEvenIfItsLogHadFailed) {
  LoneNode node;
  ASSERT_TRUE(node.wait([&] { return node.reign != 0; }));
  bool passed = false, has_ended = false;
  node.thread->run([&] { node.note([&] { passed = true; }); });
  ASSERT_TRUE(node.wait([&] { return passed; }));
  node.watched->fails = true;
  node.propose_next();
  ASSERT_TRUE(node.wait([&] { return node.has_failed; }));
  node.thread->end([&] { node.note([&] { has_ended = true; }); });
  EXPECT_TRUE(node.wait([&] { return has_ended; }));
}

TEST_F(ConsensusThreadTest, ASyncThatFailsIsTheEndAndNothingOfItsRoundIsTold) {
  LoneNode node;
  ASSERT_TRUE(node.wait([&] { return node.reign != 0; }));
  const LogIndex last = node.told;
  node.watched->fails = true;
  node.propose_next();
  ASSERT_TRUE(node.wait([&] { return node.has_failed; }));
  node.thread->stop();
  EXPECT_EQ(node.told, last);
  EXPECT_FALSE(node.was_early);
}

}  // namespace
}  // namespace florin
