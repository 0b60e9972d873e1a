// A replica: decides only while it leads, and nothing of what was decided and never committed stays.
#include "actors/partition/replica.hpp"

#include <gmock/gmock.h>

#include <map>

#include "cluster/replication/replica_entry.hpp"
#include "persistence/codec/state_codec.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What the group has agreed on; entries are committed by the test.
class AgreedLog final : public EventLogReader {
 public:
  Result<std::string, Error> read(PartitionId, LogIndex index) override {
    if (index == 0 || index > entries.size()) return Err{Error{Errc::missing, "no such entry"}};
    return entries[index - 1];
  }
  [[nodiscard]] LogIndex last_index(PartitionId) const override { return entries.size(); }
  Status<Error> scan(const std::vector<LogIndex>&,
                     const std::function<Status<Error>(const LogEntryView&)>&,
                     const std::function<void(std::uint64_t, std::uint64_t)>&) override {
    return Unit{};
  }
  std::vector<std::string> entries;
};

// The row without `last_event_index`, which is one byte behind four others here.
std::string meta_in_format_1(std::string_view row) {
  EXPECT_EQ(row.substr(0, 2), "\x9e\x02") << "an array of 14, the first of which is the version";
  return "\x9d\x01" + std::string(row.substr(2, 3)) + std::string(row.substr(6));
}

class ReplicaTest : public testing::Test, protected ReplicaPorts {
 protected:
  ReplicaTest() {
    inbox_.set_wake([] {});
    EXPECT_TRUE(replica_.recover(0));
  }

  // What the test, as the log, does.
  void commit(std::string entry) {
    log_.entries.push_back(entry);
    std::vector<EntryBytes> entries{std::make_shared<const std::string>(std::move(entry))};
    news_.push(EntriesCommitted{log_.entries.size(), std::move(entries)});
  }
  void commit_empty(std::uint64_t term) {
    const std::string previous = log_.entries.empty() ? std::string() : log_.entries.back();
    auto made = make_empty_entry(0, term, log_.entries.size() + 1, previous);
    ASSERT_TRUE(made);
    commit(std::move(*made));
  }
  // Elected: the first entry of the term is agreed, and it leads under `epoch`.
  void lead(std::uint64_t epoch, std::uint64_t term) {
    commit_empty(term);
    news_.push(LeadershipBegins{epoch, term});
    replica_.wake();
  }
  void commit_proposed(std::size_t number) {
    commit(proposed_.at(number).second.bytes);
    replica_.wake();
  }
  void end_leadership() {
    news_.push(LeadershipEnds{});
    replica_.wake();
  }

  void send(Message message) {
    std::vector<Message> one;
    one.push_back(std::move(message));
    ASSERT_EQ(inbox_.push_from_clients(one), 1U);
    replica_.wake();
  }
  void read_here(RequestId request, LogIndex min_index, const AccountId& id = words::alice) {
    std::vector<Message> one;
    one.emplace_back(FollowerRead<GetAccount>{request, min_index, {0, id}});
    ASSERT_EQ(inbox_.push_reads(one), 1U);
    replica_.wake();
  }
  void open(const AccountId& id, RequestId request) {
    send(OpenAccount{.request = request, .account = id, .currency = words::usd, .metadata = {}});
  }
  bool knows(const AccountId& id) { return replica_.partition().state().account(id) != nullptr; }

  // ReplicaPorts
  [[nodiscard]] Timestamp now() const override { return words::noon; }
  [[nodiscard]] std::int64_t monotonic_us() const override { return monotonic_; }
  [[nodiscard]] LogIndex checkpoint_index() const override { return checkpoint_written_; }
  void propose(std::uint64_t epoch, LogEntry entry) override {
    proposed_.emplace_back(epoch, std::move(entry));
  }
  void confirm(std::uint64_t epoch, std::uint64_t ticket) override {
    asked_.emplace_back(epoch, ticket);
  }
  void deliver(std::vector<Reply> replies) override {
    for (const Reply& reply : replies) {
      const auto* refused = std::get_if<NotAccepted>(&reply.body);
      std::string what = "answered";
      if (refused != nullptr)
        what = name_of(refused->why);
      else if (reply.position.index != 0)
        last_position_ = reply.position.index;
      if (refused == nullptr) positions_.push_back(reply.position.to_string());
      replies_.push_back(std::to_string(reply.request) + " " + what);
    }
  }
  static std::string name_of(NotAccepted::Why why) {
    switch (why) {
      case NotAccepted::Why::overloaded: return "overloaded";
      case NotAccepted::Why::stopping: return "stopping";
      case NotAccepted::Why::no_leader: return "no_leader";
      case NotAccepted::Why::lost: return "lost";
      case NotAccepted::Why::behind: return "behind";
      case NotAccepted::Why::clock_unsure: return "clock_unsure";
    }
    return "";
  }
  void tell(PartitionId to, std::vector<Message> messages) override {
    for (const Message& message : messages)
      if (!std::holds_alternative<AdvanceFence>(message))  // has timers of its own
        told_.push_back("p" + std::to_string(to) + " " + words::text(message));
  }
  void write_checkpoint(Checkpoint checkpoint) override {
    checkpoints_.push_back(std::move(checkpoint));
    if (!disk_is_slow_) finish_checkpoint();
  }
  std::optional<Checkpoint> take_refused_checkpoint() override {
    return std::exchange(refused_, std::nullopt);
  }
  void finish_checkpoint() {
    ASSERT_TRUE(store_.write(checkpoints_.back().writes));
    checkpoint_written_ = checkpoints_.back().index;
  }
  void stopped() override {}
  void released(const Effects&) override {}
  void failed(const Error& error) override { failure_ = error.context; }

