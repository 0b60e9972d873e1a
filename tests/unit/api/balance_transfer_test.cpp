// POST /v1/wallet/balance_transfer: outcomes, refusals and their order, replays, patience.
#include <gtest/gtest.h>

#include "tests/unit/api/api_kit.hpp"

namespace florin {
namespace {

const AccountId outside = AccountId::from_trusted("@outside:USD");

// Rich alice in partition 0, bob beside her, carol in partition 1.
struct Wallets : ApiKit {
  AccountId alice = node.account_in(0, "alice");
  AccountId bob = node.account_in(0, "bob");
  AccountId carol = node.account_in(1, "carol");
  Wallets() {
    open(alice);
    open(bob);
    open(carol);
    deposit(alice, "100.00");
  }
};

TEST(BalanceTransferApi, MovesMoneyInsideAPartitionAndBetweenTwo) {
  for (const char* more : {"", R"(,"protocol":"tcc")", R"(,"protocol":"saga")"}) {
    Wallets kit;
    const std::string id = kit.uuid(1);
    const Answer local = kit.transfer(kit.alice, kit.bob, "10.5", id, "USD", more);
    EXPECT_EQ(local.body, R"({"Status":"success","Transaction_id":")" + id + R"(","Position":")" +
                              local.header("Florin-Position") + R"("})");
    EXPECT_EQ(local.content_type, "application/json");
    EXPECT_EQ(local.header("Florin-Replayed"), "-");
    const Answer across = kit.transfer(kit.alice, kit.carol, "20", kit.uuid(2), "USD", more);
    EXPECT_EQ(across.summary(), "200") << across.body;
    EXPECT_TRUE(across.at("/Position").starts_with("p0:"));
    EXPECT_EQ(kit.available(kit.alice), "69.50");
    EXPECT_EQ(kit.available(kit.bob), "10.50");
    EXPECT_EQ(kit.available(kit.carol), "20.00");
  }
}

TEST(BalanceTransferApi, AnswersARepeatWithTheRecordedOutcome) {
  Wallets kit;
  for (const AccountId& payee : {kit.bob, kit.carol}) {
    const std::string good = kit.transfer_body(kit.alice, payee, "1.00", kit.uuid(1));
    if (payee == kit.carol) {
      EXPECT_EQ(kit.post("/v1/wallet/balance_transfer", good).summary(),
                "409 transaction_id_reused");
      continue;
    }
    const Answer first = kit.post("/v1/wallet/balance_transfer", good);
    const Answer second = kit.post("/v1/wallet/balance_transfer", good);
    EXPECT_EQ(second.body, first.body);
    EXPECT_EQ(second.header("Florin-Replayed"), "true");
    EXPECT_EQ(second.header("Florin-Position"), first.header("Florin-Position"));
  }
  // By value, in any spelling, whatever protocol and deadline say.
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "1", "00000000-0000-4000-8000-000000000001", "USD",
                         R"(,"protocol":"saga","deadline":"2020-01-01T00:00:00Z")")
                .header("Florin-Replayed"),
            "true");
  EXPECT_EQ(kit.available(kit.alice), "99.00");
}

TEST(BalanceTransferApi, AnswersTheTransactionIdInLowerCase) {
  Wallets kit;
  const Answer answer =
      kit.transfer(kit.alice, kit.bob, "1", "ABCDEF00-0000-4000-8000-00000000000A");
  EXPECT_EQ(answer.at("/Transaction_id"), "abcdef00-0000-4000-8000-00000000000a");
}

