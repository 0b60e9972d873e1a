// Phase status over HTTP: of local transfers, TC/C and sagas, open and ended.
#include <gtest/gtest.h>

#include "tests/unit/api/api_kit.hpp"

namespace florin {
namespace {

struct Wallets : ApiKit {
  AccountId alice = node.account_in(0, "alice");
  AccountId bob = node.account_in(0, "bob");
  AccountId carol = node.account_in(1, "carol");
  AccountId nobody = node.account_in(1, "nobody");
  Wallets() {
    for (const AccountId& account : {alice, bob, carol}) open(account);
    deposit(alice, "100.00");
  }
  Answer status(unsigned number, std::string_view query = "") {
    return get("/v1/wallet/balance_transfers/" + uuid(number) + std::string(query));
  }
  // "answered ok/answered, sent -/none"
  static std::string legs(const Answer& answer) {
    std::string text;
    for (int i = 0; answer.at("/legs/" + std::to_string(i)) != "-"; ++i) {
      const std::string at = "/legs/" + std::to_string(i);
      text.append(i ? ", " : "")
          .append(answer.at(at + "/try"))
          .append(" ")
          .append(answer.at(at + "/try_answer"));
      text.append("/").append(answer.at(at + "/second_phase"));
    }
    return text;
  }
};

TEST(TransferStatusApi, ShowsALocalTransfer) {
  Wallets kit;
  kit.transfer(kit.alice, kit.bob, "1.5", kit.uuid(1));
  const Answer answer = kit.status(1);
  const std::string time = kit.node.time().to_rfc3339();
  EXPECT_EQ(answer.body,
            R"({"transaction_id":")" + kit.uuid(1) +
                R"(","status":"completed","protocol":"local","from_account":")" + kit.alice.str() +
                R"(","to_account":")" + kit.bob.str() +
                R"(","amount":"1.50","currency":"USD","decision":"confirm","legs":[{"account":")" +
                kit.alice.str() +
                R"(","role":"debit","partition":0,"try":"answered","try_answer":"ok",)"
                R"("second_phase":"answered","out_of_order":false},{"account":")" +
                kit.bob.str() +
                R"(","role":"credit","partition":0,"try":"answered","try_answer":"ok",)"
                R"("second_phase":"answered","out_of_order":false}],"started_at":")" +
                time + R"(","finished_at":")" + time + R"(","position":")" +
                answer.header("Florin-Position") + R"("})");
}

TEST(TransferStatusApi, ShowsHowTransfersEnded) {
  Wallets kit;
  kit.transfer(kit.bob, kit.alice, "1", kit.uuid(1));
  kit.transfer(kit.alice, kit.carol, "1", kit.uuid(2));
  kit.transfer(kit.alice, kit.nobody, "1", kit.uuid(3));
  kit.transfer(kit.alice, kit.carol, "1", kit.uuid(4), "USD", R"(,"protocol":"saga")");
  kit.transfer(kit.alice, kit.nobody, "1", kit.uuid(5), "USD", R"(,"protocol":"saga")");
  kit.transfer(kit.carol, kit.alice, "1000", kit.uuid(6), "USD", R"(,"protocol":"saga")");
  struct Row {
    unsigned number;
    const char* status;
    const char* protocol;
    const char* decision;
    const char* code;
    const char* legs;
  };
  const Row rows[] = {
      {1, "refused", "local", "cancel", "insufficient_available",
       "not_sent -/none, not_sent -/none"},
      {2, "completed", "tcc", "confirm", "-", "answered ok/answered, answered ok/answered"},
      {3, "cancelled", "tcc", "cancel", "account_not_found",
       "answered ok/answered, answered account_not_found/answered"},
      {4, "completed", "saga", "confirm", "-", "answered ok/none, answered ok/none"},
      {5, "cancelled", "saga", "cancel", "account_not_found",
       "answered ok/answered, answered account_not_found/none"},
      {6, "cancelled", "saga", "cancel", "insufficient_available",
       "answered insufficient_available/none, not_sent -/none"},
  };
  for (const Row& row : rows) {
    const Answer answer = kit.status(row.number);
    ASSERT_EQ(answer.summary(), "200") << row.number;
    EXPECT_EQ(answer.at("/status"), row.status) << row.number;
    EXPECT_EQ(answer.at("/protocol"), row.protocol) << row.number;
    EXPECT_EQ(answer.at("/decision"), row.decision) << row.number;
    EXPECT_EQ(answer.at("/code"), row.code) << row.number;
    EXPECT_EQ(kit.legs(answer), row.legs) << row.number;
    EXPECT_NE(answer.at("/finished_at"), "-") << row.number;
  }
}

