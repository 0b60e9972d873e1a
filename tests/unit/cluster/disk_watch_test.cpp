// Disks compared: what is kept of a node, what finds one that is not the one that was there, and when a node takes part.
#include "cluster/disk/disk_watch.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>

namespace florin {
namespace {

constexpr std::int64_t second_us = 1'000'000;

KeptDisk kept_disk(std::uint32_t life, std::uint64_t starts, Incarnation process,
                   std::map<std::uint32_t, LogIndex> committed = {}) {
  return {{life, starts, process}, std::move(committed)};
}
DiskWord disk_word(std::uint32_t life, std::uint64_t starts, Incarnation process,
                   std::vector<GroupReach> groups = {}) {
  return {{life, starts, process}, false, std::move(groups)};
}

TEST(CompareDisk, NothingIsKnownOfANewNode) {
  EXPECT_EQ(compare_disk({}, 0, disk_word(0, 1, 7)).finding, DiskFinding::fine);
}
TEST(CompareDisk, TheNextStartOfTheSameDiskIsFine) {
  const auto kept = kept_disk(0, 4, 7, {{0, 10}, {3, 20}});
  EXPECT_EQ(compare_disk(kept, 0, disk_word(0, 5, 8, {{0, 10, 9}, {3, 25, 21}})).finding,
            DiskFinding::fine);
}
TEST(CompareDisk, TheSameProcessMayComeAgain) {
  EXPECT_EQ(
      compare_disk(kept_disk(0, 4, 7, {{0, 10}}), 0, disk_word(0, 4, 7, {{0, 10, 10}})).finding,
      DiskFinding::fine);
}
TEST(CompareDisk, AnEmptyOneWasStartedBefore) {
  const DiskVerdict verdict = compare_disk(kept_disk(0, 4, 7, {{0, 10}}), 0, disk_word(0, 1, 8));
  EXPECT_EQ(verdict, (DiskVerdict{DiskFinding::started_before, 0, 4, 1}));
}
// Cluster seed 1102225: it was refused, and started again so often that the count alone said nothing.
TEST(CompareDisk, ADirectoryThatWasMadeAnewIsAnotherOneHoweverOftenItWasStarted) {
  KeptDisk kept = kept_disk(0, 1, 7);
  kept.run.directory = 41;
  DiskWord word = disk_word(0, 9, 8, {{0, 10, 10}});
  word.run.directory = 42;
  EXPECT_EQ(compare_disk(kept, 0, word).finding, DiskFinding::made_anew);
}
// Two that were made out of one copy.
TEST(CompareDisk, TheSameCountOfAnotherProcessIsACopy) {
  EXPECT_EQ(compare_disk(kept_disk(0, 4, 7), 0, disk_word(0, 4, 8)).finding,
            DiskFinding::started_before);
}
// An older copy may have been started often since.
TEST(CompareDisk, ALogThatLacksWhatWasCommittedIsBehind) {
  const auto kept = kept_disk(0, 4, 7, {{0, 10}, {3, 20}});
  EXPECT_EQ(compare_disk(kept, 0, disk_word(0, 9, 8, {{0, 10, 9}, {3, 19, 19}})),
            (DiskVerdict{DiskFinding::behind, 3, 20, 19}));
  EXPECT_EQ(compare_disk(kept, 0, disk_word(0, 9, 8, {{0, 10, 9}})),
            (DiskVerdict{DiskFinding::behind, 3, 20, 0}));
}
TEST(CompareDisk, ADiskThatWasGivenUpIsReplaced) {
  EXPECT_EQ(compare_disk({}, 1, disk_word(0, 9, 8)).finding, DiskFinding::replaced);
  EXPECT_EQ(compare_disk(kept_disk(1, 1, 9), 0, disk_word(0, 9, 8)).finding, DiskFinding::replaced);
}
TEST(CompareDisk, ANewLifeBeginsWithNothing) {
  EXPECT_EQ(compare_disk(kept_disk(0, 4, 7, {{0, 10}}), 0, disk_word(1, 1, 8)).finding,
            DiskFinding::fine);
  EXPECT_EQ(compare_disk(kept_disk(1, 4, 7, {{0, 10}}), 1, disk_word(1, 1, 8)).finding,
            DiskFinding::started_before);
}

TEST(DiskBook, KeepsTheHighestOfWhatWasCommitted) {
  DiskBook book;
  EXPECT_TRUE(book.take(2, disk_word(0, 1, 7, {{0, 10, 8}, {1, 5, 0}})));
  EXPECT_FALSE(book.take(2, disk_word(0, 1, 7, {{0, 12, 8}})));  // nothing that counts is new
  EXPECT_FALSE(book.take(2, disk_word(0, 1, 7, {{0, 12, 6}})));  // late
  EXPECT_TRUE(book.take(2, disk_word(0, 2, 9, {{0, 12, 11}})));
  EXPECT_EQ(book.of(2), kept_disk(0, 2, 9, {{0, 11}}));
  EXPECT_TRUE(book.take(2, disk_word(1, 1, 4, {{2, 3, 3}})));
  EXPECT_EQ(book.of(2), kept_disk(1, 1, 4, {{2, 3}}));
  EXPECT_EQ(book.of(3), std::nullopt);
}
TEST(DiskBook, ComesBackAsItWasWritten) {
  DiskBook book;
  EXPECT_EQ(*DiskBook::parse(book.text()), book);
  book.take(2, disk_word(0, 1, 7, {{0, 10, 8}, {16, 5, 5}}));
  book.take(65535, disk_word(3, 99, ~Incarnation{0}));
  EXPECT_EQ(*DiskBook::parse(book.text()), book);
}
TEST(DiskBook, HasTheBytesThatOtherReleasesRead) {
  DiskBook book;
  book.take(2, disk_word(1, 3, 7, {{0, 10, 8}}));
  EXPECT_EQ(book.text(),
            "florin disks of other nodes 1\n"
            "node 2 life 1 starts 3 process 7 directory 0 groups 1\n"
            "group 0 committed 8\n"
            "checksum 659853909\n");
}
TEST(DiskBook, RefusesWhatItHasNotWritten) {
  DiskBook book;
  book.take(2, disk_word(0, 1, 7, {{0, 10, 8}}));
  std::string text = book.text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] ^= 1;
    EXPECT_FALSE(DiskBook::parse(damaged).has_value()) << i;
    EXPECT_FALSE(DiskBook::parse(text.substr(0, i)).has_value()) << i;
  }
}

