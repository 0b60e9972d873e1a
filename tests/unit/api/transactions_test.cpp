// Transactions over HTTP: all postings or none, whatever partitions their accounts are in; refusals name a posting; one posting is a
// transfer.
#include <gtest/gtest.h>

#include "tests/unit/api/transaction_kit.hpp"

namespace florin {
namespace {

TEST(TransactionsApi, MoveAllOfItWhereverTheAccountsLive) {
  for (const auto& places : placements) {
    TransactionKit kit(places);
    const Answer answer = kit.transact(
        1, {kit.posting(kit.alice, kit.bob, "10.00"), kit.posting(kit.alice, kit.carol, "2.5"),
            kit.posting(kit.alice, kit.dave, "0.01")});
    EXPECT_EQ(answer.summary(), "200") << answer.body;
    EXPECT_EQ(answer.at("/Status"), "success");
    EXPECT_EQ(answer.at("/Transaction_id"), kit.uuid(1));
    EXPECT_EQ(answer.header("Florin-Position"), answer.at("/Position"));
    EXPECT_EQ(answer.header("Florin-Replayed"), "-");
    EXPECT_EQ(kit.balances(), "87.49 10.00 2.50 0.01");
  }
}

TEST(TransactionsApi, HaveSeveralPayersOfOnePayee) {
  for (const auto& places : placements) {
    TransactionKit kit(places);
    kit.deposit(kit.bob, "50.00");
    EXPECT_EQ(kit.transact(1, {kit.posting(kit.bob, kit.carol, "20.00"),
                               kit.posting(kit.alice, kit.carol, "30.00"),
                               kit.posting(kit.alice, kit.carol, "30.00")})
                  .summary(),
              "200");
    EXPECT_EQ(kit.balances(), "40.00 30.00 80.00 0.00");
  }
}

// The message comes twice: the second is answered from the record.

TEST(TransactionsApi, AnswerARepeatWithTheSameAndMoveNothing) {
  TransactionKit kit;
  const std::vector<std::string> postings{kit.posting(kit.alice, kit.bob, "1.00"),
                                          kit.posting(kit.alice, kit.carol, "2.00")};
  const Answer first = kit.transact(1, postings);
  const Answer again = kit.transact(1, {kit.posting(kit.alice, kit.bob, "1"), postings[1]});
  EXPECT_EQ(again.body, first.body) << "amounts are compared by value";
  EXPECT_EQ(again.header("Florin-Replayed"), "true");
  EXPECT_EQ(kit.balances(), "97.00 1.00 2.00 0.00");
}

TEST(TransactionsApi, WithOtherContentAreRefused) {
  TransactionKit kit;
  const std::string to_bob = kit.posting(kit.alice, kit.bob, "1.00");
  const std::string to_carol = kit.posting(kit.alice, kit.carol, "2.00");
  kit.transact(1, {to_bob, to_carol});
  const std::vector<std::string> others[] = {
      {to_carol, to_bob},
      {to_bob},
      {to_bob, to_carol, to_carol},
      {to_bob, kit.posting(kit.alice, kit.carol, "2.01")},
      {to_bob, kit.posting(kit.alice, kit.dave, "2.00")},
  };
  for (const auto& postings : others) {
    const Answer answer = kit.transact(1, postings);
    EXPECT_EQ(answer.summary(), "409 transaction_id_reused");
    EXPECT_EQ(answer.at("/param"), "-");
    EXPECT_EQ(answer.at("/instance"), std::string(transactions_path) + "/" + kit.uuid(1));
  }
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "1.00", kit.uuid(1)).summary(),
            "409 transaction_id_reused")
      << "one namespace with transfers";
  EXPECT_EQ(kit.transact(1, {kit.posting(kit.bob, kit.alice, "5.00")}).summary(),
            "422 insufficient_available")
      << "of another owner it is another transaction";
}

// Recorded: the money that comes later does not change it.