TEST(BalanceTransferApi, RecordsARefusalThatDependsOnState) {
  Wallets kit;
  for (const AccountId& payer : {kit.bob, kit.carol}) {
    const std::string body = kit.transfer_body(payer, kit.alice, "5.00", kit.uuid(7));
    const Answer first = kit.post("/v1/wallet/balance_transfer", body);
    EXPECT_EQ(first.summary(), "422 insufficient_available");
    EXPECT_EQ(first.at("/retry"), "new_id");
    EXPECT_EQ(first.at("/outcome"), "not_executed");
    EXPECT_EQ(first.at("/Transaction_id"), kit.uuid(7));
    EXPECT_EQ(first.at("/position"), first.header("Florin-Position"));
    EXPECT_EQ(first.at("/instance"), "/v1/wallet/balance_transfers/" + kit.uuid(7));
    kit.deposit(payer, "50.00");
    const Answer again = kit.post("/v1/wallet/balance_transfer", body);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("Florin-Replayed"), "true");
    EXPECT_EQ(kit.transfer(payer, kit.alice, "5.00", kit.uuid(8)).summary(), "200");
  }
}

TEST(BalanceTransferApi, LeavesTheIdFreeWhenTheRequestItselfIsRefused) {
  Wallets kit;
  const std::string id = kit.uuid(5);
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "0.00", id).summary(), "422 amount_not_positive");
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "1.001", id).summary(), "422 too_many_decimals");
  EXPECT_EQ(kit.transfer(kit.alice, kit.alice, "1", id).summary(), "422 same_account");
  EXPECT_EQ(kit.transfer(kit.alice, kit.id("@fees"), "1", id).summary(), "422 system_account");
  const Answer answer = kit.transfer(kit.alice, kit.bob, "1", id);
  EXPECT_EQ(answer.summary(), "200");
  EXPECT_EQ(answer.header("Florin-Replayed"), "-");
}

// Accounts of the table: rich, poor (both USD, payers), frozen and closed, capped (daily limit 1.00), euro.
struct Row {
  const char* from;
  const char* to;
  const char* amount;
  const char* currency;
  const char* summary;
};