TEST(DiskFrames, ComeBackAsTheyWere) {
  for (const DiskFrame& frame :
       {DiskFrame(DiskWord{{1, 5, 77}, true, {{0, 10, 3}, {16, 1, 1}}}),
        DiskFrame(disk_word(0, 1, 2)), DiskFrame(DiskAnswer{9, 2, {}}),
        DiskFrame(DiskAnswer{9, 2, kept_disk(2, 4, 7, {{0, 1}, {9, 99}})})})
    EXPECT_EQ(*decode_disk_frame(encode_disk_frame(frame)), frame);
}
TEST(DiskFrames, AreRefusedWhenTheySayWhatNoNodeCan) {
  const auto refused = [](const DiskFrame& frame) {
    return !decode_disk_frame(encode_disk_frame(frame)).has_value();
  };
  EXPECT_TRUE(refused(disk_word(0, 0, 7)));
  EXPECT_TRUE(refused(disk_word(0, 1, 0)));
  EXPECT_TRUE(refused(disk_word(0, 1, 7, {{0, 10, 11}})));
  EXPECT_TRUE(refused(disk_word(0, 1, 7, {{0, 0, 0}})));
  EXPECT_TRUE(refused(disk_word(0, 1, 7, {{1, 10, 1}, {0, 10, 1}})));
  EXPECT_TRUE(refused(disk_word(0, 1, 7, {{1, 10, 1}, {1, 10, 1}})));
  EXPECT_TRUE(refused(disk_word(0, 1, 7, {{0, LogIndex{1} << 57, 1}})));
  EXPECT_TRUE(refused(disk_word(0, 1, 7, {{1025, 10, 1}})));
  const std::string good = encode_disk_frame(disk_word(0, 1, 7, {{0, 10, 1}}));
  for (std::size_t i = 0; i < good.size(); ++i)
    EXPECT_FALSE(decode_disk_frame(good.substr(0, i)).has_value()) << i;
  EXPECT_FALSE(decode_disk_frame(good + "x").has_value());
  EXPECT_FALSE(decode_disk_frame("").has_value());
}

