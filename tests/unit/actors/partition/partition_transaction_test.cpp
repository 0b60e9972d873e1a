// Transactions from end to end, in one partition, over two and over three: outcome, balances, answers, and what is left behind.
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

using words::outside_usd;
using TextLines = std::vector<std::string>;

// Two buyers and two sellers, apart as far as there are partitions. The buyers have 1,000 each.
struct Market {
  explicit Market(PartitionKit& kit)
      : anna(at(kit, 0, "anna")),
        ben(at(kit, 1, "ben")),
        shop(at(kit, 2, "shop")),
        tax(at(kit, 0, "tax")) {
    for (const AccountId& id : {anna, ben}) kit.open(id, 1'000);
    for (const AccountId& id : {shop, tax}) kit.open(id);
  }
  static AccountId at(const PartitionKit& kit, std::uint32_t home, const std::string& stem) {
    return kit.account(static_cast<PartitionId>(home % kit.partitions()), stem);
  }
  AccountId anna, ben, shop, tax;
};

// What each has; what is held or expected is in none of it.
std::map<std::string, Minor> balances(PartitionKit& kit, const Market& market) {
  return {{"anna", kit.account_state(market.anna).posted()},
          {"ben", kit.account_state(market.ben).posted()},
          {"shop", kit.account_state(market.shop).posted()},
          {"tax", kit.account_state(market.tax).posted()}};
}
using Balances = std::map<std::string, Minor>;
const Balances as_before{{"anna", 1'000}, {"ben", 1'000}, {"shop", 0}, {"tax", 0}};

// Two payers, three payees' postings.
TransferPostings purchase(const Market& market) {
  return {{market.anna, market.shop, 600},
          {market.ben, market.shop, 300},
          {market.anna, market.tax, 50}};
}
const Balances purchased{{"anna", 350}, {"ben", 700}, {"shop", 900}, {"tax", 50}};

StartTransaction of_postings(TransferPostings postings, RequestId request = 500,
                             std::uint64_t id = 500) {
  StartTransaction message;
  message.request = request;
  message.transaction_id = words::uuid(id);
  message.currency = words::usd;
  message.postings = std::move(postings);
  return message;
}

class TransactionOverPartitions : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  void send(PartitionKit& kit, const StartTransaction& message) {
    kit.send(PartitionMap(kit.partitions()).partition_of(owner_of(message)), message);
  }
  TextLines outcome(const StartTransaction& message) {
    send(kit_, message);
    kit_.run_until_quiet();
    kit_.expect_quiet_books();
    return kit_.replies(message.request);
  }
  PartitionKit kit_{GetParam()};
  Market market_{kit_};
};
INSTANTIATE_TEST_SUITE_P(Partitions, TransactionOverPartitions, ::testing::Values(1U, 2U, 3U));

TEST_P(TransactionOverPartitions, MovesTheMoneyOfAllPostingsOnceAndLeavesNothingOpen) {
  EXPECT_EQ(outcome(of_postings(purchase(market_))), TextLines{"completed"});
  EXPECT_EQ(balances(kit_, market_), purchased);
  for (std::uint32_t p = 0; p < kit_.partitions(); ++p) {
    const auto at = static_cast<PartitionId>(p);
    EXPECT_EQ(kit_.state(at).leg_count(), 0U) << "p" << p;
    EXPECT_EQ(kit_.state_text(at), kit_.replayed_text(at)) << "p" << p;
  }
}

// Each in turn cannot pay, or cannot be paid: nobody's money moves, and the answer names the posting.
TEST_P(TransactionOverPartitions, MovesNothingWhenAnyLegIsRefused) {
  const TransferPostings postings = purchase(market_);
  std::uint64_t id = 600;
  for (std::size_t i = 0; i < postings.size(); ++i) {
    TransferPostings dear = postings;
    dear[i].amount = 1'001;
    const std::string of = " of " + std::to_string(i);
    EXPECT_EQ(outcome(of_postings(dear, id, id)),
              TextLines{"cancelled insufficient_available" + of});
    ++id;
    for (const bool payer : {true, false}) {
      TransferPostings strange = postings;
      (payer ? strange[i].from : strange[i].to) =
          Market::at(kit_, static_cast<std::uint32_t>(i), "nobody");
      EXPECT_EQ(outcome(of_postings(strange, id, id)),
                TextLines{"cancelled account_not_found" + of});
      ++id;
    }
  }
  EXPECT_EQ(balances(kit_, market_), as_before);
}

