// POST /v1/wallet/balance_transfers: each item stands alone, in order, whatever the others are.
#include <gtest/gtest.h>

#include "tests/unit/api/api_kit.hpp"

namespace florin {
namespace {

constexpr auto path = "/v1/wallet/balance_transfers";

std::string batch_of(const std::vector<std::string>& items) {
  std::string body = R"({"transfers":[)";
  for (std::size_t i = 0; i < items.size(); ++i) body.append(i ? "," : "").append(items[i]);
  return body + "]}";
}

struct Wallets : ApiKit {
  AccountId alice = node.account_in(0, "alice");
  AccountId bob = node.account_in(1, "bob");
  Wallets() {
    open(alice);
    open(bob);
    deposit(alice, "100.00");
  }
};

TEST(BalanceTransfersApi, AnswersEachTransferInTheOrderOfTheRequest) {
  Wallets kit;
  const Answer answer =
      kit.post(path, batch_of({
                         kit.transfer_body(kit.alice, kit.bob, "1.00", kit.uuid(1)),
                         kit.transfer_body(kit.alice, kit.bob, "1000.00", kit.uuid(2)),
                         kit.transfer_body(kit.alice, kit.bob, "-1", kit.uuid(3)),
                         kit.transfer_body(kit.alice, kit.bob, "2.00", "no-uuid"),
                         kit.transfer_body(kit.alice, kit.alice, "2.00", kit.uuid(4)),
                         kit.transfer_body(kit.bob, kit.id("nobody"), "0", kit.uuid(5)),
                         "17",
                         R"({"from_account":"a","color":1})",
                         kit.transfer_body(kit.alice, kit.bob, "1.00", kit.uuid(1)),
                         kit.transfer_body(kit.alice, kit.bob, "3.00", kit.uuid(1)),
                         kit.transfer_body(kit.id("@outside:USD"), kit.bob, "5.00", kit.uuid(6)),
                     }));
  ASSERT_EQ(answer.summary(), "200") << answer.body;
  const auto row = [&](int i) {
    const std::string at = "/results/" + std::to_string(i);
    return answer.at(at + "/Status") + " " + answer.at(at + "/code") + " " +
           answer.at(at + "/param");
  };
  EXPECT_EQ(row(0), "success - -");
  EXPECT_EQ(row(1), "failed insufficient_available -");
  EXPECT_EQ(row(2), "failed invalid_request /transfers/2/amount");
  EXPECT_EQ(row(3), "failed invalid_request /transfers/3/transaction_id");
  EXPECT_EQ(row(4), "failed same_account /transfers/4/to_account");
  EXPECT_EQ(row(5), "failed account_not_found /transfers/5/to_account");
  EXPECT_EQ(row(6), "failed invalid_request /transfers/6");
  EXPECT_EQ(row(7), "failed unknown_field /transfers/7/color");
  EXPECT_EQ(row(8), "success - -");
  EXPECT_EQ(row(9), "failed transaction_id_reused -");
  EXPECT_EQ(row(10), "success - -");
  EXPECT_EQ(answer.at("/results/11"), "-");
  EXPECT_EQ(answer.errors("/results/1"), "");
  EXPECT_EQ(answer.errors("/results/2"), "invalid_request/transfers/2/amount");
  EXPECT_EQ(answer.errors("/results/4"), "same_account/transfers/4/to_account");
  EXPECT_EQ(answer.errors("/results/5"),
            "account_not_found/transfers/5/to_account amount_not_positive/transfers/5/amount");
  EXPECT_EQ(answer.errors("/results/6"), "invalid_request/transfers/6");
  EXPECT_EQ(answer.errors("/results/7"),
            "unknown_field/transfers/7/color invalid_request/transfers/7/to_account "
            "invalid_request/transfers/7/amount invalid_request/transfers/7/currency "
            "invalid_request/transfers/7/transaction_id");
  EXPECT_EQ(answer.at("/results/2/Transaction_id"), kit.uuid(3));
  EXPECT_EQ(answer.at("/results/3/Transaction_id"), "-");
  EXPECT_EQ(answer.at("/results/8/Position"), answer.at("/results/0/Position"));
  EXPECT_EQ(answer.header("Florin-Position"), answer.at("/results/0/Position"));
  EXPECT_NE(answer.at("/results/1/detail"), "-");
  EXPECT_EQ(kit.available(kit.alice), "99.00");
  EXPECT_EQ(kit.available(kit.bob), "6.00");
}

TEST(BalanceTransfersApi, MarksABatchThatIsReplayedAsAWhole) {
  Wallets kit;
  const std::string body = batch_of({kit.transfer_body(kit.alice, kit.bob, "1.00", kit.uuid(1)),
                                     kit.transfer_body(kit.alice, kit.bob, "999.00", kit.uuid(2))});
  const Answer first = kit.post(path, body);
  const Answer second = kit.post(path, body);
  EXPECT_EQ(first.header("Florin-Replayed"), "-");
  EXPECT_EQ(second.header("Florin-Replayed"), "true");
  EXPECT_EQ(second.body, first.body);
}

TEST(BalanceTransfersApi, RefusesABodyThatIsNoBatch) {
  Wallets kit;
  const std::pair<const char*, const char*> rows[] = {
      {"[]", ""},
      {"{}", "/transfers"},
      {R"({"transfers":{}})", "/transfers"},
      {R"({"transfers":[]})", "/transfers"},
      {R"({"transfers":null})", "/transfers"},
      {R"({"transfers":[1],"more":1})", "/more"},
      {R"({"transfers":[1],"transfers":[1]})", "/transfers"},
      {R"({"transfers":[1})", "-"},
  };
  for (const auto& [body, param] : rows) {
    const Answer answer = kit.post(path, body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.at("/param"), param) << body;
  }
  EXPECT_EQ(kit.post(path, R"({"more":1})").errors(),
            "unknown_field/more invalid_request/transfers");
  std::string ones = "1";
  for (int i = 1; i < 10'001; ++i) ones += ",1";
  EXPECT_EQ(kit.post(path, R"({"transfers":[)" + ones + "]}").at("/param"), "/transfers");
}

TEST(BalanceTransfersApi, TakesTenThousandTransfers) {
  Wallets kit;
  std::vector<std::string> items;
  for (unsigned i = 0; i < 10'000; ++i)
    items.push_back(kit.transfer_body(kit.alice, kit.bob, "0.01", kit.uuid(i)));
  const Answer answer = kit.post(path, batch_of(items));
  EXPECT_EQ(answer.at("/results/9999/Status"), "success");
  EXPECT_EQ(kit.available(kit.alice), "0.00");
  EXPECT_EQ(kit.available(kit.bob), "100.00");
}

TEST(BalanceTransfersApi, LeavesSlowTransfersPendingAndFullPartitionsFailed) {
  Wallets kit;
  const AccountId carol = kit.node.account_in(2, "carol");
  kit.open(carol);
  kit.node.hold(1);
  kit.node.refuse(2, NotAccepted::Why::overloaded);
  PendingAnswer call =
      kit.start_post(path, batch_of({kit.transfer_body(kit.alice, kit.bob, "1.00", kit.uuid(1)),
                                     kit.transfer_body(carol, kit.bob, "1.00", kit.uuid(2))}));
  EXPECT_FALSE(call.has_come());
  kit.node.expire();
  const Answer answer = call.wait();
  EXPECT_EQ(answer.at("/results/0/Status"), "pending");
  EXPECT_EQ(answer.at("/results/0/Transaction_id"), kit.uuid(1));
  EXPECT_EQ(answer.at("/results/1/code"), "overloaded");
  kit.node.refuse(2, std::nullopt);
  kit.node.release(1);
  EXPECT_EQ(kit.available(kit.bob), "1.00");
}

}  // namespace
}  // namespace florin
