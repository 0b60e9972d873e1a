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
      // Between partitions the first no decides: the payer's own, before the payee's is heard.
      const bool hears_the_payer_first = partitions > 1 && row.from == std::string_view("poor") &&
                                         row.to == std::string_view("nobody");
      EXPECT_EQ(answer.summary(),
                hears_the_payer_first ? "422 insufficient_available" : row.summary)
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

TEST(BalanceTransferApi, SaysAllThatIsWrongWithARequestAtOnce) {
  Wallets kit;
  const std::pair<const char*, const char*> rows[] = {
      {"{}",
       "invalid_request/from_account invalid_request/to_account invalid_request/amount "
       "invalid_request/currency invalid_request/transaction_id"},
      {R"({"from_account":"a b","to_account":"","amount":"-1","currency":"XXX","transaction_id":"1",
           "protocol":"local","deadline":"soon","x":1,"amount":"1"})",
       "unknown_field/x duplicate_field/amount invalid_request/from_account "
       "invalid_request/to_account invalid_request/currency invalid_request/amount "
       "invalid_request/transaction_id invalid_request/protocol invalid_request/deadline"},
      {R"({"from_account":"a","to_account":"b","amount":1,"transaction_id":"1"})",
       "invalid_request/currency invalid_request/amount invalid_request/transaction_id"},
      {R"({"from_account":"@fees","to_account":"@psp","amount":"0.000","currency":"USD"})",
       "amount_not_positive/amount too_many_decimals/amount invalid_request/transaction_id "
       "system_account/from_account system_account/to_account"},
      {R"("x")", ""},
  };
  for (const auto& [body, errors] : rows) {
    const Answer answer = kit.post("/v1/wallet/balance_transfer", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.errors(), errors) << body;
  }
}

TEST(BalanceTransferApi, SaysAllThatARequestIsRefusedFor) {
  Wallets kit;
  struct Row {
    AccountId from, to;
    const char* amount;
    const char* currency;
    const char* summary;
    const char* param;
    const char* errors;
  };
  const AccountId nobody = kit.id("nobody");
  const AccountId fees = kit.id("@fees");
  const Row rows[] = {
      {kit.alice, kit.bob, "0", "USD", "422 amount_not_positive", "/amount",
       "amount_not_positive/amount"},
      {kit.alice, kit.alice, "0.001", "USD", "422 same_account", "/to_account",
       "too_many_decimals/amount same_account/to_account"},
      {kit.alice, fees, "1", "USD", "422 system_account", "/to_account",
       "system_account/to_account"},
      {fees, kit.alice, "0", "USD", "422 amount_not_positive", "/amount",
       "amount_not_positive/amount system_account/from_account"},
      {outside, kit.id("@outside:EUR"), "1", "USD", "422 currency_mismatch", "/currency",
       "currency_mismatch/currency"},
      // What state has against it is first, if it comes before.
      {nobody, kit.bob, "0.000", "USD", "404 account_not_found", "/from_account",
       "account_not_found/from_account amount_not_positive/amount too_many_decimals/amount"},
      {kit.alice, nobody, "0", "USD", "404 account_not_found", "/to_account",
       "account_not_found/to_account amount_not_positive/amount"},
      {outside, nobody, "0", "USD", "404 account_not_found", "/to_account",
       "account_not_found/to_account amount_not_positive/amount"},
      {kit.bob, kit.alice, "1.001", "USD", "422 insufficient_available", "-",
       "insufficient_available too_many_decimals/amount"},
  };
  for (const Row& row : rows) {
    const Answer answer = kit.transfer(row.from, row.to, row.amount, kit.uuid(1), row.currency);
    EXPECT_EQ(answer.summary(), row.summary) << row.errors;
    EXPECT_EQ(answer.at("/param"), row.param) << row.errors;
    EXPECT_EQ(answer.errors(), row.errors);
  }
  // What is recorded says no more than its code.
  EXPECT_EQ(kit.transfer(kit.bob, kit.alice, "1", kit.uuid(2)).errors(), "");
}