TEST(BalanceTransferApi, AnswersTheFirstCodeInTheOrderOfTheContract) {
  const Row rows[] = {
      // one reason each
      {"rich", "payee", "1.00", "USD", "200"},
      {"nobody", "payee", "1.00", "USD", "404 account_not_found"},
      {"rich", "nobody", "1.00", "USD", "404 account_not_found"},
      {"poor", "payee", "1.00", "USD", "422 insufficient_available"},
      {"frozen", "payee", "1.00", "USD", "422 account_frozen"},
      {"rich", "frozen", "1.00", "USD", "422 account_frozen"},
      {"rich", "closed", "1.00", "USD", "422 account_closed"},
      {"rich", "euro", "1.00", "USD", "422 currency_mismatch"},
      {"euro", "rich", "1.00", "USD", "422 currency_mismatch"},
      {"rich", "rich", "1.00", "USD", "422 same_account"},
      {"rich", "payee", "0", "USD", "422 amount_not_positive"},
      {"rich", "payee", "0.00", "USD", "422 amount_not_positive"},
      {"rich", "payee", "1.000", "USD", "422 too_many_decimals"},
      {"capped", "payee", "1.01", "USD", "422 daily_limit_exceeded"},
      {"rich", "@fees", "1.00", "USD", "422 system_account"},
      {"@psp", "rich", "1.00", "USD", "422 system_account"},
      {"@outside:EUR", "rich", "1.00", "USD", "422 currency_mismatch"},
      {"rich", "@outside:EUR", "1.00", "USD", "422 currency_mismatch"},
      {"@outside:USD", "@outside:USD", "1.00", "USD", "422 same_account"},
      {"@outside:USD", "@outside:EUR", "1.00", "USD", "422 currency_mismatch"},
      {"@outside:XXX", "rich", "1.00", "USD", "422 system_account"},
      {"@outside", "rich", "1.00", "USD", "422 system_account"},
      {"@outside:USD", "brim", "2233720368547758.17", "USD", "422 balance_overflow"},
      // two or more reasons
      {"nobody", "frozen", "0", "USD", "404 account_not_found"},
      {"poor", "nobody", "1.00", "USD", "404 account_not_found"},
      {"poor", "frozen", "1.00", "USD", "422 insufficient_available"},
      {"poor", "poor", "1.00", "USD", "422 insufficient_available"},
      {"poor", "poor", "0", "USD", "422 same_account"},
      {"frozen", "closed", "1.01", "USD", "422 insufficient_available"},
      {"frozen", "closed", "0", "USD", "422 account_frozen"},
      {"frozen", "frozen", "1.001", "USD", "422 insufficient_available"},
      {"closed", "euro", "0", "USD", "422 account_closed"},
      {"rich", "euro", "0", "USD", "422 currency_mismatch"},
      {"euro", "euro", "1.00", "USD", "422 currency_mismatch"},
      {"rich", "rich", "0.000", "USD", "422 same_account"},
      {"rich", "payee", "0.000", "USD", "422 amount_not_positive"},
      {"nobody", "@fees", "1.00", "USD", "404 account_not_found"},
      {"poor", "@fees", "1.00", "USD", "422 insufficient_available"},
      {"capped", "@fees", "5.00", "USD", "422 daily_limit_exceeded"},
      {"capped", "payee", "1.001", "USD", "422 too_many_decimals"},
      {"@fees", "@fees", "1.00", "USD", "422 same_account"},
      {"@outside:EUR", "nobody", "1.00", "USD", "404 account_not_found"},
      {"@outside:EUR", "rich", "0", "USD", "422 currency_mismatch"},
      {"@outside:USD", "@outside:USD", "1.00", "EUR", "422 currency_mismatch"},
      {"@outside:USD", "@fees", "1.00", "EUR", "422 currency_mismatch"},
      // 1.001 is more than the 1.00 that is there
      {"one", "payee", "1.001", "USD", "422 insufficient_available"},
      {"one", "payee", "1.000", "USD", "422 too_many_decimals"},
  };
  for (const std::uint32_t partitions : {1U, 4U}) {
    ApiKit kit(partitions);
    const auto names = {"rich", "poor", "frozen", "closed", "payee", "one", "brim"};
    for (const char* name : names) kit.open(kit.id(name));
    kit.open(kit.id("capped"), "USD", R"(,"daily_debit_limit":"1.00")");
    kit.open(kit.id("euro"), "EUR");
    kit.deposit(kit.id("rich"), "1000.00");
    kit.deposit(kit.id("capped"), "1000.00");
    kit.deposit(kit.id("one"), "1.00");
    for (int i = 0; i < 9; ++i) kit.deposit(kit.id("brim"), "9999999999999999.99");
    kit.deposit(kit.id("frozen"), "1.00");
    kit.post("/v1/accounts/frozen/freeze", "", {});
    kit.post("/v1/accounts/closed/close", "", {});
    unsigned number = 1;
    for (const Row& row : rows) {
      const Answer answer = kit.transfer(kit.id(row.from), kit.id(row.to), row.amount,
                                         kit.uuid(number++), row.currency);
      EXPECT_EQ(answer.summary(), row.summary)
          << "partitions=" << partitions << " from=" << row.from << " to=" << row.to
          << " amount=" << row.amount << " currency=" << row.currency << "\n"
          << answer.body;
    }
  }
}

TEST(BalanceTransferApi, KnowsAnIdThatWasUsedForSomethingElse) {
  Wallets kit;
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "1.00", kit.uuid(1)).summary(), "200");
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "2.00", kit.uuid(1)).summary(),
            "409 transaction_id_reused");
  EXPECT_EQ(kit.transfer(kit.alice, kit.carol, "1.00", kit.uuid(1)).summary(),
            "409 transaction_id_reused");
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "1.00", kit.uuid(1), "EUR").summary(),
            "409 transaction_id_reused");
  // also when the request is refused by itself, unless it is the same by value
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "0", kit.uuid(1)).summary(),
            "409 transaction_id_reused");
  EXPECT_EQ(kit.transfer(kit.alice, kit.alice, "1.00", kit.uuid(1)).summary(),
            "409 transaction_id_reused");
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "1.001", kit.uuid(1)).summary(),
            "409 transaction_id_reused");
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "1.000", kit.uuid(1)).summary(),
            "422 too_many_decimals");
  // another payer may use the same id; a deposit is known by its payee
  EXPECT_EQ(kit.transfer(kit.bob, kit.alice, "0.50", kit.uuid(1)).summary(), "200");
  EXPECT_EQ(kit.transfer(outside, kit.carol, "1.00", kit.uuid(1)).summary(), "200");
  EXPECT_EQ(kit.transfer(outside, kit.carol, "3.00", kit.uuid(1)).summary(),
            "409 transaction_id_reused");
}

