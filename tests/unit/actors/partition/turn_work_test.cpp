// What a turn costs, in rows: one transaction id that thousands have used costs no more than another, a page costs a
// page, and long reads let others go first.
#include <gmock/gmock.h>

#include "persistence/codec/state_codec.hpp"
#include "tests/support/partition_kit.hpp"

namespace florin {
namespace {

using words::uuid;

class TurnWorkTest : public testing::Test {
 protected:
  static constexpr std::uint64_t few = 8;  // rows for each message, event or timer

  explicit TurnWorkTest(std::uint32_t partitions = 2)
      : map_(partitions), partition_(0, map_, store_, options()) {}

  static PartitionOptions options() {
    PartitionOptions options;
    options.resident_accounts_max = 300;
    options.long_reads_max = 5;
    options.turn_read_rows_max = 10;
    return options;
  }
  AccountId in_p0(const std::string& stem) const {
    return words::account_in(0, map_.partitions(), stem);
  }
  StartTransfer transfer(std::uint64_t payer, const AccountId& to, std::uint64_t id = 7) const {
    StartTransfer message;
    message.request = payer + 1;
    message.from = in_p0("payer" + std::to_string(payer));
    message.to = to;
    message.transaction_id = uuid(id);
    message.amount = 1;
    message.currency = words::usd;
    return message;
  }
  // One turn; what was replied is kept.
  void turn(const std::vector<Message>& messages) {
    partition_.begin(words::noon);
    for (const Message& message : messages) partition_.handle(message);
    seal();
  }
  void seal() {
    SealedTurn turn = partition_.seal();
    for (Reply& reply : turn.effects.replies) replies_.push_back(std::move(reply));
    entries_ += turn.entry.empty() ? 0 : 1;
  }
  void open(const AccountId& id) {
    turn({OpenAccount{.request = 0, .account = id, .currency = words::usd, .metadata = {}}});
  }
  void checkpoint() {
    Checkpoint checkpoint = partition_.state().collect_checkpoint();
    ASSERT_TRUE(store_.write(std::move(checkpoint.writes)));
    partition_.state().checkpoint_written(checkpoint.index);
  }
  void expect_linear(const char* what) {
    const TurnCost& cost = partition_.last_cost();
    EXPECT_GT(cost.input, 0U) << what;
    EXPECT_LE(cost.rows_looked_at, few * cost.input) << what;
  }
  const TransferViews& last_views() {
    return *get<std::unique_ptr<TransferViews>>(replies_.back().body);
  }
  std::vector<std::string> last_page() {
    std::vector<std::string> ids;
    for (const AccountView& view :
         get<std::unique_ptr<AccountPage>>(replies_.back().body)->accounts)
      ids.push_back(view.account.str());
    return ids;
  }