TEST_P(TransactionOverPartitions, AnswersEveryRepeatButOneAsReplayed) {
  const StartTransaction message = of_postings(purchase(market_));
  send(kit_, message);
  send(kit_, message);
  kit_.run_until_quiet();
  send(kit_, message);
  EXPECT_EQ(kit_.replies(message.request),
            (TextLines{"completed", "completed replayed", "completed replayed"}));
  EXPECT_EQ(balances(kit_, market_), purchased);
}

TEST_P(TransactionOverPartitions, ARepeatOfARefusalIsTheSameAlsoWhenItCouldBePaidNow) {
  TransferPostings dear = purchase(market_);
  dear[1].amount = 1'001;
  EXPECT_EQ(outcome(of_postings(dear, 501)), TextLines{"cancelled insufficient_available of 1"});
  kit_.send(kit_.transfer(outside_usd, market_.ben, 5'000));
  for (std::uint32_t p = 0; p < kit_.partitions(); ++p)
    kit_.checkpoint(static_cast<PartitionId>(p));
  EXPECT_EQ(outcome(of_postings(dear, 502)),
            TextLines{"cancelled insufficient_available of 1 replayed"});
  EXPECT_EQ(outcome(of_postings(purchase(market_), 503)), TextLines{"no transaction_id_reused"});
}

// Whatever comes twice is answered from what is recorded.
TEST_P(TransactionOverPartitions, HappensOnceThoughEveryMessageComesTwice) {
  kit_.doubled();
  send(kit_, of_postings(purchase(market_)));
  kit_.run_until_quiet();
  EXPECT_EQ(balances(kit_, market_), purchased);
  kit_.expect_quiet_books();
}

TEST_P(TransactionOverPartitions, AnAccountMayBeInSeveralPostings) {
  EXPECT_EQ(outcome(of_postings({{market_.anna, market_.shop, 500},
                                 {market_.anna, market_.shop, 500},
                                 {market_.ben, market_.anna, 10}})),
            TextLines{"completed"});
  EXPECT_EQ(balances(kit_, market_),
            (Balances{{"anna", 10}, {"ben", 990}, {"shop", 1'000}, {"tax", 0}}));
  EXPECT_EQ(outcome(of_postings({{market_.ben, market_.shop, 500}, {market_.ben, market_.tax, 491}},
                                501, 501)),
            TextLines{"cancelled insufficient_available of 1"})
      << "each alone could be paid";
}

// What another posting brings is there when all of them are done, and not before, whatever their order.
TEST_P(TransactionOverPartitions, NoPostingSpendsWhatAnotherOneBrings) {
  EXPECT_EQ(outcome(of_postings(
                {{market_.anna, market_.shop, 100}, {market_.shop, market_.tax, 100}}, 501, 501)),
            TextLines{"cancelled insufficient_available of 1"});
  EXPECT_EQ(outcome(of_postings({{market_.anna, market_.ben, 1}, {market_.ben, market_.tax, 1'001}},
                                502, 502)),
            TextLines{"cancelled insufficient_available of 1"});
  EXPECT_EQ(outcome(of_postings({{outside_usd, market_.shop, 100}, {market_.shop, market_.tax, 1}},
                                503, 503)),
            TextLines{"cancelled insufficient_available of 1"});
  EXPECT_EQ(balances(kit_, market_), as_before);
  // Of its own it may: two who pay each other need nothing more than that.
  EXPECT_EQ(
      outcome(of_postings({{market_.anna, market_.ben, 1'000}, {market_.ben, market_.anna, 1'000}},
                          504, 504)),
      TextLines{"completed"});
  EXPECT_EQ(balances(kit_, market_), as_before);
}

// Its legs are in the partition of the other side, of whichever posting.
TEST_P(TransactionOverPartitions, MoneyEntersAndLeavesWhereTheClientsAccountLives) {
  EXPECT_EQ(outcome(of_postings({{market_.anna, market_.shop, 100},
                                 {outside_usd, market_.ben, 40},
                                 {market_.ben, outside_usd, 7},
                                 {outside_usd, market_.shop, 3}})),
            TextLines{"completed"});
  EXPECT_EQ(balances(kit_, market_),
            (Balances{{"anna", 900}, {"ben", 1'033}, {"shop", 103}, {"tax", 0}}));
}

TEST_P(TransactionOverPartitions, OfADepositIsKnownByItsPayee) {
  const StartTransaction message =
      of_postings({{outside_usd, market_.ben, 40}, {market_.anna, market_.tax, 2}});
  EXPECT_EQ(owner_of(message), market_.ben);
  EXPECT_EQ(outcome(message), TextLines{"completed"});
  const PartitionId home = PartitionMap(kit_.partitions()).partition_of(market_.ben);
  const auto record = kit_.state(home).ended_record(message.transaction_id, market_.ben);
  ASSERT_TRUE(record);
  EXPECT_FALSE(record->owner_is_payer);
  EXPECT_EQ(record->other, outside_usd);
  EXPECT_EQ(record->amount, 40);
  EXPECT_EQ(record->postings(), 2U);
  EXPECT_EQ(record->transaction->content, content_hash(message.postings, message.currency));
}

TEST_P(TransactionOverPartitions, AsManyPostingsAsThereMayBe) {
  TransferPostings postings;
  for (std::size_t i = 0; i < limits::postings_max; ++i)
    postings.push_back(
        {i % 2 == 0 ? market_.anna : market_.ben, i % 3 == 0 ? market_.tax : market_.shop, 10});
  EXPECT_EQ(outcome(of_postings(postings)), TextLines{"completed"});
  EXPECT_EQ(balances(kit_, market_),
            (Balances{{"anna", 960}, {"ben", 960}, {"shop", 50}, {"tax", 30}}));
}

// Everything crashes after k steps, for every k; the network keeps or loses what was under way.
TEST_P(TransactionOverPartitions, EndsAsOneAfterACrashAtAnyPoint) {
  for (const bool keep_network : {true, false}) {
    bool ended = false;
    for (int cut = 0; !ended; ++cut) {
      SCOPED_TRACE("crash after step " + std::to_string(cut));
      PartitionKit kit(GetParam());
      const Market market(kit);
      kit.hold_syncs();
      send(kit, of_postings(purchase(market)));
      for (int i = 0; i < cut && !ended; ++i) ended = !kit.step();
      if (!keep_network) kit.network().clear();
      for (std::uint32_t p = 0; p < kit.partitions(); ++p) kit.crash(static_cast<PartitionId>(p));
      kit.run_until_quiet();
      kit.expect_quiet_books();
      const Balances after = balances(kit, market);
      EXPECT_TRUE(after == as_before || after == purchased) << "all of it or nothing";
      send(kit, of_postings(purchase(market), 77));
      kit.run_until_quiet();
      ASSERT_EQ(kit.replies(77).size(), 1U);
      const bool completed = kit.replies(77)[0].starts_with("completed");
      EXPECT_EQ(balances(kit, market), completed ? purchased : as_before);
      EXPECT_TRUE(completed || after == as_before) << "done is never taken back";
      ASSERT_LT(cut, 500);
    }
  }
}

// The no of one leg overtakes the Tries of others: their cancel flags refuse those that come late.
TEST_P(TransactionOverPartitions, ATryThatComesBehindItsCancelReservesNothing) {
  if (kit_.partitions() == 1) return;  // there they are told in one turn, in order
  TransferPostings dear = purchase(market_);
  dear[0].amount = 1'001;  // anna is beside the coordinator: all is decided in its first entry
  send(kit_, of_postings(dear));
  std::vector<InFlight> tries;
  auto& network = kit_.network();
  for (std::size_t at = 0; at < network.size();)
    if (holds_alternative<TryLeg>(network[at].message)) {
      tries.push_back(network[at]);
      kit_.drop(at);
    } else {
      ++at;
    }
  ASSERT_FALSE(tries.empty());
  EXPECT_EQ(kit_.replies(500), TextLines{"cancelled insufficient_available of 0"});
  for (const InFlight& late : tries) network.push_back(late);
  kit_.run_until_quiet();
  kit_.expect_quiet_books();
  EXPECT_EQ(balances(kit_, market_), as_before);
}

// All of it is one entry, answered with it: nothing is reserved behind it.
TEST(TransactionInOnePartition, IsOneEntryWhetherItIsDoneOrRefused) {
  PartitionKit kit(1);
  const Market market(kit);
  for (const Minor amount : {Minor{600}, Minor{1'001}}) {
    TransferPostings postings = purchase(market);
    postings[0].amount = amount;
    const std::size_t before = kit.log_size(0);
    kit.send(0, of_postings(postings, 500, static_cast<std::uint64_t>(amount)));
    EXPECT_EQ(kit.log_size(0), before + 1);
    EXPECT_EQ(kit.state(0).open_transfer_count(), 0U);
    EXPECT_EQ(kit.state(0).leg_count(), 0U);
    kit.expect_quiet_books();
  }
  EXPECT_EQ(kit.replies(500), (TextLines{"completed", "cancelled insufficient_available of 0"}));
  EXPECT_EQ(balances(kit, market), purchased);
}

// In one partition all answers are known when the decision falls: the first posting in the client's order wins.
TEST(TransactionInOnePartition, IsRefusedForItsFirstPostingThatHasAReason) {
  PartitionKit kit(1);
  const Market market(kit);
  const AccountId nobody = kit.account(0, "nobody");
  kit.send(0, of_postings({{market.anna, market.tax, 1},
                           {market.ben, market.shop, 1'001},
                           {nobody, market.tax, 1}}));
  EXPECT_EQ(kit.replies(500), TextLines{"cancelled insufficient_available of 1"});
}

// Beyond what may be under way nothing is recorded; what stays in one partition ends in its own turn, and is none of it.
TEST(TransactionLimits, AreThoseOfTransfersToOtherPartitions) {
  PartitionOptions options;
  options.open_transfers_max = 1;
  PartitionKit kit(2, options);
  const Market market(kit);
  kit.send(0, of_postings(purchase(market), 501, 501));  // its messages wait in the network
  kit.send(0, of_postings(purchase(market), 502, 502));
  EXPECT_EQ(kit.replies(502), TextLines{"not_accepted"});
  kit.send(0, of_postings({{market.anna, market.tax, 1}, {market.tax, market.anna, 0}}, 503, 503));
  EXPECT_EQ(kit.replies(503), TextLines{"no amount_not_positive"});
  kit.send(0, of_postings({{market.anna, market.tax, 1}, {market.anna, market.tax, 2}}, 504, 504));
  EXPECT_EQ(kit.replies(504), TextLines{"completed"});
  kit.run_until_quiet();
  kit.send(0, of_postings(purchase(market), 505, 502));
  kit.run_until_quiet();
  EXPECT_EQ(kit.replies(505).size(), 1U) << "the same id may come again";
  kit.expect_quiet_books();
}

// What it will still write and keep goes by its postings: two of three each are more than four transfers.
TEST(TransactionLimits, CountByPostings) {
  PartitionOptions options;
  options.open_transfers_max = 4;
  PartitionKit kit(2, options);
  const Market market(kit);
  for (const RequestId id : {501, 502, 503}) kit.send(0, of_postings(purchase(market), id, id));
  EXPECT_EQ(kit.state(0).open_transfer_count(), 2U);
  EXPECT_EQ(kit.state(0).open_posting_count(), 6U);
  EXPECT_EQ(kit.replies(503), TextLines{"not_accepted"});
  kit.run_until_quiet();
  EXPECT_EQ(kit.state(0).open_posting_count(), 0U);
}

}  // namespace
}  // namespace florin
