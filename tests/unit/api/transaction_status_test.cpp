// How transactions are shown: open and ended, to who asks for them as transactions or as transfers, and on statements.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/api/transaction_kit.hpp"

namespace florin {
namespace {

TEST(TransactionStatusApi, AreShownByTheirPostingsAndLegs) {
  TransactionKit kit({0, 0, 0, 0});
  kit.transact(1, {kit.posting(kit.alice, kit.bob, "1.5"), kit.posting(kit.alice, kit.carol, "2")});
  const Answer answer = kit.status(1, "?account=" + kit.alice.str());
  const std::string time = kit.node.time().to_rfc3339();
  const auto leg = [&](int of, const AccountId& account, const char* role) {
    return R"({"posting":)" + std::to_string(of) + R"(,"account":")" + account.str() +
           R"(","role":")" + role +
           R"(","partition":0,"try":"answered","try_answer":"ok","second_phase":"answered",)"
           R"("out_of_order":false})";
  };
  EXPECT_EQ(answer.body, R"({"transaction_id":")" + kit.uuid(1) +
                             R"(","status":"completed","protocol":"tcc","currency":"USD",)"
                             R"("decision":"confirm","postings":[)" +
                             kit.posting(kit.alice, kit.bob, "1.50") + "," +
                             kit.posting(kit.alice, kit.carol, "2.00") + R"(],"legs":[)" +
                             leg(0, kit.alice, "debit") + "," + leg(1, kit.alice, "debit") + "," +
                             leg(0, kit.bob, "credit") + "," + leg(1, kit.carol, "credit") +
                             R"(],"started_at":")" + time + R"(","finished_at":")" + time +
                             R"(","position":")" + answer.header("Florin-Position") + R"("})");
}

TEST(TransactionStatusApi, AreOfOneNamespaceWithTransfersWhoeverAsks) {
  TransactionKit kit;
  kit.transact(1, {kit.posting(kit.alice, kit.bob, "1"), kit.posting(kit.carol, kit.bob, "2")});
  kit.transfer(kit.alice, kit.bob, "3", kit.uuid(2));
  const Answer as_transfer = kit.get("/v1/wallet/balance_transfers/" + kit.uuid(1));
  EXPECT_EQ(as_transfer.at("/from_account"), kit.alice.view());
  EXPECT_EQ(as_transfer.at("/amount"), "1.00");
  EXPECT_EQ(as_transfer.at("/postings/1/from_account"), kit.carol.view());
  EXPECT_EQ(as_transfer.at("/legs/3/posting"), "1");
  EXPECT_EQ(as_transfer.at("/param"), "/postings/1");
  const Answer transfer = kit.status(2);
  EXPECT_EQ(transfer.at("/postings/0/amount"), "3.00");
  EXPECT_EQ(transfer.at("/postings/1"), "-");
  EXPECT_EQ(transfer.at("/legs/1/posting"), "0");
  EXPECT_EQ(transfer.at("/from_account"), "-");
  EXPECT_EQ(kit.get("/v1/wallet/balance_transfers/" + kit.uuid(2)).at("/postings"), "-");
}

TEST(TransactionStatusApi, AreAskedForByTheAccountWhoseTheyAre) {
  TransactionKit kit;
  kit.transact(1, {kit.posting(kit.alice, kit.bob, "1"), kit.posting(kit.alice, kit.carol, "1")});
  EXPECT_EQ(kit.status(1, "?account=" + kit.alice.str()).summary(), "200");
  EXPECT_EQ(kit.status(1).summary(), "200");
  EXPECT_EQ(kit.status(1, "?account=" + kit.bob.str()).summary(), "404 transfer_not_found");
  EXPECT_EQ(kit.status(1, "?account=%40outside%3AUSD").at("/param"), "/account");
  EXPECT_EQ(kit.status(1, "?account=a%20b").at("/param"), "/account");
  EXPECT_EQ(kit.status(1, "?from_account=" + kit.alice.str()).at("/param"), "/from_account");
  EXPECT_EQ(kit.get(std::string(transactions_path) + "/77").at("/param"), "/transaction_id");
}

