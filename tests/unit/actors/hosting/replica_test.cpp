// A replica: decides only while it leads, and nothing of what was decided and never committed stays.
#include "actors/hosting/replica.hpp"

#include <gmock/gmock.h>

#include <map>

#include "cluster/replication/replica_entry.hpp"
#include "persistence/codec/state_codec.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/checked_disk.hpp"
#include "tests/support/entries_log.hpp"
#include "tests/support/quiet_ports.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The row without `last_event_index`, which is one byte behind four others here.
std::string meta_in_format_1(std::string_view row) {
  EXPECT_EQ(row.substr(0, 2), "\x9e\x05") << "an array of 14, the first of which is the version";
  return "\x9d\x01" + std::string(row.substr(2, 3)) + std::string(row.substr(6));
}

class ReplicaTest : public testing::Test, protected test::QuietPorts, protected ReplicaPorts {
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
  // Elected: the first entry of the term is agreed, and it leads under `reign`.
  void lead(std::uint64_t reign, std::uint64_t term) {
    commit_empty(term);
    news_.push(LeadershipBegins{reign, term});
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
  // Alice is in the log and in the checkpoint, Bob only decided.
  void decide_during_a_checkpoint() {
    disk_is_slow_ = true;
    lead(1, 1);
    open(words::alice, 1);
    commit_proposed(0);
    ASSERT_FALSE(checkpoints_.empty());
    open(words::bob, 2);
  }
  void lose_leadership_during_a_checkpoint() {
    decide_during_a_checkpoint();
    end_leadership();
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

  // HostPorts and ReplicaPorts
  [[nodiscard]] std::int64_t monotonic_us() const override { return monotonic_; }
  [[nodiscard]] LogIndex checkpoint_index() const override { return checkpoint_written_; }
  void propose(std::uint64_t reign, LogEntry entry) override {
    proposed_.emplace_back(reign, std::move(entry));
  }
  void confirm(std::uint64_t reign, std::uint64_t ticket) override {
    asked_.emplace_back(reign, ticket);
  }
  void deliver(std::vector<Reply> replies) override {
    for (const Reply& reply : replies) {
      const auto* refused = get_if<NotAccepted>(&reply.body);
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
      case NotAccepted::Why::rebuilding: return "rebuilding";
      case NotAccepted::Why::level_too_low: return "level_too_low";
    }
    return "";
  }
  void tell(PartitionId to, std::vector<Message> messages) override {
    for (const Message& message : messages)
      if (!holds_alternative<AdvanceFence>(message))  // has timers of its own
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
    ASSERT_TRUE(checkpoint_store_->write(checkpoints_.back().writes));
    checkpoint_written_ = checkpoints_.back().index;
  }
  void failed(const Error& error) override { failure_ = error.context; }
  void chain_differs(const ChainHeads::Difference& difference) override {
    differences_.push_back("node " + std::to_string(difference.node) + " entry " +
                           std::to_string(difference.own.index));
  }
  void give_up_leadership() override { ++given_up_; }
  void emptied() override { is_emptied_ = true; }

  // Node `from` has another history, up to the newest committed entry here.
  void differs(NodeNumber from) {
    ChainHead head = replica_.chain().to_tell(replica_.committed()).front();
    head.hash[0] ^= 1;
    news_.push(HeadsHeard{from, {head}});
    replica_.wake();
    replica_.tick();
  }
  void agrees(NodeNumber from) {
    news_.push(HeadsHeard{from, replica_.chain().to_tell(replica_.committed())});
    replica_.wake();
    replica_.tick();
  }

  PartitionMap map_{2};
  MemoryStateStore store_;
  StateStore* checkpoint_store_ = &store_;
  test::EntriesLog log_;
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
  std::vector<std::string> differences_;
  int given_up_ = 0;
  bool is_emptied_ = false;
  HostPorts& ports_ = *this;
  ReplicaPorts& group_ = *this;
  Replica replica_{0, map_, store_, log_, inbox_, news_, ports_, group_, {}, {}};
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
  EXPECT_EQ(proposed_[0].first, 7U) << "under its reign";
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
  lose_leadership_during_a_checkpoint();
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
  lose_leadership_during_a_checkpoint();
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
  Replica follower(0, map_, other_store, log_, inbox_, news_, ports_, group_, {}, {});
  ASSERT_TRUE(follower.recover(1));
  commit(entry);
  follower.wake();
  EXPECT_NE(follower.partition().state().account(words::alice), nullptr);
  EXPECT_EQ(follower.committed(), 2U);
}

TEST_F(ReplicaTest, WhatAnotherPartitionWasSentIsSentAgainWhenThatReturns) {
  lead(1, 1);
  send(OpenAccount{.request = 2,
                   .account = words::account_in(0, 2, "payer"),
                   .currency = words::usd,
                   .allow_negative = true,
                   .metadata = {}});
  commit_proposed(0);
  StartTransfer transfer;
  transfer.request = 1;
  transfer.from = words::account_in(0, 2, "payer");
  transfer.to = words::account_in(1, 2, "payee");
  transfer.transaction_id = words::uuid(1);
  transfer.amount = 400;
  transfer.currency = words::usd;
  send(transfer);
  commit_proposed(1);
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
  EXPECT_EQ(replies_.size(), 1U) << "of another reign";
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
  Replica started(0, map_, store_, log_, inbox_, news_, ports_, group_, {}, {});
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
  decide_during_a_checkpoint();
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

// Its checksums and its chain fit: nothing but the others' heads says that it is not what was agreed.
TEST_F(ReplicaTest, ALogThatWasChangedAtRestDiffersFromTheOthersAtOnce) {
  std::vector<std::string> agreed, changed;
  for (LogIndex index = 1; index <= 3; ++index) {
    const auto make = [index](const std::vector<std::string>& log, std::uint64_t term) {
      return *make_empty_entry(0, term, index, log.empty() ? std::string() : log.back());
    };
    agreed.push_back(make(agreed, 1));
    changed.push_back(make(changed, index == 2 ? 2 : 1));
  }
  log_.entries = changed;
  ASSERT_TRUE(replica_.recover(3));
  const std::vector<ChainHead> others{{3, chain_hash(agreed[2])}};
  news_.push(HeadsHeard{2, others});
  news_.push(HeadsHeard{3, others});
  replica_.wake();
  replica_.tick();
  EXPECT_THAT(differences_, ElementsAre("node 2 entry 3", "node 3 entry 3"));
  read_here(1, 0);
  EXPECT_THAT(replies_, ElementsAre("1 no_leader"));
  EXPECT_EQ(failure_, "");
}

TEST_F(ReplicaTest, AReplicaThatStandsApartAnswersNobodyAndGivesUpItsLeadership) {
  lead(1, 1);
  open(words::alice, 1);
  commit_proposed(0);
  read_here(2, 99);  // waits
  differs(2);
  EXPECT_THAT(replies_, ElementsAre("1 answered")) << "one alone may lie";
  differs(3);
  EXPECT_EQ(replies_.back(), "2 no_leader");
  const std::size_t proposed = proposed_.size();
  open(words::bob, 3);
  read_here(4, 0);
  EXPECT_THAT(replies_, ElementsAre("1 answered", "2 no_leader", "3 no_leader", "4 no_leader"));
  EXPECT_EQ(proposed_.size(), proposed);
  replica_.tick();
  EXPECT_GT(given_up_, 0);
}

TEST_F(ReplicaTest, OneLiarStopsNobodyWhoHasAThirdBesideIt) {
  lead(1, 1);
  open(words::alice, 1);
  commit_proposed(0);
  agrees(3);
  for (int round = 0; round < 5; ++round) differs(2);
  read_here(2, 0);
  EXPECT_EQ(replies_.back(), "2 answered");
  EXPECT_EQ(given_up_, 0);
}

// An entry that was never committed may be another one elsewhere.
TEST_F(ReplicaTest, HeadsOfWhatWasNeverCommittedAreNotToldAndForgotten) {
  lead(1, 1);
  open(words::bob, 1);
  EXPECT_EQ(replica_.chain().to_tell(replica_.committed()).front().index, 1U);
  end_leadership();
  commit_empty(2);
  replica_.wake();
  agrees(2);
  EXPECT_THAT(differences_, IsEmpty());
  EXPECT_EQ(replica_.chain().to_tell(replica_.committed()).front(),
            (ChainHead{2, chain_hash(log_.entries[1])}));
}

// Whoever makes it must not wait for a long log.
TEST_F(ReplicaTest, ALateRecoveryReadsTheLogWithTheFirstWakeUp) {
  lead(1, 1);
  open(words::alice, 1);
  commit_proposed(0);
  end_leadership();
  MemoryStateStore empty;
  ReplicaNewsQueue news;
  Inbox inbox(10);
  inbox.set_wake([] {});
  Replica later(0, map_, empty, log_, inbox, news, ports_, group_, {}, {});
  later.recover_later(2);
  EXPECT_EQ(later.partition().state().last_index(), 0U) << "nothing was read yet";
  EXPECT_EQ(later.committed(), 2U);
  commit_empty(5);
  news.push(EntriesCommitted{3, {std::make_shared<const std::string>(log_.entries[2])}});
  news.push(LeadershipBegins{9, 5});
  later.wake();
  EXPECT_EQ(later.partition().state().last_index(), 3U);
  EXPECT_NE(later.partition().state().account(words::alice), nullptr);
  EXPECT_TRUE(later.leads());
  EXPECT_EQ(failure_, "");
}

TEST_F(ReplicaTest, SaysWhenNothingOfItUsesTheStoreAnyMore) {
  EXPECT_FALSE(is_emptied_);
  news_.push(ReplicaDropped{});
  replica_.wake();
  EXPECT_TRUE(is_emptied_);
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

// Over a store whose rows the test can damage; every account is put away as soon as it is stored.
class DamagedReplicaTest : public ReplicaTest {
 protected:
  DamagedReplicaTest() {
    checkpoint_store_ = store_here_.get();
    EXPECT_TRUE(here_.recover(0));
    commit_empty(1);
    news_.push(LeadershipBegins{1, 1});
    here_.wake();
  }
  static PartitionOptions none_resident() {
    PartitionOptions options;
    options.resident_accounts_max = 0;
    return options;
  }
  static HostOptions always_due() {
    HostOptions options;
    options.checkpoint_interval_us = 0;
    return options;
  }
  void ask(Message message) {
    std::vector<Message> one;
    one.push_back(std::move(message));
    ASSERT_EQ(inbox_.push_from_clients(one), 1U);
    here_.wake();
  }
  void open_here(const AccountId& id, RequestId request) {
    ask(OpenAccount{.request = request, .account = id, .currency = words::usd, .metadata = {}});
  }
  void commit_here(std::size_t number) {
    commit(proposed_.at(number).second.bytes);
    here_.wake();
  }
  // Alice is stored, put away, and not what was written.
  void damage_alice() {
    open_here(words::alice, 1);
    commit_here(0);
    here_.tick();
    test::flip(disk_, Table::accounts, words::alice.view(), 20);
  }

  test::CheckedDisk disk_;
  std::unique_ptr<CheckedStateStore> store_here_ = test::open_checked(disk_);
  Replica here_{0,      map_,   *store_here_,    log_,        inbox_, news_,
                ports_, group_, none_resident(), always_due()};
};

TEST_F(DamagedReplicaTest, MakesItsStateAgainFromTheLogAndLeadsOn) {
  damage_alice();
  ask(GetAccount{.request = 2, .account = words::alice});
  EXPECT_THAT(replies_, ElementsAre("1 answered", "2 lost")) << "whatever stood there";
  EXPECT_TRUE(here_.is_rebuilding());
  here_.wake();
  EXPECT_FALSE(here_.is_rebuilding());
  EXPECT_EQ(disk_.set_aside, 1);
  ask(GetAccount{.request = 3, .account = words::alice});
  news_.push(LeadershipConfirmed{1, asked_.back().second});
  here_.wake();
  EXPECT_EQ(replies_.back(), "3 answered");
  EXPECT_EQ(failure_, "");
}

TEST_F(DamagedReplicaTest, DecidesNothingUntilWhatItProposedBeforeIsCommitted) {
  damage_alice();
  open_here(words::bob, 2);  // proposed, not yet committed
  ask(GetAccount{.request = 3, .account = words::alice});
  here_.wake();
  open_here(AccountId::from_trusted("carol"), 4);
  EXPECT_THAT(replies_, ElementsAre("1 answered", "2 lost", "3 lost", "4 rebuilding"));
  EXPECT_EQ(proposed_.size(), 2U);
  commit_here(1);
  open_here(AccountId::from_trusted("carol"), 5);
  ASSERT_EQ(proposed_.size(), 3U);
  EXPECT_EQ(proposed_[2].second.index, proposed_[1].second.index + 1);
  EXPECT_EQ(failure_, "");
}

TEST_F(DamagedReplicaTest, FollowsOnWhenTheLeadershipEndsMeanwhile) {
  damage_alice();
  open_here(words::bob, 2);
  ask(GetAccount{.request = 3, .account = words::alice});
  news_.push(LeadershipEnds{});
  here_.wake();
  here_.wake();
  EXPECT_FALSE(here_.is_rebuilding());
  EXPECT_NE(here_.partition().state().account(words::alice), nullptr);
  EXPECT_EQ(here_.partition().state().account(words::bob), nullptr) << "never committed";
  EXPECT_EQ(failure_, "");
}

TEST_F(DamagedReplicaTest, AFollowerThatMeetsDamageInAnEntryDoesNotBlameTheEntry) {
  damage_alice();
  news_.push(LeadershipEnds{});
  here_.wake();
  open_here(words::alice, 9);
  disk_is_slow_ = true;             // the other one has a store of its own
  const std::string freeze = [&] {  // another replica leads, and freezes her
    MemoryStateStore store;
    Replica leader(0, map_, store, log_, inbox_, news_, ports_, group_, {}, {});
    EXPECT_TRUE(leader.recover(log_.entries.size()));
    commit_empty(2);
    news_.push(LeadershipBegins{2, 2});
    leader.wake();
    std::vector<Message> one;
    one.emplace_back(ChangeAccount{
        .request = 10, .account = words::alice, .change = AccountChange::freeze, .reason = {}});
    EXPECT_EQ(inbox_.push_from_clients(one), 1U);
    leader.wake();
    return proposed_.back().second.bytes;
  }();
  std::vector<EntryBytes> empty{std::make_shared<const std::string>(log_.entries.back())};
  news_.push(EntriesCommitted{log_.entries.size(), std::move(empty)});
  commit(freeze);
  here_.wake();
  here_.wake();
  EXPECT_EQ(failure_, "");
  ASSERT_NE(here_.partition().state().account(words::alice), nullptr);
  EXPECT_TRUE(here_.partition().state().account(words::alice)->frozen);
}

}  // namespace
}  // namespace florin
