// The inbox: bounded for clients, open to partitions, in order, and one wake-up at a time.
#include "actors/hosting/inbox.hpp"

#include <gmock/gmock.h>

namespace florin {
namespace {

using testing::ElementsAre;

std::vector<Message> messages(RequestId first, std::size_t count) {
  std::vector<Message> out;
  for (std::size_t i = 0; i < count; ++i)
    out.emplace_back(GetAccount{.request = first + i, .account = {}});
  return out;
}

std::vector<RequestId> requests_of(const std::vector<Message>& messages) {
  std::vector<RequestId> out;
  for (const Message& message : messages) out.push_back(get<GetAccount>(message).request);
  return out;
}

class InboxTest : public testing::Test {
 protected:
  InboxTest() {
    inbox_.set_wake([this] { ++wakes_; });
  }
  std::size_t push(RequestId first, std::size_t count) {
    left_ = messages(first, count);
    return inbox_.push_from_clients(left_);
  }
  std::vector<RequestId> take(std::size_t messages_max, bool* more = nullptr) {
    std::vector<std::vector<Message>> chunks;
    const bool some_left = inbox_.take(chunks, messages_max);
    if (more != nullptr) *more = some_left;
    std::vector<RequestId> out;
    for (const auto& chunk : chunks)
      for (const RequestId request : requests_of(chunk)) out.push_back(request);
    return out;
  }

