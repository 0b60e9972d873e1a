// Amounts near the limits of 64 bits, many at once from or to one account that may owe: what does not fit is refused
// with balance_overflow, everything else ends, and no partition ends with it. (One request once killed a node.)
#include <gtest/gtest.h>

#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

constexpr Minor large_amount =
    999'999'999'999'999'999;  // 9999999999999999.99: nine of them fit into 64 bits

class LargeAmounts : public ::testing::TestWithParam<Protocol> {
 protected:
  PartitionKit kit_{3};

  AccountId open_owing(PartitionId home, const std::string& stem) {
    const AccountId id = kit_.account(home, stem);
    kit_.send(
        home,
        OpenAccount{.account = id, .currency = words::usd, .allow_negative = true, .metadata = {}});
    return id;
  }
  void move(const AccountId& from, const AccountId& to, int times) {
    for (int i = 0; i < times; ++i) {
      const StartTransfer message = kit_.transfer(from, to, large_amount);
      kit_.send(message);
      ASSERT_EQ(kit_.replies(message.request), std::vector<std::string>{"completed"});
    }
  }
  // Sends all in one turn, as a batch comes; how many were completed, the others refused for the limit.
  int completed(PartitionId at, const std::vector<StartTransfer>& batch) {
    std::vector<Message> messages(batch.begin(), batch.end());
    kit_.turn(at, std::move(messages));
    kit_.run_until_quiet();
    int count = 0;
    for (const StartTransfer& sent : batch) {
      const auto replies = kit_.replies(sent.request);
      if (replies == std::vector<std::string>{"completed"})
        ++count;
      else
        EXPECT_EQ(replies, std::vector<std::string>{"cancelled balance_overflow"});
    }
    kit_.expect_quiet_books();
    for (std::uint32_t p = 0; p < kit_.partitions(); ++p)
      EXPECT_EQ(kit_.state_text(static_cast<PartitionId>(p)),
                kit_.replayed_text(static_cast<PartitionId>(p)));
    return count;
  }
};

TEST_P(LargeAmounts, ABatchOfTwelveFromOnePayerHoldsWhatFits) {
  const AccountId payer = open_owing(0, "payer");
  move(words::outside_usd, payer, 9);
  std::vector<StartTransfer> batch;
  for (int i = 0; i < 12; ++i) {
    const AccountId payee = kit_.account(1, "payee" + std::to_string(i));
    kit_.open(payee);
    batch.push_back(kit_.transfer(payer, payee, large_amount, GetParam()));
  }
  EXPECT_EQ(completed(0, batch), 9);
  EXPECT_EQ(kit_.account_state(payer).available, 0);
}

TEST_P(LargeAmounts, ThirteenPayersOfOnePayeeWhoOwesPayWhatFits) {
  const AccountId payee = open_owing(1, "payee");
  move(payee, words::outside_usd, 9);
  std::vector<StartTransfer> batch;
  for (int i = 0; i < 13; ++i) {
    const AccountId payer = open_owing(0, "payer" + std::to_string(i));
    batch.push_back(kit_.transfer(payer, payee, large_amount, GetParam()));
  }
  // By TC/C nine have room at a time; a saga's credit is posted at once: thirteen bring -9 to +4.
  EXPECT_EQ(completed(0, batch), GetParam() == Protocol::saga ? 13 : 9);
}

// Thirteen at once from and to one account: its own coordinators hold while others reserve.
TEST_P(LargeAmounts, InAndOutAtOnceEndsAndBalances) {
  const AccountId hub = open_owing(0, "hub");
  std::vector<StartTransfer> batch;
  for (int i = 0; i < 13; ++i) {
    const AccountId other = open_owing(1, "other" + std::to_string(i));
    batch.push_back(kit_.transfer(hub, other, large_amount, GetParam()));
    kit_.send(kit_.transfer(other, hub, large_amount, GetParam()));
  }
  EXPECT_GE(completed(0, batch), 9);
}

INSTANTIATE_TEST_SUITE_P(Protocols, LargeAmounts, ::testing::Values(Protocol::tcc, Protocol::saga),
                         [](const auto& tested) {
                           return tested.param == Protocol::saga ? "saga" : "tcc";
                         });

// The system account of a partition is an account: what enters there fits into 64 bits, too.
TEST(LargeAmountsLocally, DepositsEndWhereTheOutsideAccountEnds) {
  PartitionKit kit(1);
  std::vector<std::string> answers;
  for (int i = 0; i < 11; ++i) {
    const AccountId id = kit.account(0, "account" + std::to_string(i));
    kit.open(id);
    const StartTransfer message = kit.transfer(words::outside_usd, id, large_amount);
    kit.send(message);
    answers.push_back(kit.replies(message.request).at(0));
  }
  EXPECT_EQ(std::ranges::count(answers, "completed"), 9);
  EXPECT_EQ(std::ranges::count(answers, "refused balance_overflow"), 2);
  kit.expect_quiet_books();
}

}  // namespace
}  // namespace florin