  PartitionMap map_{2};
  MemoryStateStore store_;
  AgreedLog log_;
  Inbox inbox_{100};
  ReplicaNewsQueue news_;
  LogIndex checkpoint_written_ = 0;
  std::optional<Checkpoint> refused_;
  bool disk_is_slow_ = false;
  std::int64_t monotonic_ = 0;
  LogIndex last_position_ = 0;          // of the newest answer
  std::vector<std::string> positions_;  // of all answers
  std::vector<std::pair<std::uint64_t, LogEntry>> proposed_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> asked_;
  std::vector<std::string> replies_;
  std::vector<std::string> told_;
  std::vector<Checkpoint> checkpoints_;
  std::string failure_;
  ReplicaPorts& self_ = *this;
  Replica replica_{0, map_, store_, log_, inbox_, news_, self_, {}, {}};
};

TEST_F(ReplicaTest, WhoDoesNotLeadDecidesNothing) {
  open(words::alice, 1);
  EXPECT_THAT(proposed_, IsEmpty());
  EXPECT_THAT(replies_, ElementsAre("1 no_leader"));
}

TEST_F(ReplicaTest, ALeaderAnswersWhenItsEntryIsCommitted) {
  lead(7, 3);
  open(words::alice, 1);
  ASSERT_EQ(proposed_.size(), 1U);
  EXPECT_EQ(proposed_[0].first, 7U) << "under its epoch";
  EXPECT_EQ(proposed_[0].second.index, 2U) << "behind the first entry of its term";
  const auto header = decode_entry_header(proposed_[0].second.bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->term, 3U);
  EXPECT_THAT(replies_, IsEmpty());
  commit_proposed(0);
  EXPECT_THAT(replies_, ElementsAre("1 answered"));
}

TEST_F(ReplicaTest, WhatWasNeverCommittedIsGoneWithTheLeadership) {
  lead(1, 1);
  open(words::alice, 1);
  commit_proposed(0);
  open(words::bob, 2);
  ASSERT_TRUE(knows(words::bob)) << "decided";
  end_leadership();
  EXPECT_TRUE(knows(words::alice));
  EXPECT_FALSE(knows(words::bob));
  EXPECT_THAT(replies_, ElementsAre("1 answered", "2 lost"));
  open(words::bob, 3);
  EXPECT_EQ(replies_.back(), "3 no_leader");
  EXPECT_EQ(failure_, "");
}

TEST_F(ReplicaTest, ACheckpointUnderWayEndsBeforeTheStoreIsReadAgain) {
  disk_is_slow_ = true;
  lead(1, 1);
  open(words::alice, 1);
  commit_proposed(0);
  ASSERT_FALSE(checkpoints_.empty());
  open(words::bob, 2);
  end_leadership();
  lead(2, 2);
  open(words::bob, 3);
  EXPECT_EQ(replies_.back(), "3 no_leader") << "its state is not made again yet";
  finish_checkpoint();
  replica_.tick();
  open(words::bob, 4);
  commit_proposed(proposed_.size() - 1);
  EXPECT_EQ(replies_.back(), "4 answered");
  EXPECT_EQ(failure_, "");
}

TEST_F(ReplicaTest, IsMadeAgainAlthoughTheLastCheckpointFoundNoRoom) {
  disk_is_slow_ = true;
  lead(1, 1);
  open(words::alice, 1);
  commit_proposed(0);
  ASSERT_FALSE(checkpoints_.empty());
  open(words::bob, 2);
  end_leadership();
  refused_ = std::move(checkpoints_.back());
  lead(2, 2);
  open(words::bob, 4);
  commit_proposed(proposed_.size() - 1);
  EXPECT_EQ(replies_.back(), "4 answered") << "out of the log alone";
  EXPECT_TRUE(knows(words::alice));
  EXPECT_EQ(failure_, "");
}