TEST(BalanceTransferApi, NamesWhatIsWrongWithARequest) {
  struct Bad {
    const char* why;
    const char* body;
    const char* summary;
    const char* param;
    bool has_id;
  };
#define FROM_TO R"("from_account":"a","to_account":"b",)"
#define ID R"("transaction_id":"00000000-0000-4000-8000-000000000001")"
  const Bad rows[] = {
      {"no object", R"("x")", "400 invalid_request", "", false},
      {"truncated", R"({"from_account")", "400 invalid_json", "-", false},
      {"unknown key", "{" FROM_TO R"("amount":"1","currency":"USD","x":1,)" ID "}",
       "400 unknown_field", "/x", true},
      {"key twice", "{" FROM_TO R"("amount":"1","amount":"1","currency":"USD",)" ID "}",
       "400 duplicate_field", "/amount", true},
      {"no from", R"({"to_account":"b","amount":"1","currency":"USD",)" ID "}",
       "400 invalid_request", "/from_account", true},
      {"bad to", R"({"from_account":"a","to_account":"@","amount":"1","currency":"USD",)" ID "}",
       "400 invalid_request", "/to_account", true},
      {"no amount", "{" FROM_TO R"("currency":"USD",)" ID "}", "400 invalid_request", "/amount",
       true},
      {"amount number", "{" FROM_TO R"("amount":1,"currency":"USD",)" ID "}", "400 invalid_request",
       "/amount", true},
      {"amount sign", "{" FROM_TO R"("amount":"-1","currency":"USD",)" ID "}",
       "400 invalid_request", "/amount", true},
      {"amount plus", "{" FROM_TO R"("amount":"+1","currency":"USD",)" ID "}",
       "400 invalid_request", "/amount", true},
      {"amount zero", "{" FROM_TO R"("amount":"01","currency":"USD",)" ID "}",
       "400 invalid_request", "/amount", true},
      {"amount point", "{" FROM_TO R"("amount":"1.","currency":"USD",)" ID "}",
       "400 invalid_request", "/amount", true},
      {"amount exponent", "{" FROM_TO R"("amount":"1e2","currency":"USD",)" ID "}",
       "400 invalid_request", "/amount", true},
      {"19 digits", "{" FROM_TO R"("amount":"1234567890123456.789","currency":"USD",)" ID "}",
       "400 invalid_request", "/amount", true},
      {"no currency", "{" FROM_TO R"("amount":"1",)" ID "}", "400 invalid_request", "/currency",
       true},
      {"currency", "{" FROM_TO R"("amount":"1","currency":"XAU",)" ID "}", "400 invalid_request",
       "/currency", true},
      {"no id", "{" FROM_TO R"("amount":"1","currency":"USD"})", "400 invalid_request",
       "/transaction_id", false},
      {"bad id", "{" FROM_TO R"("amount":"1","currency":"USD","transaction_id":"1"})",
       "400 invalid_request", "/transaction_id", false},
      {"braces",
       "{" FROM_TO R"("amount":"1","currency":"USD",)"
       R"("transaction_id":"{00000000-0000-4000-8000-00000000001}"})",
       "400 invalid_request", "/transaction_id", false},
      {"protocol", "{" FROM_TO R"("amount":"1","currency":"USD","protocol":"local",)" ID "}",
       "400 invalid_request", "/protocol", true},
      {"deadline", "{" FROM_TO R"("amount":"1","currency":"USD","deadline":"tomorrow",)" ID "}",
       "400 invalid_request", "/deadline", true},
      {"deadline null", "{" FROM_TO R"("amount":"1","currency":"USD","deadline":null,)" ID "}",
       "400 invalid_request", "/deadline", true},
      {"malformed wins over refused",
       R"({"from_account":"a","to_account":"a","amount":"0","currency":"usd",)" ID "}",
       "400 invalid_request", "/currency", true},
  };
#undef FROM_TO
#undef ID
  ApiKit kit;
  for (const Bad& row : rows) {
    const Answer answer = kit.post("/v1/wallet/balance_transfer", row.body);
    EXPECT_EQ(answer.summary(), row.summary) << row.why;
    EXPECT_EQ(answer.at("/param"), row.param) << row.why;
    EXPECT_EQ(answer.at("/retry"), "never") << row.why;
    EXPECT_EQ(answer.at("/Transaction_id"), row.has_id ? kit.uuid(1) : "-") << row.why;
    EXPECT_EQ(answer.header("Florin-Position"), "-") << row.why;
  }
}

