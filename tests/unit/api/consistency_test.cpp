// Reads of any replica, and who leads: what the edge understands, refuses and says.
#include <gtest/gtest.h>

#include "tests/unit/api/api_kit.hpp"

namespace florin {
namespace {

class ConsistencyTest : public testing::Test {
 protected:
  ConsistencyTest() {
    kit.open(a);
    kit.deposit(a, "5.00");
  }
  // Every read there is, with what must not be in its query yet.
  [[nodiscard]] std::vector<std::string> reads() const {
    return {account, account + "/entries",
            "/v1/wallet/balance_transfers/" + ApiKit::uuid(900'000) + "?from_account=" + a.str(),
            "/v1/accounts", "/v1/ledger/trial_balance"};
  }
  Answer get(std::string target, const std::string& query) {
    target += target.find('?') == std::string::npos ? '?' : '&';
    return kit.get(target + query);
  }

  ApiKit kit;
  const AccountId a = kit.node.account_in(1);
  const std::string account = "/v1/accounts/" + a.str();
};

TEST_F(ConsistencyTest, EveryReadTakesLeaderOrFollower) {
  for (const std::string& read : reads()) {
    const int plain = kit.get(read).status;
    for (const char* query :
         {"consistency=leader", "consistency=follower", "consistency=follower&min_position=p1:1:0"})
      EXPECT_EQ(get(read, query).status, plain) << read << query;
  }
}

TEST_F(ConsistencyTest, WhatAFollowerSaysIsWhatALeaderSays) {
  EXPECT_EQ(get(account, "consistency=follower&min_position=p1:1:0").body, kit.get(account).body);
  EXPECT_EQ(get(account + "/entries", "consistency=follower").body,
            kit.get(account + "/entries").body);
  EXPECT_EQ(get("/v1/accounts", "consistency=follower").body, kit.get("/v1/accounts").body);
}

TEST_F(ConsistencyTest, WhatCannotBeMeantIsRefusedByName) {
  for (const std::string& read : reads()) {
    for (const char* bad : {"consistency=", "consistency=Leader", "consistency=any",
                            "consistency=leader&consistency=leader"})
      EXPECT_EQ(get(read, bad).at("/param"), "/consistency") << read << bad;
    for (const char* bad :
         {"min_position=p1:1:0", "consistency=leader&min_position=p1:1:0",
          "consistency=follower&min_position=", "consistency=follower&min_position=1",
          "consistency=follower&min_position=p4:1:0", "consistency=follower&min_position=p1:1",
          "consistency=follower&min_position=p1:1:0&min_position=p1:1:0"}) {
      const Answer answer = get(read, bad);
      EXPECT_EQ(answer.summary(), "400 invalid_request") << read << bad;
      EXPECT_EQ(answer.at("/param"), "/min_position") << read << bad;
    }
    EXPECT_EQ(get(read, "min_index=3").at("/param"), "/min_index") << read;
  }
}

TEST_F(ConsistencyTest, APositionOfAnotherPartitionThanTheAccountsIsRefused) {
  const auto targets = reads();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const bool one_partition = i < 3;
    const Answer answer = get(targets[i], "consistency=follower&min_position=p2:0:0");
    EXPECT_EQ(answer.status == 400, one_partition) << targets[i];
    EXPECT_EQ(answer.at("/param"), one_partition ? "/min_position" : "-") << targets[i];
  }
  EXPECT_EQ(get("/v1/accounts/@outside:USD", "consistency=follower&min_position=p2:0:0").summary(),
            "200");
}

TEST_F(ConsistencyTest, AReplicaThatIsBehindIsNotReady) {
  kit.node.refuse(1, NotAccepted::Why::behind);
  const Answer behind = get(account, "consistency=follower&min_position=p1:9:0");
  EXPECT_EQ(behind.summary(), "503 not_ready");
  EXPECT_EQ(behind.header("Retry-After"), "1");
  EXPECT_NE(behind.at("/detail").find("min_position"), std::string::npos);
}

TEST_F(ConsistencyTest, ANodeForItselfNamesNoLeader) {
  EXPECT_EQ(kit.get(account).header("Florin-Leader"), "-");
}

TEST(FlorinLeader, NamesWhoLeadsThePartitionOfTheAccountOrTransfer) {
  ApiKit kit(4,
             [](PartitionId p) { return p == 3 ? "" : "10.0.0." + std::to_string(p) + ":8080"; });
  const AccountId one = kit.node.account_in(1), two = kit.node.account_in(2),
                  three = kit.node.account_in(3);
  for (const AccountId& id : {one, two, three}) kit.open(id);
  kit.deposit(one, "5.00");
  const std::string path = "/v1/accounts/" + one.str();
  EXPECT_EQ(kit.get(path).header("Florin-Leader"), "10.0.0.1:8080");
  EXPECT_EQ(kit.get(path + "/entries").header("Florin-Leader"), "10.0.0.1:8080");
  EXPECT_EQ(kit.post(path + "/unfreeze", "", {}).header("Florin-Leader"), "10.0.0.1:8080");
  EXPECT_EQ(kit.transfer(one, two, "1.00", kit.uuid(1)).header("Florin-Leader"), "10.0.0.1:8080")
      << "its payer's";
  EXPECT_EQ(kit.transfer(two, one, "9.00", kit.uuid(2)).header("Florin-Leader"), "10.0.0.2:8080")
      << "refused, too";
  EXPECT_EQ(kit.get("/v1/wallet/balance_transfers/" + kit.uuid(1)).header("Florin-Leader"),
            "10.0.0.1:8080")
      << "where it was found";
  EXPECT_EQ(kit.get("/v1/accounts/" + three.str()).header("Florin-Leader"), "-") << "not known";
  EXPECT_EQ(kit.get("/v1/accounts").header("Florin-Leader"), "-") << "of no one partition";
  EXPECT_EQ(kit.get("/v1/accounts/@outside:USD").header("Florin-Leader"), "-");
}

}  // namespace
}  // namespace florin