TEST_F(ReplicaTest, WhatItProposedMayStillBeCommittedByOthers) {
  lead(1, 1);
  open(words::bob, 2);
  end_leadership();
  commit_proposed(0);  // the next leader had it
  EXPECT_TRUE(knows(words::bob));
  EXPECT_THAT(replies_, ElementsAre("2 lost")) << "its effects never leave";
  lead(2, 2);
  open(words::bob, 4);
  ASSERT_FALSE(asked_.empty()) << "it is there already: nothing to log, but to be confirmed";
  news_.push(LeadershipConfirmed{2, asked_.back().second});
  replica_.wake();
  EXPECT_EQ(replies_.back(), "4 answered") << "the same request is answered by what was recorded";
  EXPECT_EQ(failure_, "");
}

TEST_F(ReplicaTest, FollowsWhatOthersDecide) {
  lead(1, 1);
  open(words::alice, 1);
  const std::string entry = proposed_[0].second.bytes;
  end_leadership();
  MemoryStateStore other_store;
  Replica follower(0, map_, other_store, log_, inbox_, news_, self_, {}, {});
  ASSERT_TRUE(follower.recover(1));
  commit(entry);
  follower.wake();
  EXPECT_NE(follower.partition().state().account(words::alice), nullptr);
  EXPECT_EQ(follower.committed(), 2U);
}

TEST_F(ReplicaTest, WhatAnotherPartitionWasSentIsSentAgainWhenThatReturns) {
  lead(1, 1);
  StartTransfer transfer;
  transfer.request = 1;
  transfer.from = words::account_in(0, 2, "payer");
  transfer.to = words::account_in(1, 2, "payee");
  transfer.transaction_id = words::uuid(1);
  transfer.amount = 400;
  transfer.currency = words::usd;
  send(transfer);
  commit_proposed(0);
  ASSERT_EQ(told_.size(), 1U);
  replica_.tick();
  EXPECT_EQ(told_.size(), 1U) << "nothing is due";
  news_.push(PartnerReturned{1});
  news_.push(PartnerReturned{1});
  replica_.wake();
  EXPECT_EQ(told_.size(), 1U) << "a new leader is given time to begin";
  replica_.tick();
  ASSERT_EQ(told_.size(), 2U);
  EXPECT_EQ(told_[1], told_[0]);
  replica_.tick();
  EXPECT_EQ(told_.size(), 2U);
  end_leadership();
  news_.push(PartnerReturned{1});
  replica_.wake();
  replica_.tick();
  EXPECT_EQ(told_.size(), 2U);
  EXPECT_FALSE(replica_.partition().next_due()) << "whoever leads now sends it";
}

TEST_F(ReplicaTest, AReadWaitsUntilTheLeadershipIsConfirmed) {
  lead(5, 1);
  open(words::alice, 1);
  commit_proposed(0);
  send(GetAccount{.request = 2, .account = words::alice});
  ASSERT_THAT(asked_, ElementsAre(std::pair<std::uint64_t, std::uint64_t>(5, 1)));
  EXPECT_THAT(replies_, ElementsAre("1 answered"));
  news_.push(LeadershipConfirmed{4, 1});
  replica_.wake();
  EXPECT_EQ(replies_.size(), 1U) << "of another epoch";
  news_.push(LeadershipConfirmed{5, 1});
  replica_.wake();
  EXPECT_THAT(replies_, ElementsAre("1 answered", "2 answered"));
}

// The new leader's first entry has no events.
TEST_F(ReplicaTest, AReadAfterAnElectionNamesTheLastEvent) {
  lead(1, 1);
  send(GetAccount{.request = 1, .account = words::alice});
  news_.push(LeadershipConfirmed{1, asked_.back().second});
  replica_.wake();
  EXPECT_EQ(positions_, std::vector<std::string>{"p0:0:0"}) << "there was no event yet";
  open(words::alice, 2);
  commit_proposed(0);
  end_leadership();
  lead(2, 2);
  send(GetAccount{.request = 3, .account = words::alice});
  news_.push(LeadershipConfirmed{2, asked_.back().second});
  replica_.wake();
  read_here(4, 3);
  EXPECT_THAT(positions_, ElementsAre("p0:0:0", "p0:2:0", "p0:2:0", "p0:2:0"));
}

// A store of format 1 does not say which entry the last event is of: the log does.
TEST_F(ReplicaTest, AStoreOfTheFirstFormatIsToldItsLastEventByTheLog) {
  lead(1, 1);
  open(words::alice, 1);
  commit_proposed(0);
  end_leadership();
  commit_empty(2);
  replica_.wake();
  replica_.stop();
  const auto row = store_.get(Table::meta, partition_meta_key);
  ASSERT_TRUE(row && *row);
  const std::string old = meta_in_format_1(**row);
  ASSERT_TRUE(store_.write({{Table::meta, partition_meta_key, old}}));
  Replica started(0, map_, store_, log_, inbox_, news_, self_, {}, {});
  ASSERT_TRUE(started.recover(3));
  EXPECT_EQ(started.entries_replayed(), 0U);
  EXPECT_EQ(started.partition().state().last_position().to_string(), "p0:2:0");
}