TEST(TransferStatusApi, ShowsAnOpenTransferInEachPhase) {
  Wallets kit;
  kit.node.hold(1);
  PendingAnswer call = kit.start_post("/v1/wallet/balance_transfer",
                                      kit.transfer_body(kit.alice, kit.carol, "1", kit.uuid(1)));
  const std::string query = "?from_account=" + kit.alice.str();
  Answer answer = kit.status(1, query);
  EXPECT_EQ(answer.at("/status"), "trying");
  EXPECT_EQ(answer.at("/decision"), "null");
  EXPECT_EQ(answer.at("/finished_at"), "-");
  EXPECT_EQ(kit.legs(answer), "answered ok/none, sent -/none");
  kit.node.step(1);
  kit.node.run();
  answer = kit.status(1, query);
  EXPECT_EQ(answer.at("/status"), "confirming");
  EXPECT_EQ(kit.legs(answer), "answered ok/answered, answered ok/sent");
  kit.node.release(1);
  EXPECT_EQ(call.wait().summary(), "200");
  EXPECT_EQ(kit.status(1, query).at("/status"), "completed");
}

TEST(TransferStatusApi, FlagsALegWhoseCancelCameBeforeItsTry) {
  Wallets kit;
  kit.node.hold(1);
  PendingAnswer call =
      kit.start_post("/v1/wallet/balance_transfer",
                     kit.transfer_body(kit.alice, kit.carol, "1", kit.uuid(1), "USD",
                                       R"(,"deadline":"2026-09-21T14:13:21Z")"));
  kit.node.lose_messages(1);
  kit.node.set_time(kit.node.time() + 10'000'000);
  kit.node.run();
  kit.node.release(1);
  EXPECT_EQ(call.wait().summary(), "422 deadline_passed");
  const Answer answer = kit.status(1);
  EXPECT_EQ(answer.at("/status"), "cancelled");
  EXPECT_EQ(kit.legs(answer), "answered ok/answered, sent -/answered");
  EXPECT_EQ(answer.at("/legs/1/out_of_order"), "true");
  EXPECT_EQ(kit.available(kit.alice), "100.00");
}

TEST(TransferStatusApi, FindsATransferByItsPayer) {
  Wallets kit;
  kit.deposit(kit.carol, "5.00");
  kit.transfer(kit.alice, kit.bob, "1", kit.uuid(1));
  EXPECT_EQ(kit.status(1, "?from_account=" + kit.alice.str()).summary(), "200");
  EXPECT_EQ(kit.status(1, "?from_account=" + kit.carol.str()).summary(), "404 transfer_not_found");
  EXPECT_EQ(kit.status(1, "?from_account=" + kit.bob.str()).summary(), "404 transfer_not_found");
  kit.transfer(kit.carol, kit.bob, "2", kit.uuid(1));
  const Answer several = kit.status(1);
  EXPECT_EQ(several.summary(), "409 ambiguous");
  EXPECT_NE(several.at("/detail").find(kit.alice.view()), std::string::npos);
  EXPECT_NE(several.at("/detail").find(kit.carol.view()), std::string::npos);
  EXPECT_EQ(kit.status(1, "?from_account=" + kit.carol.str()).at("/amount"), "2.00");
  // a deposit is the outside's transfer
  kit.transfer(kit.id("@outside:USD"), kit.bob, "7", kit.uuid(2));
  EXPECT_EQ(kit.status(2, "?from_account=%40outside%3AUSD").at("/to_account"), kit.bob.view());
  EXPECT_EQ(kit.status(2, "?from_account=" + kit.bob.str()).summary(), "404 transfer_not_found");
}

// Ids are the clients' to choose: one that many have used names some of them, and hides nobody's own transfer.
TEST(TransferStatusApi, NamesAFewOfManyWithOneId) {
  Wallets kit;
  for (int i = 0; i < 30; ++i) {
    const AccountId payer = kit.node.account_in(0, "payer" + std::to_string(i));
    kit.transfer(payer, kit.bob, "1", kit.uuid(1));  // refused and recorded: nobody opened it
  }
  kit.transfer(kit.id("@outside:USD"), kit.bob, "7", kit.uuid(1));
  const Answer several = kit.status(1);
  EXPECT_EQ(several.summary(), "409 ambiguous");
  const std::string detail = several.at("/detail");
  EXPECT_TRUE(detail.ends_with(", and more.")) << detail;
  std::size_t named = 0;
  for (auto at = detail.find(" from "); at != std::string::npos; at = detail.find(" from ", at + 1))
    ++named;
  EXPECT_EQ(named, 20U) << detail;
  const AccountId last = kit.node.account_in(0, "payer29");
  EXPECT_EQ(kit.status(1, "?from_account=" + last.str()).at("/from_account"), last.view());
  EXPECT_EQ(kit.status(1, "?from_account=%40outside%3AUSD").at("/amount"), "7.00");
}

TEST(TransferStatusApi, RefusesWhatItCannotFind) {
  Wallets kit;
  const Answer unknown = kit.status(77);
  EXPECT_EQ(unknown.summary(), "404 transfer_not_found");
  EXPECT_EQ(unknown.at("/Transaction_id"), kit.uuid(77));
  EXPECT_EQ(kit.get("/v1/wallet/balance_transfers/77").at("/param"), "/transaction_id");
  EXPECT_EQ(kit.status(1, "?from_account=a%20b").at("/param"), "/from_account");
  EXPECT_EQ(kit.status(1, "?to_account=x").at("/param"), "/to_account");
}

}  // namespace
}  // namespace florin