TEST(BalanceTransferApi, TakesADeadlineOfTheYear9999AndInALeapSecond) {
  Wallets kit;
  const auto at = [&](const char* time, unsigned id) {
    return kit
        .transfer(kit.alice, kit.bob, "1", kit.uuid(id), "USD",
                  std::string(R"(,"deadline":")") + time + "\"")
        .summary();
  };
  EXPECT_EQ(at("9999-12-31T23:59:59.999999Z", 1), "200");
  EXPECT_EQ(at("9999-12-31T23:59:60Z", 2), "200");
  EXPECT_EQ(at("2016-12-31T23:59:60Z", 3), "422 deadline_passed");
  EXPECT_EQ(at("2016-12-31T23:58:60Z", 4), "400 invalid_request");
  EXPECT_EQ(at("10000-01-01T00:00:00Z", 5), "400 invalid_request");
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

TEST(BalanceTransferApi, SaysWhoseAccountItIsAbout) {
  Wallets kit;
  const AccountId near = kit.node.account_in(0, "near");
  const AccountId far = kit.node.account_in(1, "far");
  const AccountId frozen = kit.node.account_in(0, "frozen");
  const AccountId closed = kit.node.account_in(1, "closed");
  kit.open(frozen);
  kit.open(closed);
  kit.post("/v1/accounts/" + frozen.str() + "/freeze", "", {});
  kit.post("/v1/accounts/" + closed.str() + "/close", "", {});
  const struct {
    AccountId from, to;
    const char* code;
    const char* param;
  } rows[] = {
      {kit.alice, near, "account_not_found", "/to_account"},
      {near, kit.alice, "account_not_found", "/from_account"},
      {kit.alice, far, "account_not_found", "/to_account"},
      {far, kit.alice, "account_not_found", "/from_account"},
      {kit.alice, frozen, "account_frozen", "/to_account"},
      {frozen, kit.carol, "insufficient_available", "-"},
      {kit.carol, frozen, "insufficient_available", "-"},
      {kit.alice, closed, "account_closed", "/to_account"},
      {outside, closed, "account_closed", "/to_account"},
      {outside, near, "account_not_found", "/to_account"},
      {near, outside, "account_not_found", "/from_account"},
  };
  for (const char* protocol : {"tcc", "saga"}) {
    unsigned id = protocol[0] == 't' ? 100 : 200;
    for (const auto& row : rows) {
      const std::string body = kit.transfer_body(row.from, row.to, "1.00", kit.uuid(++id), "USD",
                                                 std::string(R"(,"protocol":")") + protocol + "\"");
      const Answer first = kit.post("/v1/wallet/balance_transfer", body);
      EXPECT_EQ(first.at("/code"), row.code) << id;
      EXPECT_EQ(first.at("/param"), row.param) << id;
      EXPECT_EQ(first.errors(), "") << "the request itself is right";
      const Answer again = kit.post("/v1/wallet/balance_transfer", body);
      EXPECT_EQ(again.body, first.body);
      EXPECT_EQ(again.header("Florin-Replayed"), "true");
      const Answer batch =
          kit.post("/v1/wallet/balance_transfers", R"({"transfers":[)" + body + "]}");
      EXPECT_EQ(batch.at("/results/0/param"),
                row.param == std::string("-") ? "-" : std::string("/transfers/0") + row.param);
    }
  }
}

// A refusal that was recorded before answers as it did then.
TEST(BalanceTransferApi, SaysNoSideOfWhatWasRecordedBeforeThereWereSides) {
  for (const PartitionId home : {PartitionId{0}, PartitionId{1}}) {
    FormatLevels levels;
    levels.raise(FormatLevel{SidedRefusal::wire.level - 1});
    ApiKit kit(PaymentSettings{}, PartitionOptions{.levels = &levels});
    const AccountId alice = kit.node.account_in(0, "alice");
    const AccountId nobody = kit.node.account_in(home, "nobody");
    kit.open(alice);
    kit.deposit(alice, "5.00");
    const std::string body = kit.transfer_body(alice, nobody, "1.00", kit.uuid(1));
    const Answer first = kit.post("/v1/wallet/balance_transfer", body);
    EXPECT_EQ(first.summary(), "404 account_not_found");
    EXPECT_EQ(first.at("/param"), "-");
    levels.raise(SidedRefusal::wire.level);
    EXPECT_EQ(kit.post("/v1/wallet/balance_transfer", body).body, first.body);
    EXPECT_EQ(kit.transfer(alice, nobody, "1.00", kit.uuid(2)).at("/param"), "/to_account");
  }
}

}  // namespace
}  // namespace florin