// Nodes 1, 2, ... whose frames arrive at once.
class Nodes : public testing::Test {
 protected:
  struct Node {
    DiskWatch watch;
    std::vector<GroupReach> reaches;
  };

  // As the next run of its disk, with which these have taken part before.
  DiskWatch& start_again(NodeNumber number, DiskRun run, std::vector<GroupReach> reaches,
                         RunHistory runs) {
    nodes_.erase(number);
    return nodes_
        .emplace(number, Node{DiskWatch({.self = number, .run = run, .runs = std::move(runs)}, {}),
                              std::move(reaches)})
        .first->second.watch;
  }
  void tick_until_it_takes_part() {
    tick();
    tick();
  }
  DiskWatch& start(NodeNumber number, DiskRun run, std::vector<GroupReach> reaches = {},
                   bool is_new = false, DiskBook book = {}) {
    nodes_.erase(number);
    return nodes_
        .emplace(number,
                 Node{DiskWatch({.self = number, .run = run, .is_new = is_new}, std::move(book)),
                      std::move(reaches)})
        .first->second.watch;
  }
  void stop(NodeNumber number) { nodes_.erase(number); }
  // One tick of everybody, and what it leads to.
  void tick() {
    now_ += second_us / 10;
    std::vector<NodeNumber> all;
    for (NodeNumber n = 1; n <= members_; ++n) all.push_back(n);
    for (auto& [number, node] : nodes_) {
      std::vector<NodeNumber> others = all;
      std::erase(others, number);
      for (const auto& frame : node.watch.tick(now_, map_lives_[number], others,
                                               [&node = node] { return node.reaches; }))
        send(number, frame.to, frame.bytes);
    }
  }
  void send(NodeNumber from, NodeNumber to, const std::string& bytes) {
    const auto receiver = nodes_.find(to);
    if (receiver == nodes_.end()) return;
    const auto taken = receiver->second.watch.take(from, bytes, lives_[from]);
    if (taken.fault) faults_.push_back(*taken.fault);
    for (const std::string& answer : taken.answers) send(to, from, answer);
  }

  std::map<NodeNumber, Node> nodes_;
  std::map<NodeNumber, std::uint32_t> lives_;
  std::map<NodeNumber, std::uint32_t> map_lives_;  // of a node, by its own map
  std::vector<PeerFault> faults_;
  NodeNumber members_ = 3;
  std::int64_t now_ = 0;
};