  Inbox inbox_{10};
  int wakes_ = 0;
  std::vector<Message> left_;
};

TEST_F(InboxTest, TakesFromClientsAsManyAsFitFromTheFront) {
  EXPECT_EQ(push(1, 8), 8U);
  EXPECT_EQ(push(11, 4), 2U);
  EXPECT_THAT(requests_of(left_), ElementsAre(13, 14));
  EXPECT_EQ(push(21, 1), 0U);
  EXPECT_THAT(requests_of(left_), ElementsAre(21));
  EXPECT_EQ(inbox_.size(), 10U);
  EXPECT_THAT(take(100), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 11, 12));
  EXPECT_EQ(inbox_.size(), 0U);
  EXPECT_EQ(push(31, 10), 10U) << "there is room again";
}

TEST_F(InboxTest, TakesFromPartitionsAlways) {
  EXPECT_EQ(push(1, 10), 10U);
  inbox_.push_from_partition(messages(50, 5));
  EXPECT_EQ(inbox_.size(), 15U);
  EXPECT_EQ(push(60, 1), 0U);
  EXPECT_EQ(take(100).size(), 15U);
}

// What a push says together is taken or refused together; what partitions send ends what is open, and is always taken.
TEST_F(InboxTest, TakesByTheRoomThatTheDiskHas) {
  IntakeGate gate;
  inbox_.set_gate(gate);
  const auto push_changes = [&](std::size_t changes, std::size_t reads) {
    std::vector<Message> all = messages(1, reads);
    for (std::size_t i = 0; i < changes; ++i) all.emplace_back(StartTransfer{});
    const std::size_t taken = inbox_.push_from_clients(all);
    std::vector<std::vector<Message>> chunks;
    inbox_.take(chunks, 100);
    return taken;
  };
  EXPECT_EQ(push_changes(3, 0), 3U);
  gate.set(DiskLevel::low);
  EXPECT_EQ(push_changes(2, 0), 0U) << "a batch";
  EXPECT_EQ(push_changes(1, 0), 1U);
  EXPECT_EQ(push_changes(1, 2), 3U);
  gate.set(DiskLevel::reserve);
  EXPECT_EQ(push_changes(1, 0), 0U);
  EXPECT_EQ(push_changes(1, 2), 0U);
  EXPECT_EQ(push_changes(0, 5), 5U) << "reads take no room";
  inbox_.push_from_partition(messages(50, 5));
  EXPECT_EQ(inbox_.size(), 5U);
  gate.set(DiskLevel::enough);
  EXPECT_EQ(push_changes(3, 0), 3U);
}

TEST_F(InboxTest, HoldsChangesWhileTheStoreHasNoRoom) {
  inbox_.hold_changes(true);
  std::vector<Message> change;
  change.emplace_back(StartTransfer{});
  EXPECT_EQ(inbox_.push_from_clients(change), 0U);
  EXPECT_EQ(push(1, 2), 2U) << "reads";
  inbox_.hold_changes(false);
  EXPECT_EQ(inbox_.push_from_clients(change), 1U);
}

std::vector<Message> reads(RequestId first, std::vector<LogIndex> wanted) {
  std::vector<Message> out;
  for (const LogIndex index : wanted)
    out.emplace_back(FollowerRead<GetAccount>{first++, index, {}});
  return out;
}
std::vector<RequestId> ready(WaitingReads& waiting, LogIndex index, std::int64_t now_us) {
  std::vector<Message> taken;
  waiting.take_ready(index, now_us, SIZE_MAX, taken);
  std::vector<RequestId> out;
  for (const Message& read : taken) out.push_back(get<FollowerRead<GetAccount>>(read).request);
  return out;
}

TEST_F(InboxTest, ReadsThatAreReadyComeAFewAtATime) {
  auto pushed = reads(1, {0, 3, 0, 9});
  inbox_.push_reads(pushed);
  std::vector<Message> taken;
  EXPECT_TRUE(inbox_.reads().take_ready(3, 100, 2, taken)) << "one more is ready";
  EXPECT_EQ(taken.size(), 2U);
  EXPECT_FALSE(inbox_.reads().take_ready(3, 100, 2, taken)) << "the last one is too early";
  EXPECT_EQ(taken.size(), 3U);
  EXPECT_FALSE(inbox_.reads().empty());
}

TEST_F(InboxTest, ReadsForAnyReplicaWaitForTheirEntryAndNotForever) {
  auto pushed = reads(1, {5, 0, 9});
  EXPECT_EQ(inbox_.push_reads(pushed), 3U);
  EXPECT_EQ(wakes_, 1);
  EXPECT_EQ(inbox_.size(), 0U) << "they take no turn";
  EXPECT_THAT(ready(inbox_.reads(), 4, 100), ElementsAre(2));
  pushed = reads(4, {9});
  inbox_.push_reads(pushed);
  EXPECT_THAT(ready(inbox_.reads(), 5, 200), ElementsAre(1));
  EXPECT_THAT(inbox_.reads().take_expired(99), ElementsAre());
  EXPECT_THAT(inbox_.reads().take_expired(100), ElementsAre(3));
  EXPECT_FALSE(inbox_.reads().empty());
  EXPECT_THAT(ready(inbox_.reads(), 9, 300), ElementsAre(4));
  EXPECT_TRUE(inbox_.reads().empty());
}

TEST_F(InboxTest, ReadsForAnyReplicaAreBoundedAndNothingElseGetsAmongThem) {
  auto one = messages(1, 1);
  EXPECT_EQ(inbox_.push_reads(one), 0U) << "no such read";
  auto many = reads(1, std::vector<LogIndex>(WaitingReads::reads_max + 1, 3));
  EXPECT_EQ(inbox_.push_reads(many), WaitingReads::reads_max);
  EXPECT_EQ(many.size(), 1U);
  EXPECT_EQ(inbox_.reads().take_all().size(), WaitingReads::reads_max);
  inbox_.close_to_clients();
  EXPECT_EQ(inbox_.push_reads(many), 0U);
}

TEST_F(InboxTest, WhatATurnHasNotHandledComesFirstAgainInItsOrder) {
  push(1, 6);
  inbox_.push_from_partition(messages(20, 5));
  std::vector<std::vector<Message>> taken;
  EXPECT_FALSE(inbox_.take(taken, 100));
  inbox_.push_from_partition(messages(50, 2));  // meanwhile
  inbox_.put_back(taken, 4);
  EXPECT_EQ(inbox_.size(), 9U);
  EXPECT_THAT(take(100), ElementsAre(5, 6, 20, 21, 22, 23, 24, 50, 51));
}

TEST_F(InboxTest, ATurnMayHandleNothingOrEverything) {
  for (const std::size_t handled : {std::size_t{0}, std::size_t{11}}) {
    push(1, 6);
    inbox_.push_from_partition(messages(20, 5));
    std::vector<std::vector<Message>> taken;
    inbox_.take(taken, 100);
    inbox_.put_back(taken, handled);
    EXPECT_EQ(inbox_.size(), 11 - handled);
    EXPECT_EQ(take(100).size(), 11 - handled);
  }
}

TEST_F(InboxTest, ReadsThatFoundNoRoomAreTheNextAndKeepTheirOrder) {
  auto pushed = reads(1, {5, 5, 5, 3, 9});
  inbox_.push_reads(pushed);
  std::vector<Message> taken;
  inbox_.reads().take_ready(5, 100, 2, taken);
  ASSERT_EQ(taken.size(), 2U);
  taken.erase(taken.begin());
  inbox_.reads().put_back(std::move(taken), 100);
  EXPECT_THAT(ready(inbox_.reads(), 5, 200), ElementsAre(1, 2, 3));
  EXPECT_THAT(inbox_.reads().take_expired(100), ElementsAre(5));
}

TEST_F(InboxTest, TakesNothingFromClientsOnceClosedButStillFromPartitions) {
  EXPECT_EQ(push(1, 1), 1U);
  inbox_.close_to_clients();
  EXPECT_EQ(push(2, 1), 0U);
  EXPECT_THAT(requests_of(left_), ElementsAre(2));
  inbox_.push_from_partition(messages(50, 1));
  EXPECT_THAT(take(100), ElementsAre(1, 50));
}

TEST_F(InboxTest, GivesTheOldestFirstInWholeChunksAndSaysWhenSomeAreLeft) {
  Inbox large(100'000);
  large.set_wake([] {});
  for (const RequestId first : {1'000U, 2'000U, 3'000U}) {
    auto chunk = messages(first, 10);
    EXPECT_EQ(large.push_from_clients(chunk), 10U);
  }
  std::vector<std::vector<Message>> chunks;
  EXPECT_TRUE(large.take(chunks, 12));
  ASSERT_EQ(chunks.size(), 2U) << "at least twelve";
  EXPECT_EQ(requests_of(chunks[0]).front(), 1'000U);
  EXPECT_EQ(requests_of(chunks[1]).front(), 2'000U);
  EXPECT_EQ(large.size(), 10U);
  chunks.clear();
  EXPECT_FALSE(large.take(chunks, 12));
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(requests_of(chunks[0]).front(), 3'000U);
}

TEST_F(InboxTest, SingleRequestsOfManyConnectionsShareAChunk) {
  for (RequestId request = 1; request <= 9; ++request) EXPECT_EQ(push(request, 1), 1U);
  std::vector<std::vector<Message>> chunks;
  EXPECT_FALSE(inbox_.take(chunks, 100));
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_THAT(requests_of(chunks[0]), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
}

TEST_F(InboxTest, NothingPushedIsNothingToTake) {
  EXPECT_EQ(push(1, 0), 0U);
  inbox_.push_from_partition({});
  std::vector<std::vector<Message>> chunks;
  EXPECT_FALSE(inbox_.take(chunks, 100));
  EXPECT_TRUE(chunks.empty()) << "an empty chunk would run an empty turn";
  EXPECT_EQ(wakes_, 0);
}

TEST_F(InboxTest, WakesOnceUntilTheManagerIsWoken) {
  push(1, 1);
  push(2, 1);
  inbox_.push_from_partition(messages(3, 1));
  inbox_.wake();
  EXPECT_EQ(wakes_, 1);
  inbox_.woken();
  push(4, 1);
  EXPECT_EQ(wakes_, 2);
}

TEST_F(InboxTest, ARefusedPushWakesNobody) {
  push(1, 10);
  inbox_.woken();
  wakes_ = 0;
  push(2, 1);
  EXPECT_EQ(wakes_, 0);
}

}  // namespace
}  // namespace florin