TEST(TransactionStatusApi, AreOnStatementsPostingByPosting) {
  for (const auto& places : placements) {
    TransactionKit kit(places);
    kit.transact(
        1,
        {kit.posting(kit.alice, kit.bob, "1.00"), kit.posting(kit.alice, kit.carol, "2.00"),
         kit.posting(kit.alice, kit.bob, "3.00")},
        R"(,"reference":"dinner","metadata":{"k":"v"})");
    const auto lines = [&](const AccountId& account, int count) {
      const Answer page = kit.get("/v1/accounts/" + account.str() + "/entries");
      std::vector<std::string> found;
      for (int i = 0; i < count; ++i) {
        const std::string at = "/data/" + std::to_string(i);
        EXPECT_EQ(page.at(at + "/transaction_id"), kit.uuid(1));
        EXPECT_EQ(page.at(at + "/kind"), "transfer");
        EXPECT_EQ(page.at(at + "/reference"), "dinner");
        found.push_back(page.at(at + "/direction") + " " + page.at(at + "/amount") + " " +
                        page.at(at + "/counterparty"));
      }
      std::ranges::sort(found);
      return found;
    };
    EXPECT_EQ(lines(kit.alice, 3), (std::vector<std::string>{"debit 1.00 " + kit.bob.str(),
                                                             "debit 2.00 " + kit.carol.str(),
                                                             "debit 3.00 " + kit.bob.str()}));
    EXPECT_EQ(lines(kit.bob, 2), (std::vector<std::string>{"credit 1.00 " + kit.alice.str(),
                                                           "credit 3.00 " + kit.alice.str()}));
    EXPECT_EQ(lines(kit.carol, 1), (std::vector<std::string>{"credit 2.00 " + kit.alice.str()}));
    const Answer page = kit.get("/v1/accounts/" + kit.alice.str() + "/entries");
    EXPECT_EQ(page.at("/data/0/posted_after"), "94.00");
    EXPECT_EQ(page.at("/data/3/posted_after"), "100.00") << "the deposit";
  }
}

TEST(TransactionStatusApi, SayWhatTheyAreForAsTransfersDo) {
  TransactionKit kit;
  const std::vector<std::string> postings{kit.posting(kit.alice, kit.bob, "1"),
                                          kit.posting(kit.alice, kit.carol, "1")};
  const Answer first = kit.transact(1, postings, R"(,"reference":"a","metadata":{"k":"v"})");
  EXPECT_EQ(first.at("/reference"), "a");
  EXPECT_EQ(kit.transact(1, postings, R"(,"reference":"b")").body, first.body);
  EXPECT_EQ(kit.status(1).at("/metadata/k"), "v");
  EXPECT_EQ(kit.transact(2, postings, R"(,"description":"4111 1111 1111 1111")").summary(),
            "422 card_data");
}

TEST(TransactionStatusApi, ThatAreSlowArePendingAndGoOn) {
  TransactionKit kit;
  kit.node.hold(2);
  const std::vector<std::string> postings{kit.posting(kit.alice, kit.bob, "1"),
                                          kit.posting(kit.alice, kit.carol, "1")};
  PendingAnswer call = kit.start_post(transactions_path, kit.body_of(1, postings));
  EXPECT_FALSE(call.has_come());
  EXPECT_EQ(kit.status(1, "?account=" + kit.alice.str()).at("/status"), "trying");
  EXPECT_EQ(kit.available(kit.alice), "98.00") << "held";
  EXPECT_EQ(kit.available(kit.bob), "0.00") << "no part of it";
  kit.node.expire();
  const Answer pending = call.wait();
  EXPECT_EQ(pending.status, 202);
  EXPECT_EQ(pending.at("/outcome"), "unknown");
  kit.node.release(2);
  EXPECT_EQ(kit.transact(1, postings).summary(), "200");
  EXPECT_EQ(kit.balances(), "98.00 1.00 1.00 0.00");
}

TEST(TransactionStatusApi, ThatAreRefusedAreNeverPending) {
  TransactionKit kit;
  const std::vector<std::string> postings{kit.posting(kit.alice, kit.carol, "1"),
                                          kit.posting(kit.bob, kit.carol, "1")};
  kit.node.hold(2);
  const Answer first = kit.transact(1, postings);
  EXPECT_EQ(first.summary(), "422 insufficient_available") << first.body;
  EXPECT_EQ(first.at("/param"), "/postings/1");
  EXPECT_EQ(kit.available(kit.alice), "100.00");
  const std::string query = "?account=" + kit.alice.str();
  EXPECT_EQ(kit.status(1, query).at("/status"), "cancelling");
  EXPECT_EQ(kit.status(1, query).at("/param"), "/postings/1");
  EXPECT_EQ(kit.transact(1, postings).at("/position"), first.at("/position"));
  kit.node.release(2);
  EXPECT_EQ(kit.status(1, query).at("/status"), "cancelled");
  EXPECT_EQ(kit.status(1, query).at("/param"), "/postings/1");
}

}  // namespace
}  // namespace florin
