// What a node may say of partitions, by its place in the map: facts of who leads, and messages between partitions.
#include "cluster/membership/peer_place.hpp"

#include <gtest/gtest.h>

#include "actors/messages/peer_rights.hpp"
#include "cluster/consensus/message_bounds.hpp"
#include "tests/unit/cluster/membership_kit.hpp"

namespace florin {
namespace {

// Five nodes, three replicas: two nodes have no place in a partition.
const ClusterMap& five_nodes() {
  static const ClusterMap map = membership_kit::Cluster(5).map;
  return map;
}
NodeNumber inside(PartitionId partition) {
  return node_of(five_nodes().partitions[partition].wanted.front());
}
NodeNumber outside(PartitionId partition) {
  for (NodeNumber node = 1; node <= 5; ++node)
    if (!may_lead(five_nodes(), partition, node)) return node;
  return 0;
}

TEST(PeerPlace, IsWhereTheMapWantsAReplicaOrWantedOneUntilThePartitionCameToRest) {
  ClusterMap map = five_nodes();
  for (PartitionId p = 0; p < map.partitions.size(); ++p) {
    int places = 0;
    for (NodeNumber node = 1; node <= 5; ++node) places += may_lead(map, p, node) ? 1 : 0;
    EXPECT_EQ(places, 3) << "partition " << p;
  }
  const NodeNumber stranger = outside(0);
  map.partitions[0].former.push_back(replica_id(stranger, 7));
  EXPECT_TRUE(may_lead(map, 0, stranger));
  EXPECT_FALSE(may_lead(map, 4, 1)) << "there is no such partition";
  EXPECT_FALSE(may_lead(map, 0, 0));
  EXPECT_TRUE(may_lead(ClusterMap(), 0, stranger)) << "before there is a map";
}

FactsFrame facts(NodeNumber from, std::uint32_t group = 0) {
  return {9, {}, {1, 2, 3}, {{group, {5, 9, {replica_id(from, 0)}, {}, {}}}}};
}

TEST(PeerPlace, FactsHaveBoundsInEveryField) {
  EXPECT_EQ(fault_in(facts(2), 5), std::nullopt);
  const auto fault_with = [](auto change) {
    FactsFrame frame = facts(2);
    change(frame);
    return fault_in(frame, 5);
  };
  using enum PeerFault;
  EXPECT_EQ(fault_with([](FactsFrame& f) { f.map_version = ~LogIndex{0}; }), out_of_bounds);
  EXPECT_EQ(fault_with([](FactsFrame& f) { f.members.push_back({0, "a", "b"}); }), out_of_bounds);
  EXPECT_EQ(fault_with([](FactsFrame& f) { f.founders.push_back(0); }), out_of_bounds);
  EXPECT_EQ(fault_with([](FactsFrame& f) { f.led[0].group = 5; }), unknown_group);
  EXPECT_EQ(fault_with([](FactsFrame& f) { f.led[0].facts.term = 0; }), out_of_bounds);
  EXPECT_EQ(fault_with([](FactsFrame& f) { f.led[0].facts.term = consensus::term_max + 1; }),
            out_of_bounds);
  EXPECT_EQ(fault_with([](FactsFrame& f) { f.led[0].facts.map_version = 10; }), out_of_bounds);
  EXPECT_EQ(fault_with([](FactsFrame& f) { f.led[0].facts.voters.push_back(replica_id(2, 0)); }),
            out_of_bounds)
      << "one replica twice";
  EXPECT_EQ(fault_with([](FactsFrame& f) { f.led[0].facts.learners = {replica_id(0, 3)}; }),
            out_of_bounds);
  EXPECT_EQ(fault_with([](FactsFrame& f) { f.led[0].facts.retired = {0}; }), out_of_bounds);
  EXPECT_TRUE(leads_as_voter(facts(2).led[0], 2));
  EXPECT_FALSE(leads_as_voter(facts(2).led[0], 3)) << "who leads is a voter";
}

// --- messages between partitions -----------------------------------------------------------------------------

const PartitionMap four(4);

AccountId account_in(PartitionId partition) {
  for (int i = 0;; ++i)
    if (auto id = AccountId::from_trusted("a" + std::to_string(i));
        four.partition_of(id) == partition)
      return id;
}
std::optional<PeerFault> told(NodeNumber from, PartitionId to, Message message) {
  std::vector<Message> messages;
  messages.push_back(std::move(message));
  return fault_in(messages, to, from, five_nodes(), four);
}
TryLeg try_of(PartitionId coordinator, PartitionId to) {
  TryLeg message;
  message.leg.transfer = {7, 0, coordinator};
  message.content.account = account_in(to);
  return message;
}

TEST(PeerRights, OnlyWhoMayLeadTheCoordinatorTellsItsLegs) {
  for (PartitionId coordinator = 0; coordinator < 4; ++coordinator) {
    EXPECT_EQ(told(inside(coordinator), 1, try_of(coordinator, 1)), std::nullopt);
    const LegKey leg{{7, 0, coordinator}, 0};
    const AccountId account = account_in(1);
    LegContent content;
    content.account = account;
    for (const Message& message :
         std::vector<Message>{try_of(coordinator, 1), ConfirmLeg{leg, account},
                              CancelLeg{leg, account}, ApplyStep{leg, content},
                              CompensateStep{leg, account}, AdvanceFence{1, coordinator, 7}})
      EXPECT_EQ(told(outside(coordinator), 1, message), PeerFault::not_its_place);
  }
  EXPECT_EQ(told(inside(2), 1, FenceHeard{1, 2, 7}), std::nullopt);
  EXPECT_EQ(told(outside(2), 1, FenceHeard{1, 2, 7}), PeerFault::not_its_place);
}

TEST(PeerRights, WhatIsToldIsForThePartitionThatItIsToldTo) {
  EXPECT_EQ(told(inside(0), 2, try_of(0, 1)), PeerFault::out_of_bounds);
  EXPECT_EQ(told(inside(0), 2, AdvanceFence{1, 0, 7}), PeerFault::out_of_bounds);
  EXPECT_EQ(told(inside(0), 2, FenceHeard{1, 0, 7}), PeerFault::out_of_bounds);
  EXPECT_EQ(told(inside(0), 2, LegAnswered{{{7, 0, 1}, 0}, LegMessage::try_, {}}),
            PeerFault::out_of_bounds);
  EXPECT_EQ(told(inside(0), 2, LegAnswered{{{7, 0, 2}, 0}, LegMessage::try_, {}}), std::nullopt);
  EXPECT_EQ(told(inside(0), 4, try_of(0, 1)), PeerFault::unknown_group);
}

// Tables are indexed by these numbers.
TEST(PeerRights, PartitionsAndIndexesHaveBounds) {
  EXPECT_EQ(told(1, 1, try_of(4, 1)), PeerFault::unknown_group);
  EXPECT_EQ(told(1, 1, AdvanceFence{1, 65535, 7}), PeerFault::unknown_group);
  EXPECT_EQ(told(1, 1, FenceHeard{1, 65535, 7}), PeerFault::unknown_group);
  EXPECT_EQ(told(inside(0), 1, AdvanceFence{1, 0, ~LogIndex{0}}), PeerFault::out_of_bounds);
}

TEST(PeerRights, ClientsMessagesAreAskedNotTold) {
  for (const Message& message :
       std::vector<Message>{StartTransfer{}, StartTransaction{}, OpenAccount{}, ChangeAccount{},
                            CheckLeg{}, GetAccount{}, GetTransfer{}, GetTrialBalance{},
                            ListAccounts{}, FollowerRead<GetAccount>{}, FollowerRead<GetTransfer>{},
                            FollowerRead<GetTrialBalance>{}, FollowerRead<ListAccounts>{}})
    EXPECT_EQ(told(inside(1), 1, message), PeerFault::not_its_place) << message.index();
}

}  // namespace
}  // namespace florin