TEST_F(Nodes, TakePartOnceAllHaveAnswered) {
  for (NodeNumber n = 1; n <= 3; ++n) EXPECT_FALSE(start(n, {0, 1, n}).takes_part());
  tick();
  tick();
  for (NodeNumber n = 1; n <= 3; ++n) {
    EXPECT_TRUE(nodes_.at(n).watch.takes_part()) << n;
    EXPECT_TRUE(nodes_.at(n).watch.takes_frames_of(n % 3 + 1)) << n;
  }
}
TEST_F(Nodes, WaitASecondForThoseThatAreNotThere) {
  start(1, {0, 1, 1});
  start(2, {0, 1, 2});
  for (int i = 0; i < 10; ++i) {
    tick();
    EXPECT_FALSE(nodes_.at(1).watch.takes_part());
    EXPECT_FALSE(nodes_.at(1).watch.takes_frames_of(2));
  }
  tick();
  EXPECT_TRUE(nodes_.at(1).watch.takes_part());
  EXPECT_TRUE(nodes_.at(1).watch.takes_frames_of(2));
  EXPECT_FALSE(nodes_.at(1).watch.takes_frames_of(3));  // not before it has been compared
}
TEST_F(Nodes, AloneThereIsNothingToWaitFor) {
  members_ = 1;
  start(1, {0, 1, 1});
  tick();
  EXPECT_TRUE(nodes_.at(1).watch.takes_part());
}
TEST_F(Nodes, AnEmptyDiskIsFoundBeforeItsNodeTakesPart) {
  members_ = 2;
  start(1, {0, 1, 1}, {{0, 10, 10}});
  start(2, {0, 1, 2}, {{0, 10, 10}});
  tick_until_it_takes_part();
  start(2, {0, 1, 22});
  tick();
  const DiskWatch& empty = nodes_.at(2).watch;
  ASSERT_TRUE(empty.lost());
  EXPECT_FALSE(empty.takes_part());
  EXPECT_NE(empty.lost()->find("florin node rejoin 2"), std::string::npos) << *empty.lost();
  EXPECT_TRUE(nodes_.at(1).watch.is_strange(2));
  EXPECT_FALSE(nodes_.at(1).watch.takes_frames_of(2));
}
// What another node kept outlives that node's process, too.
TEST_F(Nodes, AnOlderDiskIsFoundByWhatIsInTheBook) {
  members_ = 2;
  start(1, {0, 1, 1});
  start(2, {0, 6, 2}, {{0, 10, 10}});
  tick_until_it_takes_part();
  const auto text = nodes_.at(1).watch.take_book(now_);
  ASSERT_TRUE(text);
  EXPECT_EQ(nodes_.at(1).watch.take_book(now_), std::nullopt);
  stop(2);
  start(1, {0, 2, 11}, {}, false, *DiskBook::parse(*text));
  start(2, {0, 9, 22}, {{0, 9, 9}});  // an older copy that was started often
  tick();
  EXPECT_TRUE(nodes_.at(2).watch.lost());
}
// A file is written each time, and synced.
TEST_F(Nodes, TheBookIsGivenOutAtOnceForANewRunAndOtherwiseOnceASecond) {
  members_ = 2;
  start(1, {0, 1, 1});
  start(2, {0, 6, 2}, {{0, 10, 10}});
  tick_until_it_takes_part();
  ASSERT_TRUE(nodes_.at(1).watch.take_book(now_));
  nodes_.at(2).reaches = {{0, 20, 20}};
  for (int i = 0; i < 9; ++i) {
    tick();
    EXPECT_FALSE(nodes_.at(1).watch.take_book(now_)) << i;
  }
  tick();
  const auto later = nodes_.at(1).watch.take_book(now_);
  ASSERT_TRUE(later);
  EXPECT_EQ(DiskBook::parse(*later)->of(2)->committed.at(0), 20U);
  start(2, {0, 7, 22}, {{0, 20, 20}});
  tick_until_it_takes_part();
  EXPECT_TRUE(nodes_.at(1).watch.take_book(now_));
}
// All that it lacks was told nobody: the logs say nothing. Who starts it again and again makes it no better, and the right
// one is let in afterwards.
TEST_F(Nodes, AnOlderDiskStaysFoundHoweverOftenItIsStarted) {
  start(1, {0, 1, 1}, {{0, 10, 10}});
  start(3, {0, 1, 3}, {{0, 10, 10}});
  start_again(2, {0, 6, 26}, {{0, 10, 10}}, {});
  tick_until_it_takes_part();
  const RunHistory older{0, {{6, 26}}};
  start_again(2, {0, 7, 27}, {{0, 11, 11}}, older);
  tick_until_it_takes_part();
  for (std::uint64_t starts = 7; starts < 12; ++starts) {
    start_again(2, {0, starts, 100 + starts}, {{0, 11, 11}}, older);
    tick_until_it_takes_part();
    ASSERT_TRUE(nodes_.at(2).watch.lost()) << starts;
    EXPECT_NE(nodes_.at(2).watch.lost()->find("older copy"), std::string::npos);
    EXPECT_FALSE(nodes_.at(2).watch.takes_part());
  }
  EXPECT_FALSE(start_again(2, {0, 8, 28}, {{0, 11, 11}}, {0, {{6, 26}, {7, 27}}}).takes_part());
  tick_until_it_takes_part();
  EXPECT_TRUE(nodes_.at(2).watch.takes_part());
  EXPECT_TRUE(nodes_.at(1).watch.takes_frames_of(2));
}
// Node 3 was away when the right disk was started last, and hears of the older one before that is found: it keeps nothing of it.
TEST_F(Nodes, ADiskThatIsFoundIsKeptByNobodyElse) {
  start(1, {0, 1, 1}, {{0, 10, 10}});
  start(3, {0, 1, 3}, {{0, 10, 10}});
  start_again(2, {0, 6, 26}, {{0, 10, 10}}, {});
  tick_until_it_takes_part();
  const DiskBook book = *DiskBook::parse(*nodes_.at(3).watch.take_book(now_));
  for (const DiskBook& kept_by_3 : {book, DiskBook()}) {
    stop(3);
    start_again(2, {0, 7, 27}, {{0, 11, 11}}, {0, {{6, 26}}});
    for (int i = 0; i < 11; ++i) tick();
    ASSERT_TRUE(nodes_.at(2).watch.takes_part());
    const auto text = nodes_.at(1).watch.take_book(now_);
    stop(1);
    start(3, {0, 2, 33}, {{0, 10, 10}}, false, kept_by_3);
    start_again(2, {0, 7, 100}, {{0, 11, 11}}, {0, {{6, 26}}});
    tick();
    start(1, {0, 2, 11}, {{0, 11, 11}}, false, *DiskBook::parse(*text));
    tick_until_it_takes_part();
    ASSERT_TRUE(nodes_.at(2).watch.lost());
    start_again(2, {0, 8, 28}, {{0, 11, 11}}, {0, {{6, 26}, {7, 27}}});
    tick_until_it_takes_part();
    EXPECT_TRUE(nodes_.at(2).watch.takes_part()) << nodes_.at(2).watch.lost().value_or("");
    start(1, {0, 1, 1}, {{0, 10, 10}}, false, book);
  }
}
// Who knows better was away when the disk came back.
TEST_F(Nodes, AnOlderDiskIsFoundWhenSomebodyReturns) {
  start(1, {0, 1, 1});
  start(2, {0, 6, 2}, {{0, 10, 10}});
  for (int i = 0; i < 12; ++i) tick();
  DiskBook book = *DiskBook::parse(*nodes_.at(1).watch.take_book(now_));
  stop(1);
  start(3, {0, 1, 3});
  start(2, {0, 7, 22}, {{0, 9, 9}});
  for (int i = 0; i < 12; ++i) tick();
  EXPECT_TRUE(nodes_.at(2).watch.takes_part());
  start(1, {0, 2, 11}, {}, false, book);
  for (int i = 0; i < 3; ++i) tick();
  EXPECT_FALSE(nodes_.at(2).watch.takes_part());
  EXPECT_TRUE(nodes_.at(2).watch.lost());
}
// One key must not stop the others (ADR 0012).
TEST_F(Nodes, WhoHasFoundADiskToBeRightIsNotBelievedWhenItSaysSomethingElse) {
  for (NodeNumber n = 1; n <= 3; ++n) start(n, {0, 1, n}, {{0, 10, 10}});
  tick();
  tick();
  send(3, 2, encode_disk_frame(DiskAnswer{2, 0, kept_disk(0, 99, 5, {{0, 1000}})}));
  EXPECT_TRUE(nodes_.at(2).watch.takes_part());
  EXPECT_EQ(faults_, std::vector{PeerFault::out_of_bounds});
}
TEST_F(Nodes, AnAnswerToAnEarlierProcessSaysNothing) {
  for (NodeNumber n = 1; n <= 3; ++n) start(n, {0, 1, n});
  send(3, 2, encode_disk_frame(DiskAnswer{77, 0, kept_disk(0, 99, 5)}));
  EXPECT_FALSE(nodes_.at(2).watch.lost());
  EXPECT_TRUE(faults_.empty());
}
TEST_F(Nodes, ALostDisksSuccessorBeginsANewLife) {
  start(1, {0, 1, 1});
  start(2, {0, 6, 2}, {{0, 10, 10}});
  start(3, {0, 1, 3});
  tick();
  lives_[2] = 1;  // an operator has said so
  start(2, {0, 1, 22}, {}, true);
  for (int i = 0; i < 4; ++i) tick();
  EXPECT_EQ(nodes_.at(2).watch.life(), 1U);
  EXPECT_FALSE(nodes_.at(2).watch.lost());
  EXPECT_TRUE(nodes_.at(2).watch.takes_part());
  EXPECT_TRUE(nodes_.at(1).watch.takes_frames_of(2));
  EXPECT_FALSE(nodes_.at(1).watch.is_strange(2));
}
// Cluster seed 7: an operator gave it up twice, and it was back in between. What it has got since is of the first life.
TEST_F(Nodes, ASuccessorThatIsGivenUpTooTakesNoThirdLife) {
  for (NodeNumber n = 1; n <= 3; n += 2) start(n, {0, 1, n});
  lives_[2] = 1;
  start(2, {0, 1, 22}, {}, true);
  for (int i = 0; i < 4; ++i) tick();
  ASSERT_TRUE(nodes_.at(2).watch.takes_part());
  lives_[2] = 2;
  for (int i = 0; i < 12; ++i) tick();
  EXPECT_EQ(nodes_.at(2).watch.life(), 1U);
  EXPECT_TRUE(nodes_.at(2).watch.lost());
}
// It would found groups that are there.
TEST_F(Nodes, WhoIsNotToldToJoinTakesNobodysPlace) {
  start(1, {0, 1, 1});
  lives_[2] = 1;
  start(2, {0, 1, 22}, {}, false);
  tick();
  ASSERT_TRUE(nodes_.at(2).watch.lost());
  EXPECT_NE(nodes_.at(2).watch.lost()->find("--cluster-join"), std::string::npos);
}
TEST_F(Nodes, TheDiskThatWasGivenUpDoesNotComeBack) {
  start(1, {0, 1, 1});
  lives_[2] = 1;
  start(2, {0, 7, 2}, {{0, 10, 10}});
  tick();
  EXPECT_TRUE(nodes_.at(2).watch.lost());
}
TEST_F(Nodes, ADiskThatIsGivenUpWhileItRunsStopsWhenTwoSayOrItsOwnMapDoes) {
  for (NodeNumber n = 1; n <= 3; ++n) start(n, {0, 1, n}, {{0, 10, 10}});
  tick();
  tick();
  send(3, 2, encode_disk_frame(DiskAnswer{2, 1, {}}));
  send(3, 2, encode_disk_frame(DiskAnswer{2, 1, {}}));
  EXPECT_TRUE(nodes_.at(2).watch.takes_part());
  send(1, 2, encode_disk_frame(DiskAnswer{2, 1, {}}));
  EXPECT_TRUE(nodes_.at(2).watch.lost());
  map_lives_[1] = 1;
  tick();
  EXPECT_TRUE(nodes_.at(1).watch.lost());
  EXPECT_FALSE(nodes_.at(3).watch.lost());
}
// One whose map is behind knows the lost disk only.
TEST_F(Nodes, ASuccessorWaitsForSomebodyWhoHasHeardOfIt) {
  start(1, {0, 1, 1});
  start(2, {0, 6, 2}, {{0, 10, 10}});
  start(3, {0, 1, 3});
  tick_until_it_takes_part();
  start(2, {0, 1, 22}, {}, true);
  tick();
  EXPECT_FALSE(nodes_.at(2).watch.lost());
  lives_[2] = 1;
  for (int i = 0; i < 4; ++i) tick();
  EXPECT_TRUE(nodes_.at(2).watch.takes_part());
  EXPECT_FALSE(nodes_.at(2).watch.lost());
}
TEST_F(Nodes, ASuccessorThatNobodyHasHeardOfIsLost) {
  start(1, {0, 1, 1});
  start(2, {0, 6, 2}, {{0, 10, 10}});
  for (int i = 0; i < 12; ++i) tick();
  start(2, {0, 1, 22}, {}, true);
  for (int i = 0; i < 14; ++i) tick();
  EXPECT_TRUE(nodes_.at(2).watch.lost());
}
TEST_F(Nodes, FramesThatAreNoneAreAFault) {
  start(1, {0, 1, 1});
  send(2, 1, "\x07");
  EXPECT_EQ(faults_, std::vector{PeerFault::malformed});
}

}  // namespace
}  // namespace florin
