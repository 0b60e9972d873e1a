// What the replicated log says, and who hears it.
#include "actors/asks/log_news.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/overloaded.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr GroupNumber meta_group = 3;  // behind partitions 0, 1 and 2
constexpr NodeNumber self = 1;

std::string name_of(const ReplicaNews& news) {
  return visit(
      Overloaded{
          [](const EntriesCommitted& n) { return "to " + std::to_string(n.last()); },
          [](const LeadershipBegins& n) { return "leads in " + std::to_string(n.term); },
          [](const LeadershipEnds&) { return std::string("follows"); },
          [](const LeadershipConfirmed& n) { return "confirmed " + std::to_string(n.ticket); },
          [](const ChangeWanted&) { return std::string("change"); },
          [](const PartnerReturned& n) { return "partner " + std::to_string(n.partition); },
          [](const ReplicaDropped&) { return std::string("dropped"); },
          [](const HeadsHeard&) { return std::string("heads"); }},
      news);
}

// Replicas of partitions 0 and 1, and a keeper that writes down what it hears.
struct FakeShell {
  struct Keeper {
    std::vector<std::string>& heard;
    bool fails = false;
    Status<Error> committed(LogIndex first, const std::vector<EntryBytes>& entries) const {
      heard.push_back("meta from " + std::to_string(first) + " " + std::to_string(entries.size()));
      if (fails) return Err{Error{Errc::mismatch, "another cluster"}};
      return Unit{};
    }
    void leading(Reign, consensus::Term term) const {
      heard.push_back("meta leads in " + std::to_string(term));
    }
    void following() const { heard.emplace_back("meta follows"); }
  };

  Keeper& keeper() { return keeper_; }
  void follow(PartitionId partition, EntriesCommitted news) { tell(partition, std::move(news)); }
  void tell(PartitionId partition, const ReplicaNews& news) {
    heard.push_back("p" + std::to_string(partition) + " " + name_of(news));
  }
  void tell_if_here(PartitionId partition, const ReplicaNews& news) {
    if (partition < 2) tell(partition, news);
  }
  void set_meta_leader(NodeNumber node) { heard.push_back("meta of " + std::to_string(node)); }
  void fail(const Error&) { heard.emplace_back("fatal"); }

  std::vector<std::string> heard;
  Keeper keeper_{heard};
};

class LogNewsTest : public testing::Test {
 protected:
  std::vector<std::string> take_heard() { return std::exchange(shell_.heard, {}); }
  static std::vector<EntryBytes> two_entries() {
    return {std::make_shared<const std::string>("a"), std::make_shared<const std::string>("b")};
  }

  FakeShell shell_;
  ClusterRouter router_{PartitionMap(3), self, 99};
  LogNews<FakeShell> news_{shell_, router_, self, meta_group};
};

TEST_F(LogNewsTest, OfAPartitionGoesToItsReplicaInOrder) {
  news_.committed(1, 5, two_entries());
  news_.leading(1, 1, 7);
  news_.confirmed(1, 1, 4);
  news_.following(1);
  EXPECT_THAT(take_heard(),
              ElementsAre("p1 to 6", "p1 leads in 7", "p1 confirmed 4", "p1 follows"));
}

TEST_F(LogNewsTest, OfTheMetaGroupGoesToTheKeeper) {
  news_.committed(meta_group, 5, two_entries());
  news_.leading(meta_group, 1, 7);
  news_.confirmed(meta_group, 1, 4);
  news_.following(meta_group);
  news_.leader_seen(meta_group, 7, 2);
  EXPECT_THAT(take_heard(),
              ElementsAre("meta from 5 2", "meta leads in 7", "meta follows", "meta of 2"));
}

TEST_F(LogNewsTest, AMapThatThisNodeMustNotFollowIsTheEnd) {
  shell_.keeper_.fails = true;
  news_.committed(meta_group, 5, two_entries());
  EXPECT_THAT(take_heard(), ElementsAre("meta from 5 2", "fatal"));
}

TEST_F(LogNewsTest, ANewLeaderIsAPartnerThatHasReturnedForAllThatLeadHere) {
  news_.leader_seen(0, 3, self);
  EXPECT_THAT(take_heard(), IsEmpty()) << "nobody else is led here";
  news_.leader_seen(1, 3, 2);
  EXPECT_THAT(take_heard(), ElementsAre("p0 partner 1"));
  news_.note_leader(2, 3, 3);
  EXPECT_THAT(take_heard(), ElementsAre("p0 partner 2"));
  news_.note_leader(2, 2, 2);
  EXPECT_THAT(take_heard(), IsEmpty()) << "of an earlier term";
  EXPECT_EQ(router_.leader(2), 3);
}

TEST_F(LogNewsTest, WhatIsLedHereAndHasNoReplicaAnyMoreHearsNothing) {
  router_.leader_seen(2, 3, self);
  news_.partner_returned(0);
  EXPECT_THAT(take_heard(), IsEmpty());
}

}  // namespace
}  // namespace florin