TEST(BalanceTransferApi, JudgesTheDeadlineByEntryTime) {
  Wallets kit;
  const auto at = [](const char* time) { return std::string(R"(,"deadline":")") + time + "\""; };
  for (const AccountId& payee : {kit.bob, kit.carol}) {
    const unsigned n = payee == kit.bob ? 10 : 20;
    EXPECT_EQ(kit.transfer(kit.alice, payee, "1", kit.uuid(n), "USD", at("1970-01-01T00:00:00Z"))
                  .summary(),
              "422 deadline_passed");
    EXPECT_EQ(
        kit.transfer(kit.alice, payee, "1", kit.uuid(n + 1), "USD", at("2100-01-01T00:00:00+02:00"))
            .summary(),
        "200");
  }
  EXPECT_EQ(kit.available(kit.alice), "98.00");
}

TEST(BalanceTransferApi, AnswersPendingWhenPatienceIsOver) {
  Wallets kit;
  kit.node.hold(1);
  const std::string body = kit.transfer_body(kit.alice, kit.carol, "30.00", kit.uuid(1));
  PendingAnswer first = kit.start_post("/v1/wallet/balance_transfer", body);
  EXPECT_FALSE(first.has_come());
  EXPECT_EQ(kit.get("/v1/accounts/" + kit.alice.str()).at("/held"), "30.00");
  kit.node.expire();
  const Answer pending = first.wait();
  EXPECT_EQ(pending.summary(), "202");
  EXPECT_EQ(pending.at("/Status"), "pending");
  EXPECT_EQ(pending.at("/Transaction_id"), kit.uuid(1));
  EXPECT_EQ(pending.at("/outcome"), "unknown");
  kit.node.release(1);
  const Answer end = kit.post("/v1/wallet/balance_transfer", body);
  EXPECT_EQ(end.summary(), "200");
  EXPECT_EQ(end.header("Florin-Replayed"), "true");
}

// The payee's partition does not answer: the payer has its refusal all the same, and never a 202.
TEST(BalanceTransferApi, AnswersARefusalWhileALegIsStillToBeCancelled) {
  Wallets kit;
  kit.node.hold(1);
  const std::string body = kit.transfer_body(kit.alice, kit.carol, "1000.00", kit.uuid(1));
  const auto status = [&] {
    return kit.get("/v1/wallet/balance_transfers/" + kit.uuid(1) +
                   "?from_account=" + kit.alice.str());
  };
  const Answer first = kit.post("/v1/wallet/balance_transfer", body);
  EXPECT_EQ(first.summary(), "422 insufficient_available");
  EXPECT_EQ(first.header("Florin-Replayed"), "-");
  EXPECT_EQ(status().at("/status"), "cancelling");
  EXPECT_EQ(status().at("/code"), "insufficient_available");
  const Answer again = kit.post("/v1/wallet/balance_transfer", body);
  EXPECT_EQ(again.summary(), "422 insufficient_available");
  EXPECT_EQ(again.header("Florin-Replayed"), "true");
  kit.node.release(1);
  EXPECT_EQ(status().at("/status"), "cancelled");
  const Answer later = kit.post("/v1/wallet/balance_transfer", body);
  EXPECT_EQ(again.header("Florin-Position"), first.header("Florin-Position"));
  EXPECT_EQ(later.header("Florin-Position"), first.header("Florin-Position"));
}