TEST(TransactionsApi, ThatAreRefusedNameThePostingForEver) {
  for (const auto& places : placements) {
    TransactionKit kit(places);
    const AccountId nobody = kit.node.account_in(places[2], "nobody");
    kit.post("/v1/accounts/" + kit.dave.str() + "/freeze", "");
    const struct {
      std::vector<std::string> postings;
      const char* refusal;
      const char* param;
    } rows[] = {
        {{kit.posting(kit.alice, kit.bob, "1.00"), kit.posting(kit.carol, kit.bob, "1.00")},
         "422 insufficient_available",
         "/postings/1"},
        {{kit.posting(kit.alice, kit.bob, "1.00"), kit.posting(kit.alice, kit.dave, "1.00")},
         "422 account_frozen",
         "/postings/1/to_account"},
        {{kit.posting(kit.alice, kit.bob, "1.00"), kit.posting(nobody, kit.bob, "1.00")},
         "404 account_not_found",
         "/postings/1/from_account"},
        {{kit.posting(kit.alice, kit.bob, "60.00"), kit.posting(kit.alice, kit.carol, "60.00")},
         "422 insufficient_available",
         "/postings/1"},
    };
    unsigned number = 0;
    for (const auto& row : rows) {
      const Answer first = kit.transact(++number, row.postings);
      EXPECT_EQ(first.summary(), row.refusal) << first.body;
      EXPECT_EQ(first.at("/param"), row.param) << first.body;
      EXPECT_EQ(kit.balances(), "100.00 0.00 0.00 0.00");
    }
    kit.deposit(kit.carol, "5.00");
    number = 0;
    for (const auto& row : rows) {
      const Answer again = kit.transact(++number, row.postings);
      EXPECT_EQ(again.summary(), row.refusal);
      EXPECT_EQ(again.at("/param"), row.param);
      EXPECT_EQ(again.header("Florin-Replayed"), "true");
      const Answer status = kit.status(number);
      EXPECT_EQ(status.at("/status"), "cancelled") << status.body;
      EXPECT_EQ(status.at("/param"), row.param);
    }
  }
}

TEST(TransactionsApi, SpendNothingThatAnotherPostingBrings) {
  for (const auto& places : placements) {
    TransactionKit kit(places);
    const Answer answer = kit.transact(
        1, {kit.posting(kit.alice, kit.bob, "10.00"), kit.posting(kit.bob, kit.carol, "10.00")});
    EXPECT_EQ(answer.summary(), "422 insufficient_available");
    EXPECT_EQ(answer.at("/param"), "/postings/1");
    EXPECT_EQ(kit.balances(), "100.00 0.00 0.00 0.00");
  }
}

TEST(TransactionsApi, OfOnePostingAreTransfers) {
  TransactionKit kit;
  const std::vector<std::string> one{kit.posting(kit.alice, kit.bob, "1.00")};
  const Answer first = kit.transact(1, one);
  const Answer as_transfer = kit.transfer(kit.alice, kit.bob, "1.00", kit.uuid(1));
  EXPECT_EQ(as_transfer.header("Florin-Replayed"), "true");
  EXPECT_EQ(as_transfer.body, first.body);
  kit.transfer(kit.alice, kit.bob, "2.00", kit.uuid(2));
  EXPECT_EQ(kit.transact(2, {kit.posting(kit.alice, kit.bob, "2.00")}).header("Florin-Replayed"),
            "true");
  EXPECT_EQ(kit.balances(), "97.00 3.00 0.00 0.00");

  const AccountId nobody = kit.node.account_in(1, "nobody");
  EXPECT_EQ(kit.transact(3, {kit.posting(kit.alice, nobody, "1.00")}).at("/param"),
            "/postings/0/to_account");
  EXPECT_EQ(kit.transfer(kit.alice, nobody, "1.00", kit.uuid(3)).at("/param"), "/to_account");
  EXPECT_EQ(kit.transact(4, {kit.posting(kit.carol, kit.bob, "1.00")}).at("/param"), "/postings/0");
  EXPECT_EQ(kit.transfer(kit.carol, kit.bob, "1.00", kit.uuid(4)).at("/param"), "-");
  const Answer late = kit.transact(5, one, R"(,"deadline":"2020-01-01T00:00:00Z")");
  EXPECT_EQ(late.summary(), "422 deadline_passed");
  EXPECT_EQ(late.at("/param"), "-") << "of no posting";
}

TEST(TransactionsApi, ThatAreWrongSaySoBeforeAnythingIsAsked) {
  TransactionKit kit;
  const Answer answer = kit.transact(
      1, {kit.posting(kit.alice, kit.bob, "-1"), kit.posting(kit.alice, kit.bob, "1", "usd")},
      R"(,"color":1)");
  EXPECT_EQ(answer.summary(), "400 unknown_field");
  EXPECT_EQ(answer.errors(),
            "unknown_field/color invalid_request/postings/0/amount "
            "invalid_request/postings/1/currency");
  EXPECT_EQ(answer.at("/Transaction_id"), kit.uuid(1));
  EXPECT_EQ(kit.transact(1, {kit.posting(kit.alice, kit.bob, "1.00"),
                             kit.posting(kit.alice, kit.carol, "1", "JPY")})
                .summary(),
            "422 mixed_currencies");
  EXPECT_EQ(kit.status(1).summary(), "404 transfer_not_found") << "the id is free";
}

