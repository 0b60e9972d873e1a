// Turns are bounded in bytes: entries, replies and what waits to leave. What a full turn has not handled comes first in
// the next one, in order, and nothing is lost or asked for twice.
#include <gtest/gtest.h>

#include <set>

#include "actors/hosting/partition_host.hpp"
#include "actors/messages/message_size.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/quiet_ports.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

constexpr std::size_t soft_bytes = 20'000;

Metadata filling(std::size_t pairs, std::size_t bytes) {
  Metadata metadata;
  for (std::size_t i = 0; i < pairs; ++i)
    metadata.emplace_back("key" + std::to_string(100 + i), std::string(bytes, 'm'));
  return metadata;
}

class TurnBytesTest : public testing::Test, protected test::QuietPorts, protected TurnLog {
 protected:
  explicit TurnBytesTest(HostOptions options = {.turn_messages_max = 1'048'576})
      : host_{partition_, inbox_, *this, *this, options} {
    EXPECT_TRUE(partition_.load());
    partition_.begin_deciding();
    inbox_.set_wake([this] { is_woken_ = true; });
  }

  void send(std::vector<Message> messages) {
    const std::size_t all = messages.size();
    ASSERT_EQ(inbox_.push_from_clients(messages), all);
  }
  OpenAccount opening(RequestId request, std::size_t metadata_bytes) {
    return {.request = request,
            .account = AccountId::from_trusted("account" + std::to_string(request)),
            .currency = words::usd,
            .metadata = filling(1, metadata_bytes)};
  }
  // The shell: wakes whenever it was asked to; the disk has everything a moment later.
  void run() {
    for (int rounds = 0; is_woken_ || durable_ < appended_; ++rounds) {
      ASSERT_LT(rounds, 10'000) << "never quiet";
      durable_ = appended_;
      is_woken_ = false;
      host_.wake();
    }
  }
  void expect_in_order(std::size_t count) {
    ASSERT_EQ(answered_.size(), count);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(answered_[i], i + 1) << "in order";
  }

  // HostPorts and TurnLog
  [[nodiscard]] Timestamp now() const override { return now_; }
  [[nodiscard]] LogIndex durable_index() const override { return durable_; }
  [[nodiscard]] LogIndex checkpoint_index() const override { return checkpoint_; }
  void append(LogEntry entry) override {
    appended_ = entry.index;
    entries_.push_back(std::move(entry.bytes));
  }
  void deliver(std::vector<Reply> replies) override {
    std::size_t bytes = 0;
    for (const Reply& reply : replies) {
      answered_.push_back(reply.request);
      bytes += bytes_of(reply);
    }
    largest_delivery_ = std::max(largest_delivery_, bytes);
  }
  void write_checkpoint(Checkpoint checkpoint) override { checkpoint_ = checkpoint.index; }

  PartitionMap map_{2};
  MemoryStateStore store_;
  Partition partition_{0, map_, store_, {.turn_bytes_soft = soft_bytes}};
  Inbox inbox_{100'000};
  PartitionHost host_;
  Timestamp now_ = words::noon;
  bool is_woken_ = false;
  LogIndex durable_ = 0, appended_ = 0, checkpoint_ = 0;
  std::vector<std::string> entries_;
  std::vector<RequestId> answered_;
  std::size_t largest_delivery_ = 0;
};

TEST_F(TurnBytesTest, AnEntryEndsBehindTheMessageThatFillsIt) {
  std::vector<Message> messages;
  for (RequestId request = 1; request <= 200; ++request)
    messages.emplace_back(opening(request, 450));
  send(std::move(messages));
  run();
  expect_in_order(200);
  EXPECT_GE(entries_.size(), 5U);
  for (const std::string& entry : entries_) EXPECT_LT(entry.size(), soft_bytes + 700);
}

TEST_F(TurnBytesTest, ABatchOfTenThousandIsSeveralTurnsInTheOrderOfTheRequest) {
  const AccountId payer = words::account_in(0, 2, "payer");
  const AccountId payee = words::account_in(0, 2, "payee");
  send({OpenAccount{.account = payer, .currency = words::usd, .metadata = {}},
        OpenAccount{.account = payee, .currency = words::usd, .metadata = {}}});
  StartTransfer deposit{0,     words::outside_usd, payer,         words::uuid(0),
                        5'000, words::usd,         Protocol::tcc, {}};
  send({deposit});
  run();
  entries_.clear();
  std::vector<Message> batch;
  for (RequestId request = 1; request <= 10'000; ++request)
    batch.emplace_back(StartTransfer{
        request, payer, payee, words::uuid(request), 1, words::usd, Protocol::tcc, {}});
  send(std::move(batch));
  run();
  expect_in_order(10'000);
  EXPECT_GE(entries_.size(), 10U);
  // The first five thousand had the money: in the order of the request.
  const auto last_paid = partition_.state().ended_records(words::uuid(5'000));
  const auto first_unpaid = partition_.state().ended_records(words::uuid(5'001));
  EXPECT_EQ(last_paid.at(0).status, TransferStatus::completed);
  EXPECT_EQ(first_unpaid.at(0).status, TransferStatus::refused);
}

// Three thousand transfers whose payee's partition was silent: all of them are due at once.
TEST_F(TurnBytesTest, WhatIsDueFillsSeveralEntries) {
  const AccountId payer = words::account_in(0, 2, "payer");
  const AccountId far_payee = words::account_in(1, 2, "payee");
  send({OpenAccount{
      .account = payer, .currency = words::usd, .allow_negative = true, .metadata = {}}});
  std::vector<Message> batch;
  for (RequestId request = 1; request <= 3'000; ++request)
    batch.emplace_back(StartTransfer{
        request, payer, far_payee, words::uuid(request), 1, words::usd, Protocol::tcc, {}});
  send(std::move(batch));
  run();
  entries_.clear();
  now_ = now_ + 20 * words::second;
  for (int i = 0; i < 100; ++i) {
    host_.tick();
    run();
  }
  std::size_t decided = 0;
  for (const std::string& bytes : entries_) {
    EXPECT_LT(bytes.size(), soft_bytes + 1'000);
    const auto entry = decode_entry(bytes);
    ASSERT_TRUE(entry);
    decided += static_cast<std::size_t>(std::ranges::count_if(
        entry->events, [](const Event& event) { return holds_alternative<CancelDecided>(event); }));
  }
  EXPECT_EQ(decided, 3'000U) << "all of them, each once";
  EXPECT_GE(entries_.size(), 3U);
}

TEST_F(TurnBytesTest, AMessageThatIsLargerThanATurnIsATurn) {
  send({opening(1, 30'000), opening(2, 30'000), opening(3, 1)});
  run();
  expect_in_order(3);
  EXPECT_EQ(entries_.size(), 3U);
}

TEST_F(TurnBytesTest, RepliesFillATurnToo) {
  send({opening(1, 15'000)});
  run();
  answered_.clear();
  largest_delivery_ = 0;
  std::vector<Message> reads;
  for (RequestId request = 1; request <= 50; ++request)
    reads.emplace_back(
        GetAccount{.request = request, .account = AccountId::from_trusted("account1")});
  send(std::move(reads));
  run();
  expect_in_order(50);
  EXPECT_LT(largest_delivery_, soft_bytes + 17'000) << "of one turn";
}

class FewRepliesTest : public TurnBytesTest {
 protected:
  FewRepliesTest() : TurnBytesTest({.waiting_reply_bytes_max = 50'000}) {}
};

// The disk stands still: what only reads must not pile up its answers.
TEST_F(FewRepliesTest, NothingIsTakenWhileTooManyRepliesWait) {
  send({opening(1, 15'000)});
  host_.wake();
  std::vector<Message> reads;
  for (RequestId request = 2; request <= 100; ++request)
    reads.emplace_back(
        GetAccount{.request = request, .account = AccountId::from_trusted("account1")});
  send(std::move(reads));
  for (int i = 0; i < 100; ++i) host_.wake();
  EXPECT_GT(inbox_.size(), 80U) << "they wait in the inbox, which is bounded";
  EXPECT_TRUE(answered_.empty());
  run();
  expect_in_order(100);
}

TEST_F(FewRepliesTest, ReadsOfAnyReplicaWaitForRoomAndAreAnsweredOnce) {
  send({opening(1, 15'000)});
  host_.wake();
  std::vector<Message> reads;
  for (RequestId request = 2; request <= 100; ++request)
    reads.emplace_back(
        FollowerRead<GetAccount>{request, 0, {0, AccountId::from_trusted("account1")}});
  ASSERT_EQ(inbox_.push_reads(reads), 99U);
  for (int i = 0; i < 100; ++i) host_.wake();
  EXPECT_TRUE(answered_.empty());
  EXPECT_FALSE(inbox_.reads().empty());
  run();
  for (int i = 0; i < 100 && answered_.size() < 100; ++i) host_.wake();
  EXPECT_EQ(answered_.size(), 100U);
  EXPECT_EQ(std::set<RequestId>(answered_.begin(), answered_.end()).size(), 100U);
}

}  // namespace
}  // namespace florin