TEST(BalanceTransferApi, SaysExecutedOnceTheDecisionIsToConfirm) {
  Wallets kit;
  kit.node.hold(1);
  PendingAnswer call = kit.start_post("/v1/wallet/balance_transfer",
                                      kit.transfer_body(kit.alice, kit.carol, "30", kit.uuid(1)));
  kit.node.step(1);  // answers the Try; the Confirm that follows waits
  kit.node.run();
  EXPECT_FALSE(call.has_come());
  kit.node.expire();
  EXPECT_EQ(call.wait().at("/outcome"), "executed");
}

TEST(BalanceTransferApi, WaitsAsLongAsTheClientPrefers) {
  Wallets kit;
  const auto patience_of = [&](const char* path, HeaderList more) {
    more.insert(more.end(), json_type.begin(), json_type.end());
    const std::string item = kit.transfer_body(kit.alice, kit.bob, "1.00", kit.uuid(1));
    kit.post(path, std::string(path).ends_with("s") ? R"({"transfers":[)" + item + "]}" : item,
             more);
    return kit.node.last_patience().count();
  };
  for (const char* path : {"/v1/wallet/balance_transfer", "/v1/wallet/balance_transfers"}) {
    EXPECT_EQ(patience_of(path, {}), 10'000);
    EXPECT_EQ(patience_of(path, {{"Prefer", "wait=3"}}), 3'000);
    EXPECT_EQ(patience_of(path, {{"Prefer", "wait=0"}}), 0);
    EXPECT_EQ(patience_of(path, {{"Prefer", "wait=61"}}), 10'000);
  }
}

TEST(BalanceTransferApi, GivesExactlyOneOfConcurrentRepeatsTheUnmarkedAnswer) {
  Wallets kit;
  kit.node.hold(1);
  const std::string body = kit.transfer_body(kit.alice, kit.carol, "1.00", kit.uuid(1));
  std::vector<PendingAnswer> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(kit.start_post("/v1/wallet/balance_transfer", body));
  kit.node.release(1);
  int unmarked = 0;
  std::string text;
  for (PendingAnswer& call : calls) {
    const Answer answer = call.wait();
    EXPECT_EQ(answer.summary(), "200");
    if (text.empty()) text = answer.body;
    EXPECT_EQ(answer.body, text);
    unmarked += answer.header("Florin-Replayed") == "-";
  }
  EXPECT_EQ(unmarked, 1);
  EXPECT_EQ(kit.available(kit.carol), "1.00");
}

TEST(BalanceTransferApi, SaysThatNothingWasExecutedWhenThePartitionIsFull) {
  Wallets kit;
  kit.node.refuse(0, NotAccepted::Why::overloaded);
  const Answer answer = kit.transfer(kit.alice, kit.bob, "1.00", kit.uuid(1));
  EXPECT_EQ(answer.summary(), "503 overloaded");
  EXPECT_EQ(answer.header("Retry-After"), "1");
  EXPECT_EQ(answer.at("/outcome"), "not_executed");
  EXPECT_EQ(answer.at("/retry"), "same_id");
  EXPECT_EQ(answer.at("/Transaction_id"), kit.uuid(1));
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "0", kit.uuid(1)).summary(), "503 overloaded");
  kit.node.refuse(0, std::nullopt);
  EXPECT_EQ(kit.transfer(kit.alice, kit.bob, "1.00", kit.uuid(1)).summary(), "200");
}

}  // namespace
}  // namespace florin