TEST_F(ReplicaTest, AReadOfADeposedLeaderIsNeverAnswered) {
  lead(5, 1);
  send(GetAccount{.request = 2, .account = words::alice});
  end_leadership();
  news_.push(LeadershipConfirmed{5, 1});
  replica_.wake();
  EXPECT_THAT(replies_, ElementsAre("2 lost"));
}

TEST_F(ReplicaTest, AFollowerAnswersFromWhatIsCommittedWithoutAskingAnybody) {
  lead(1, 1);
  open(words::alice, 1);
  commit_proposed(0);
  end_leadership();
  read_here(2, 0);
  EXPECT_THAT(replies_, ElementsAre("1 answered", "2 answered"));
  EXPECT_EQ(last_position_, 2U);
  EXPECT_THAT(asked_, IsEmpty());
  EXPECT_EQ(proposed_.size(), 1U) << "nothing is logged";
}

TEST_F(ReplicaTest, AFollowerWaitsUntilItHasTheEntryThatAReadWantsToSee) {
  commit_empty(1);
  replica_.wake();
  read_here(2, 2);
  EXPECT_THAT(replies_, IsEmpty());
  commit_empty(1);
  replica_.wake();
  EXPECT_THAT(replies_, ElementsAre("2 answered"));
  EXPECT_THAT(positions_, ElementsAre("p0:0:0"))
      << "it has seen both, and there is no event in them";
}

TEST_F(ReplicaTest, AReadThatWaitsTooLongIsRefused) {
  read_here(2, 2);
  monotonic_ = HostOptions{}.read_wait_us - 1;
  replica_.tick();
  EXPECT_THAT(replies_, IsEmpty());
  ++monotonic_;
  replica_.tick();
  EXPECT_THAT(replies_, ElementsAre("2 behind"));
  EXPECT_TRUE(inbox_.reads().empty());
}

TEST_F(ReplicaTest, ALeaderAnswersAFollowersReadWhenWhatItSawIsCommitted) {
  lead(1, 1);
  open(words::alice, 1);
  read_here(2, 2);
  EXPECT_THAT(replies_, IsEmpty()) << "the account is not committed";
  commit_proposed(0);
  EXPECT_THAT(replies_, ElementsAre("1 answered", "2 answered"));
  EXPECT_THAT(asked_, IsEmpty()) << "nobody needs to confirm it";
}

TEST_F(ReplicaTest, ALeaderThatCannotBeConfirmedStillAnswersFromWhatIsCommitted) {
  lead(1, 1);
  open(words::alice, 1);
  commit_proposed(0);
  send(GetAccount{.request = 2, .account = words::alice});
  read_here(3, 0);
  EXPECT_THAT(replies_, ElementsAre("1 answered", "3 answered"));
}

TEST_F(ReplicaTest, WhatWasReadOnAStateThatIsThrownAwayIsNeverAnswered) {
  disk_is_slow_ = true;
  lead(1, 1);
  open(words::alice, 1);
  commit_proposed(0);
  ASSERT_FALSE(checkpoints_.empty());
  open(words::bob, 2);
  read_here(3, 3, words::bob);
  end_leadership();
  read_here(4, 3, words::bob);
  EXPECT_THAT(replies_, ElementsAre("1 answered", "2 lost", "3 lost"))
      << "its state is not made again yet";
  finish_checkpoint();
  commit_empty(2);
  replica_.wake();
  EXPECT_EQ(replies_.back(), "4 answered")
      << "the read has outlived the state, and sees what was agreed";
  EXPECT_EQ(last_position_, 2U) << "of the last event: entry 3 has none";
  EXPECT_FALSE(knows(words::bob));
}

TEST_F(ReplicaTest, AReplicaThatStopsRefusesTheReadsThatWait) {
  read_here(2, 9);
  replica_.stop();
  EXPECT_THAT(replies_, ElementsAre("2 stopping"));
}

TEST_F(ReplicaTest, AnEntryThatDoesNotContinueTheChainEndsTheProcess) {
  commit_empty(1);
  replica_.wake();
  ASSERT_EQ(failure_, "");
  auto foreign = make_empty_entry(0, 1, 2, *make_empty_entry(0, 9, 1, ""));
  ASSERT_TRUE(foreign);
  commit(std::move(*foreign));
  replica_.wake();
  EXPECT_THAT(failure_, testing::HasSubstr("does not continue the hash chain"));
}

}  // namespace
}  // namespace florin