// What comes before it in the order of codes, of each posting with what those before it want of the same account.

TEST(TransactionsApi, ThatAreRefusedThemselvesAskWhatComesFirst) {
  TransactionKit kit;
  const std::string to_itself = kit.posting(kit.bob, kit.bob, "1.00");
  const Answer own = kit.transact(1, {kit.posting(kit.alice, kit.carol, "1.00"), to_itself});
  EXPECT_EQ(own.summary(), "422 insufficient_available") << "bob's 1.00, which comes before";
  EXPECT_EQ(own.at("/param"), "/postings/1");
  kit.deposit(kit.bob, "10.00");
  const Answer same = kit.transact(1, {kit.posting(kit.alice, kit.carol, "1.00"), to_itself});
  EXPECT_EQ(same.summary(), "422 same_account");
  EXPECT_EQ(same.at("/param"), "/postings/1/to_account");
  const Answer together = kit.transact(1, {kit.posting(kit.alice, kit.carol, "60.00"),
                                           kit.posting(kit.alice, kit.dave, "60.00"), to_itself});
  EXPECT_EQ(together.summary(), "422 insufficient_available");
  EXPECT_EQ(together.at("/param"), "/postings/1");
  EXPECT_EQ(together.errors(),
            "insufficient_available/postings/1 same_account/postings/2/to_account");
  const AccountId nobody = kit.node.account_in(3, "nobody");
  EXPECT_EQ(kit.transact(1, {kit.posting(kit.alice, kit.carol, "60.00"), to_itself,
                             kit.posting(nobody, kit.dave, "1.00")})
                .at("/param"),
            "/postings/2/from_account");
  EXPECT_EQ(kit.status(1).summary(), "404 transfer_not_found") << "none of it is recorded";
  kit.transact(1,
               {kit.posting(kit.alice, kit.carol, "1.00"), kit.posting(kit.bob, kit.carol, "1")});
  EXPECT_EQ(kit.transact(1, {kit.posting(kit.alice, kit.carol, "1.00"), to_itself}).summary(),
            "409 transaction_id_reused");
}

TEST(TransactionsApi, BringMoneyFromOutsideAndTakeItThere) {
  for (const auto& places : placements) {
    TransactionKit kit(places);
    const Answer answer = kit.transact(
        1, {kit.posting(kit.outside, kit.bob, "5.00"), kit.posting(kit.outside, kit.carol, "6.00"),
            kit.posting(kit.alice, kit.outside, "7.00")});
    EXPECT_EQ(answer.summary(), "200") << answer.body;
    EXPECT_EQ(kit.balances(), "93.00 5.00 6.00 0.00");
    EXPECT_EQ(kit.get("/v1/accounts/%40outside%3AUSD").at("/posted"), "-104.00");
    EXPECT_EQ(kit.status(1, "?account=" + kit.bob.str()).at("/status"), "completed")
        << "the payee of the first";
    EXPECT_EQ(kit.status(1, "?account=" + kit.alice.str()).summary(), "404 transfer_not_found");
  }
}

TEST(TransactionsApi, AreRefusedWithAnOutsideOfAnotherCurrency) {
  for (const auto& places : placements) {
    TransactionKit kit(places);
    const Answer answer = kit.transact(1, {kit.posting(kit.alice, kit.bob, "1.00"),
                                           kit.posting(kit.alice, kit.id("@outside:EUR"), "1.00")});
    EXPECT_EQ(answer.summary(), "422 currency_mismatch") << answer.body;
    EXPECT_EQ(answer.at("/param"), "/postings/1");
    EXPECT_EQ(kit.balances(), "100.00 0.00 0.00 0.00");
  }
}

// Each line is of one posting: its amount, its other side, what the whole is for.

// The first no decides; the client hears it while a partition that is slow is still to be told.