  PartitionMap map_;
  MemoryStateStore store_;
  Partition partition_;
  std::vector<Reply> replies_;
  int entries_ = 0;
};

TEST_F(TurnWorkTest, FiveThousandPayersWithOneIdInsideThePartitionCostAFewRowsEach) {
  std::vector<Message> messages;
  for (std::uint64_t payer = 0; payer < 5'000; ++payer)
    messages.emplace_back(transfer(payer, in_p0("payee")));
  turn(messages);
  expect_linear("their first time: refused and recorded");
  EXPECT_EQ(replies_.size(), 5'000U);
  turn(messages);
  expect_linear("repeats are answered from the records");
  EXPECT_EQ(replies_.size(), 10'000U);
  EXPECT_TRUE(get<TransferOutcome>(replies_.back().body).replayed);
  checkpoint();
  turn(messages);
  expect_linear("and from the store");
  EXPECT_EQ(entries_, 1);
}

TEST_F(TurnWorkTest, FiveThousandOpenTransfersWithOneIdCostAFewRowsEach) {
  std::vector<Message> messages;
  const AccountId payee = words::account_in(1, 2, "payee");
  for (std::uint64_t payer = 0; payer < 5'000; ++payer)
    messages.emplace_back(transfer(payer, payee));
  turn(messages);
  expect_linear("they begin, and are refused; the payee's legs are still to be cancelled");
  EXPECT_EQ(replies_.size(), 5'000U);
  turn(messages);
  expect_linear("repeats are answered beside them");
  EXPECT_TRUE(get<TransferOutcome>(replies_.back().body).replayed);
  std::vector<Message> answers;
  for (const TransferId& id : partition_.state().open_transfers())
    answers.emplace_back(
        LegAnswered{{id, 1}, LegMessage::try_, {AnswerCode::refused, Rejection::account_frozen}});
  ASSERT_EQ(answers.size(), 5'000U);
  turn(answers);
  expect_linear("they are decided already");
  answers.clear();  // those that were not over with that answer
  for (const TransferId& id : partition_.state().open_transfers())
    answers.emplace_back(LegAnswered{{id, 1}, LegMessage::cancel, {}});
  answers.emplace_back(GetAccount{1, payee});
  turn(answers);
  expect_linear("they end");
  EXPECT_EQ(partition_.state().open_transfer_count(), 0U);
  turn(messages);
  expect_linear("and are known");
  EXPECT_TRUE(get<TransferOutcome>(replies_.back().body).replayed);
}

TEST_F(TurnWorkTest, EachOwnerFindsItsOwnTransferAmongThoseOfOneId) {
  for (std::uint64_t payer = 0; payer < 40; ++payer) turn({transfer(payer, in_p0("payee"))});
  for (std::uint64_t payer = 0; payer < 40; ++payer) {
    turn({GetTransfer{1, 0, uuid(7), in_p0("payer" + std::to_string(payer))}});
    ASSERT_EQ(last_views().ended.size(), 1U) << payer;
    EXPECT_EQ(last_views().ended.front().owner, in_p0("payer" + std::to_string(payer)));
    if (payer == 20) checkpoint();
  }
  turn({GetTransfer{1, 0, uuid(7), in_p0("stranger")}});
  EXPECT_TRUE(last_views().ended.empty());
}

TEST_F(TurnWorkTest, ASearchOverAllOwnersNamesAFewAndSaysThatThereAreMore) {
  const auto search = [&](const AccountId& payer) {
    turn({GetTransfer{1, 0, uuid(7), payer}});
    return last_views().ended.size();
  };
  turn({transfer(0, in_p0("payee"))});
  EXPECT_EQ(search({}), 1U);
  EXPECT_FALSE(last_views().more);
  for (std::uint64_t payer = 1; payer < 21; ++payer) turn({transfer(payer, in_p0("payee"))});
  EXPECT_EQ(search({}), 21U);
  EXPECT_FALSE(last_views().more);
  for (std::uint64_t payer = 21; payer < 900; ++payer) turn({transfer(payer, in_p0("payee"))});
  for (const char* where : {"in memory", "in the store"}) {
    EXPECT_EQ(search({}), 21U) << where;
    EXPECT_TRUE(last_views().more) << where;
    EXPECT_LE(partition_.last_cost().rows_read, 30U) << where;
    EXPECT_EQ(search(words::outside_usd), 0U) << where;
    EXPECT_FALSE(last_views().more) << where << ": it has looked at all of them";
    checkpoint();
  }
  for (std::uint64_t payer = 900; payer < 1'200; ++payer) turn({transfer(payer, in_p0("payee"))});
  EXPECT_EQ(search(words::outside_usd), 0U);
  EXPECT_TRUE(last_views().more) << "nobody looks at more than a thousand";
  EXPECT_LE(partition_.last_cost().rows_read, limits::same_id_rows_max + 2);
}

TEST_F(TurnWorkTest, ADepositIsFoundByItsPayerAmongOthersOfItsId) {
  for (std::uint64_t payer = 0; payer < 30; ++payer) turn({transfer(payer, in_p0("payee"))});
  StartTransfer deposit = transfer(50, in_p0("payee"));
  deposit.from = words::outside_usd;
  turn({deposit});
  turn({GetTransfer{1, 0, uuid(7), words::outside_usd}});
  ASSERT_EQ(last_views().ended.size(), 1U);
  EXPECT_EQ(last_views().ended.front().payer(), words::outside_usd);
}

TEST_F(TurnWorkTest, APageCostsAPageHoweverManyAccountsThereAre) {
  std::vector<std::string> names;
  for (int i = 0; i < 600; ++i) {
    const AccountId id = in_p0("a" + std::to_string(i));
    open(id);
    names.push_back(id.str());
    if (i == 200) {
      StartTransfer deposit = transfer(0, in_p0("a1"));
      deposit.from = words::outside_usd;  // a system account, which is on no page
      turn({deposit});
    }
    if (i == 200 || i == 400) checkpoint();
    if (i == 400) partition_.state().passivate();
  }
  EXPECT_LT(partition_.state().resident_accounts(), 600U) << "some are in the store only";
  std::ranges::sort(names);
  std::vector<std::string> seen;
  std::string after;
  for (;;) {
    turn({ListAccounts{1, 0, after, 7}});
    EXPECT_LE(partition_.last_cost().rows_read, 7U + 2U);
    const auto page = last_page();
    seen.insert(seen.end(), page.begin(), page.end());
    if (page.size() < 7) break;
    after = page.back();
  }
  EXPECT_EQ(seen, names);
  turn({ListAccounts{1, 0, "", 1'000'000}});
  EXPECT_EQ(last_page().size(), limits::page_rows_max);
}

TEST_F(TurnWorkTest, LongReadsLetOthersGoFirst) {
  for (int i = 0; i < 20; ++i) open(in_p0("a" + std::to_string(i)));
  replies_.clear();
  const ListAccounts page{1, 0, "", 9};
  turn({page, page, page, GetAccount{2, in_p0("a1")}});
  EXPECT_EQ(replies_.size(), 2U) << "ten rows a turn: one page, and who asks for one account";
  EXPECT_TRUE(partition_.has_long_reads());
  turn({GetAccount{3, in_p0("a2")}});
  EXPECT_EQ(replies_.size(), 4U);
  turn({});
  EXPECT_EQ(replies_.size(), 5U);
  EXPECT_FALSE(partition_.has_long_reads());
}

TEST_F(TurnWorkTest, MoreLongReadsThanMayWaitAreRefused) {
  const ListAccounts page{1, 0, "", 9};
  turn({page, page, page, page, page, page, page});
  int refused = 0;
  for (const Reply& reply : replies_) refused += holds_alternative<NotAccepted>(reply.body);
  EXPECT_EQ(refused, 2);
  while (partition_.has_long_reads()) turn({});
  EXPECT_EQ(replies_.size(), 7U);
}

TEST_F(TurnWorkTest, ReadsOfAnyReplicaDoNotAnswerThoseThatWaitForTheLeader) {
  for (int i = 0; i < 20; ++i) open(in_p0("a" + std::to_string(i)));
  replies_.clear();
  const ListAccounts page{1, 0, "", 9};
  turn({page, page, page});
  EXPECT_EQ(replies_.size(), 1U);
  std::vector<Message> reads{FollowerRead<ListAccounts>{5, 0, page}};
  const Effects answers = partition_.answer(reads);
  ASSERT_EQ(answers.replies.size(), 1U);
  EXPECT_EQ(answers.replies.front().request, 5U);
  EXPECT_EQ(partition_.drop_long_reads().size(), 2U);
}

}  // namespace
}  // namespace florin
