// Books, health, metrics, and what every call has in common: routing, readiness, media types.
#include <gtest/gtest.h>

#include "tests/unit/api/api_kit.hpp"

namespace florin {
namespace {

TEST(TrialBalanceApi, IsZeroInEveryPartitionWhileMoneyIsUnderWay) {
  ApiKit kit;
  const AccountId alice = kit.node.account_in(0, "alice");
  const AccountId carol = kit.node.account_in(1, "carol");
  const AccountId yen = kit.node.account_in(2, "yen");
  kit.open(alice);
  kit.open(carol);
  kit.open(yen, "JPY");
  kit.deposit(alice, "100.00");
  kit.deposit(yen, "5", "JPY");
  EXPECT_EQ(kit.get("/v1/ledger/trial_balance").at("/in_flight"), R"({"JPY":"0","USD":"0.00"})");

  kit.node.hold(1);
  PendingAnswer call = kit.start_post("/v1/wallet/balance_transfer",
                                      kit.transfer_body(alice, carol, "30.00", kit.uuid(1)));
  kit.node.step(1);  // the Try is answered: alice's leg is confirmed, carol's is not
  kit.node.run();
  PendingAnswer slow = kit.start("GET", "/v1/ledger/trial_balance", "", {});
  EXPECT_FALSE(slow.has_come());
  kit.node.release(1);
  EXPECT_EQ(call.wait().summary(), "200");
  const Answer books = slow.wait();
  EXPECT_EQ(books.at("/partitions/0/currencies/0"),
            R"({"currency":"USD","accounts":"-30.00","clearing":"30.00","total":"0.00"})");
  EXPECT_EQ(books.at("/partitions/1/currencies/0/total"), "0.00");
  EXPECT_EQ(books.at("/partitions/2/currencies/0/total"), "0");
  EXPECT_EQ(books.at("/partitions/3/currencies"), "[]");
  EXPECT_EQ(books.at("/position"), books.header("Florin-Position"));
  EXPECT_EQ(books.at("/partitions/0/position"), books.at("/position"));
  EXPECT_EQ(kit.get("/v1/ledger/trial_balance").at("/in_flight/USD"), "0.00");
}

TEST(OperationApi, AnswersOnlyHealthAndMetricsBeforeItIsReady) {
  ApiKit kit;
  kit.node.set_ready(false);
  EXPECT_EQ(kit.get("/healthz").summary(), "200");
  EXPECT_EQ(kit.get("/metrics").summary(), "200");
  EXPECT_EQ(kit.get("/v1/version").summary(), "200");
  const Answer ready = kit.get("/readyz");
  EXPECT_EQ(ready.summary(), "503 not_ready");
  EXPECT_EQ(ready.header("Retry-After"), "1");
  EXPECT_EQ(kit.get("/v1/accounts/a").summary(), "503 not_ready");
  EXPECT_EQ(kit.post("/v1/accounts", R"({"account_id":"a","currency":"USD"})").summary(),
            "503 not_ready");
  kit.node.set_ready(true);
  EXPECT_EQ(kit.get("/readyz").body, R"({"status":"ok"})");
  EXPECT_EQ(kit.get("/v1/accounts/a").summary(), "404 account_not_found");
}

TEST(OperationApi, SaysWhichProgramItIs) {
  ApiKit kit;
  EXPECT_EQ(
      kit.get("/v1/version").body,
      R"({"name":"florin","version":"0.1.0","git_commit":"0123456789ab","build_type":"Debug"})");
}

TEST(OperationApi, CountsRequestsByRouteAndStatusClass) {
  ApiKit kit;
  kit.get("/v1/accounts/a");
  kit.get("/v1/accounts/b");
  kit.get("/nothing");
  const Answer page = kit.get("/metrics");
  EXPECT_EQ(page.content_type, Metrics::content_type);
  const std::string label = R"(route="GET /v1/accounts/{account_id}")";
  EXPECT_NE(page.body.find(label), std::string::npos) << page.body;
  EXPECT_NE(page.body.find(R"(route="unknown")"), std::string::npos);
}

TEST(OperationApi, CountsOpenConnections) {
  ApiKit kit;
  kit.api.connection_opened();
  kit.api.connection_opened();
  kit.api.connection_closed();
  EXPECT_NE(kit.get("/metrics").body.find("\nflorin_http_connections 1\n"), std::string::npos);
}

TEST(OperationApi, AnswersNothingTwiceWhenAsksEndAfterTheHandler) {
  MemoryNode node(1);
  int answers = 0;
  const auto start = [&](ApiHandler& api, HttpMethod method, const char* target, const char* body) {
    HttpRequest request;
    request.method = method;
    request.target = target;
    request.headers.add("Content-Type", "application/json");
    request.body = body;
    api.handle(std::move(request), Respond::into([&](HttpResponse) { ++answers; }));
  };
  {
    ApiHandler api(node.services(), {});
    start(api, HttpMethod::post, "/v1/accounts", R"({"account_id":"a","currency":"USD"})");
    EXPECT_EQ(answers, 1);
    node.hold(0);
    start(api, HttpMethod::get, "/v1/accounts/a/entries", "");
    start(api, HttpMethod::get, "/v1/wallet/balance_transfers/00000000-0000-4000-8000-000000000001",
          "");
    start(api, HttpMethod::post, "/v1/wallet/balance_transfer",
          R"({"from_account":"@outside:USD","to_account":"a","amount":"1","currency":"USD",)"
          R"("transaction_id":"00000000-0000-4000-8000-000000000001"})");
    EXPECT_EQ(answers, 1);
  }
  node.expire();
  node.release(0);
  EXPECT_EQ(answers, 4);
}

TEST(Routing, RefusesUnknownPathsMethodsAndMediaTypes) {
  ApiKit kit;
  for (const char* path : {"/", "/v1", "/v1/accounts/", "/v1/accounts/a/", "/v1/accounts/a/b",
                           "/v1/accounts//freeze", "/V1/accounts", "/v1/wallet", "/healthz/"})
    EXPECT_EQ(kit.get(path).summary(), "404 not_found") << path;
  const auto allow = [&](const char* method, const char* path) {
    const Answer answer = kit.start(method, path, "", {}).wait();
    EXPECT_EQ(answer.summary(), "405 method_not_allowed") << path;
    return answer.header("Allow");
  };
  EXPECT_EQ(allow("DELETE", "/v1/accounts"), "POST, GET");
  EXPECT_EQ(allow("HEAD", "/v1/accounts/a"), "GET");
  EXPECT_EQ(allow("GET", "/v1/wallet/balance_transfer"), "POST");
  EXPECT_EQ(allow("GET", "/v1/accounts/a/close"), "POST");
  EXPECT_EQ(allow("POST", "/metrics"), "GET");

  const std::string body = R"({"account_id":"a","currency":"USD"})";
  for (const char* type :
       {"", "text/plain", "application/jsonx", "application/x-www-form-urlencoded"}) {
    HeaderList headers;
    if (*type) headers.emplace_back("Content-Type", type);
    EXPECT_EQ(kit.post("/v1/accounts", body, headers).summary(), "415 unsupported_media_type")
        << type;
  }
  EXPECT_EQ(kit.post("/v1/accounts", body, {{"content-type", "Application/JSON ; charset=utf-8"}})
                .summary(),
            "201");
}

}  // namespace
}  // namespace florin
