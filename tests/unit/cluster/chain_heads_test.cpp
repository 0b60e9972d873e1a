// Heads of hash chains compared: who differs, who is alone with what it has, and what a lie can do.
#include "cluster/replication/chain_heads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The same for all who have the same history; `changed`: of one that was changed at that entry.
ChainHead head_at(LogIndex index, LogIndex changed_from = ~LogIndex{0}) {
  ChainHead head{index, {}};
  head.hash[0] = static_cast<std::uint8_t>(index);
  head.hash[1] = static_cast<std::uint8_t>(index >> 8);
  head.hash[2] = 1;
  head.hash[31] = index >= changed_from ? 0x66 : 0;
  return head;
}

ChainHeads up_to(LogIndex last) {
  ChainHeads heads;
  for (LogIndex index = 1; index <= last; ++index) heads.note(head_at(index));
  return heads;
}
void says(ChainHeads& heads, NodeNumber node, const ChainHead& head) {
  heads.hear(node, std::vector{head});
}

TEST(ChainHeads, TellsTheNewestCommittedHeadAndOneOfTheGrid) {
  const ChainHeads heads = up_to(700);
  EXPECT_THAT(heads.to_tell(700), ElementsAre(head_at(700), head_at(512)));
  EXPECT_THAT(heads.to_tell(690), ElementsAre(head_at(690), head_at(512)));
  EXPECT_THAT(heads.to_tell(512), ElementsAre(head_at(512)))
      << "an entry that may still be replaced is nobody's business";
  EXPECT_THAT(up_to(0).to_tell(0), IsEmpty());
}

TEST(ChainHeads, AgreesWithWhoHasTheSame) {
  ChainHeads heads = up_to(700);
  says(heads, 2, head_at(700));
  says(heads, 3, head_at(512));
  EXPECT_THAT(heads.compare(700), IsEmpty());
  EXPECT_FALSE(heads.stands_apart());
  EXPECT_THAT(heads.who_differ(), IsEmpty());
}

TEST(ChainHeads, ComparesOnceItHasReachedTheEntry) {
  ChainHeads heads = up_to(10);
  says(heads, 2, head_at(12, 5));
  EXPECT_THAT(heads.compare(10), IsEmpty());
  heads.note(head_at(11));
  heads.note(head_at(12));
  EXPECT_THAT(heads.compare(11), IsEmpty()) << "not committed here";
  const auto differences = heads.compare(12);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].node, 2);
  EXPECT_EQ(differences[0].own, head_at(12));
  EXPECT_EQ(differences[0].theirs, head_at(12, 5));
  EXPECT_THAT(heads.who_differ(), ElementsAre(2));
}

TEST(ChainHeads, OneThatDiffersFromTwoStandsApartAtOnce) {
  ChainHeads heads = up_to(20);
  says(heads, 1, head_at(20, 7));
  says(heads, 3, head_at(19, 7));
  EXPECT_EQ(heads.compare(20).size(), 2U);
  EXPECT_TRUE(heads.stands_apart());
}

TEST(ChainHeads, OneLiarDoesNotStopWhoHasAThirdBesideIt) {
  ChainHeads heads = up_to(20);
  for (int round = 0; round < 10; ++round) {
    says(heads, 1, head_at(20, 7));
    says(heads, 3, head_at(20));
    static_cast<void>(heads.compare(20));
    EXPECT_FALSE(heads.stands_apart());
  }
  EXPECT_THAT(heads.who_differ(), ElementsAre(1));
}

TEST(ChainHeads, OneAgainstOneIsDoubtAndStopsAfterSomeRounds) {
  ChainHeads heads = up_to(20);
  for (std::uint32_t round = 1; round <= ChainHeads::doubt_rounds_max; ++round) {
    EXPECT_FALSE(heads.stands_apart()) << round;
    says(heads, 1, head_at(20, 7));
    EXPECT_EQ(heads.compare(20).size(), round == 1 ? 1U : 0U) << "each entry is told once";
    EXPECT_THAT(heads.compare(20), IsEmpty()) << "nothing new, no round";
  }
  EXPECT_TRUE(heads.stands_apart());
  says(heads, 3, head_at(20));
  static_cast<void>(heads.compare(20));
  EXPECT_FALSE(heads.stands_apart()) << "the third one says who is right";
}

TEST(ChainHeads, WhatIsTooOldToBeKnownIsNotCompared) {
  ChainHeads heads = up_to(6'000);
  says(heads, 1, head_at(100, 7));
  EXPECT_THAT(heads.compare(6'000), IsEmpty());
  says(heads, 1, head_at(256 * 20, 7));
  EXPECT_EQ(heads.compare(6'000).size(), 1U);
}

TEST(ChainHeads, AfterTheOwnOnesAreReadAgainTheyCount) {
  ChainHeads heads = up_to(20);
  heads.forget_own();
  EXPECT_THAT(heads.to_tell(20), IsEmpty());
  for (LogIndex index = 15; index <= 20; ++index) heads.note(head_at(index, 17));
  says(heads, 1, head_at(20));
  says(heads, 3, head_at(16));
  EXPECT_EQ(heads.compare(20).size(), 1U);
  EXPECT_THAT(heads.who_differ(), ElementsAre(1));
}

TEST(ChainHeadsFrame, SurvivesEncodingAndRefusesTheRest) {
  const std::vector<ToldHead> told{{0, head_at(700)}, {0, head_at(512)}, {3, head_at(1)}};
  const std::string bytes = encode_heads(told);
  EXPECT_EQ(bytes.size(), 4U + 3 * 42);
  EXPECT_EQ(decode_heads(bytes, 4), told);
  EXPECT_EQ(decode_heads(bytes, 3), std::nullopt) << "no such partition";
  EXPECT_EQ(decode_heads(bytes + "x", 4), std::nullopt);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    EXPECT_EQ(decode_heads(bytes.substr(0, cut), 4), std::nullopt) << cut;
  EXPECT_EQ(decode_heads(encode_heads(std::vector{told[0], told[1], told[0]}), 4), std::nullopt);
  EXPECT_EQ(decode_heads(encode_heads(std::vector<ToldHead>{{0, {~LogIndex{0}, {}}}}), 4),
            std::nullopt);
  EXPECT_EQ(decode_heads(encode_heads(std::vector<ToldHead>{{0, {0, {}}}}), 4), std::nullopt);
}

}  // namespace
}  // namespace florin