TEST(TransactionsApi, AreItemsOfBatches) {
  TransactionKit kit;
  const std::string body =
      R"({"transfers":[)" + kit.transfer_body(kit.alice, kit.bob, "1.00", kit.uuid(1)) + "," +
      kit.body_of(
          2, {kit.posting(kit.alice, kit.bob, "1.00"), kit.posting(kit.alice, kit.carol, "2.00")}) +
      "," +
      kit.body_of(
          3, {kit.posting(kit.alice, kit.bob, "1.00"), kit.posting(kit.dave, kit.carol, "2.00")}) +
      "," +
      kit.body_of(
          4, {kit.posting(kit.alice, kit.bob, "1.00"), kit.posting(kit.alice, kit.carol, "x")}) +
      "," + kit.body_of(5, {kit.posting(kit.alice, kit.alice, "1.00")}) + "," +
      kit.body_of(6, {kit.posting(kit.alice, kit.dave, "4.00")}, R"(,"from_account":"a")") + "]}";
  const Answer answer = kit.post("/v1/wallet/balance_transfers", body);
  const auto row = [&](int i) {
    const std::string at = "/results/" + std::to_string(i);
    return answer.at(at + "/Status") + " " + answer.at(at + "/code") + " " +
           answer.at(at + "/param") + " " + answer.errors(at);
  };
  EXPECT_EQ(row(0), "success - - ");
  EXPECT_EQ(row(1), "success - - ");
  EXPECT_EQ(row(2), "failed insufficient_available /transfers/2/postings/1 ");
  EXPECT_EQ(row(3),
            "failed invalid_request /transfers/3/postings/1/amount "
            "invalid_request/transfers/3/postings/1/amount");
  EXPECT_EQ(row(4),
            "failed same_account /transfers/4/postings/0/to_account "
            "same_account/transfers/4/postings/0/to_account");
  EXPECT_EQ(row(5),
            "failed unknown_field /transfers/5/from_account "
            "unknown_field/transfers/5/from_account");
  EXPECT_EQ(answer.at("/results/1/Transaction_id"), kit.uuid(2));
  EXPECT_EQ(kit.balances(), "96.00 2.00 2.00 0.00");
}

// What a batch asks of partitions is bounded by its postings.
TEST(TransactionsApi, AreAsManyInABatchAsItHasRoomForPostings) {
  TransactionKit kit;
  const auto batch = [&](std::size_t transactions, std::size_t transfers) {
    const std::vector<std::string> eight(8, "{}");
    std::string items;
    for (std::size_t i = 0; i < transactions; ++i)
      items.append(items.empty() ? "" : ",").append(kit.body_of(1, eight));
    for (std::size_t i = 0; i < transfers; ++i) items.append(items.empty() ? "17" : ",17");
    return kit.post("/v1/wallet/balance_transfers", R"({"transfers":[)" + items + "]}");
  };
  EXPECT_EQ(batch(1'249, 8).summary(), "200");
  const Answer answer = batch(1'249, 9);
  EXPECT_EQ(answer.summary(), "400 invalid_request");
  EXPECT_EQ(answer.at("/param"), "/transfers");
}

// The sum of what its postings want of one account is more than any amount: it is more than anybody has.
TEST(TransactionsApi, ThatWantMoreThanThereCanBeAreRefusedByTheirState) {
  TransactionKit kit;
  const std::string huge = "92233720368547758";
  const Answer answer = kit.transact(
      1, {kit.posting(kit.alice, kit.bob, huge), kit.posting(kit.alice, kit.carol, huge),
          kit.posting(kit.bob, kit.bob, "1")});
  EXPECT_EQ(answer.summary(), "422 insufficient_available");
  EXPECT_EQ(answer.at("/param"), "/postings/0");
}

// The single call of transfers knows no postings.

TEST(TransactionsApi, AreNoTransfersOfTheOtherCall) {
  TransactionKit kit;
  EXPECT_EQ(kit.post("/v1/wallet/balance_transfer",
                     kit.body_of(1, {kit.posting(kit.alice, kit.bob, "1.00")}))
                .summary(),
            "400 unknown_field");
}

TEST(TransactionsApi, AreNotReadyWhileANodeDoesNotReadThem) {
  FormatLevels levels;
  levels.raise(FormatLevel{transactions_level - 1});
  TransactionKit kit(PaymentSettings{}, PartitionOptions{.levels = &levels});
  const std::vector<std::string> postings{kit.posting(kit.alice, kit.bob, "1"),
                                          kit.posting(kit.alice, kit.carol, "1")};
  EXPECT_EQ(kit.transact(1, postings).summary(), "503 not_ready");
  EXPECT_EQ(kit.status(1).summary(), "404 transfer_not_found") << "nothing is recorded";
  EXPECT_EQ(kit.transact(2, {postings[0]}).summary(), "200") << "one posting is a transfer";
  levels.raise(transactions_level);
  EXPECT_EQ(kit.transact(1, postings).summary(), "200");
}

}  // namespace
}  // namespace florin
