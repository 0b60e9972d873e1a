// Statements over HTTP: order, paging, directions, and the merged statement of the outside.
#include <gtest/gtest.h>

#include "tests/unit/api/api_kit.hpp"

namespace florin {
namespace {

std::string path_of(const AccountId& id, std::string_view query = "") {
  return "/v1/accounts/" + id.str() + "/entries" + std::string(query);
}

// "debit 1.00 -> 9.00", for each line of the page.
std::vector<std::string> lines_of(const Answer& page) {
  std::vector<std::string> lines;
  for (int i = 0; page.at("/data/" + std::to_string(i)) != "-"; ++i) {
    const std::string at = "/data/" + std::to_string(i);
    lines.push_back(page.at(at + "/direction") + " " + page.at(at + "/amount") + " " +
                    page.at(at + "/posted_after"));
  }
  return lines;
}

TEST(EntriesApi, ShowsEveryPostingNewestFirst) {
  for (const char* protocol : {"", R"(,"protocol":"saga")"}) {
    ApiKit kit;
    const AccountId alice = kit.node.account_in(0, "alice");
    const AccountId bob = kit.node.account_in(0, "bob");
    const AccountId carol = kit.node.account_in(1, "carol");
    for (const AccountId& id : {alice, bob, carol}) kit.open(id);
    EXPECT_EQ(kit.get(path_of(alice)).at("/data"), "[]");
    kit.deposit(alice, "100.00");
    const Answer local = kit.transfer(alice, bob, "1.00", kit.uuid(1), "USD", protocol);
    kit.transfer(alice, carol, "2.00", kit.uuid(2), "USD", protocol);
    kit.transfer(carol, alice, "0.50", kit.uuid(3), "USD", protocol);

    const Answer page = kit.get(path_of(alice));
    EXPECT_EQ(lines_of(page),
              (std::vector<std::string>{"credit 0.50 97.50", "debit 2.00 97.00", "debit 1.00 99.00",
                                        "credit 100.00 100.00"}));
    EXPECT_EQ(page.at("/next_cursor"), "null");
    EXPECT_EQ(page.at("/position"), page.header("Florin-Position"));
    EXPECT_EQ(page.at("/data/2/position"), local.at("/Position"));
    EXPECT_EQ(page.at("/data/2/counterparty"), bob.view());
    EXPECT_EQ(page.at("/data/2/transaction_id"), kit.uuid(1));
    EXPECT_EQ(page.at("/data/3/counterparty"), "@outside:USD");
    EXPECT_EQ(page.at("/data/0/time"), kit.node.time().to_rfc3339());
    EXPECT_EQ(lines_of(kit.get(path_of(carol))),
              (std::vector<std::string>{"debit 0.50 1.50", "credit 2.00 2.00"}));
  }
}

TEST(EntriesApi, ShowsACompensationAsAPostingBack) {
  ApiKit kit;
  const AccountId alice = kit.node.account_in(0, "alice");
  kit.open(alice);
  kit.deposit(alice, "10.00");
  const AccountId nobody = kit.node.account_in(1, "nobody");
  EXPECT_EQ(
      kit.transfer(alice, nobody, "4.00", kit.uuid(1), "USD", R"(,"protocol":"saga")").summary(),
      "404 account_not_found");
  EXPECT_EQ(
      lines_of(kit.get(path_of(alice))),
      (std::vector<std::string>{"credit 4.00 10.00", "debit 4.00 6.00", "credit 10.00 10.00"}));
}

TEST(EntriesApi, PagesWithoutLossWhileNewPostingsCome) {
  ApiKit kit;
  const AccountId alice = kit.id("alice");
  kit.open(alice);
  for (int i = 0; i < 45; ++i) kit.deposit(alice, "1.00");
  std::vector<std::string> all;
  std::string cursor;
  do {
    const Answer page = kit.get(path_of(alice, cursor.empty() ? "" : "?cursor=" + cursor));
    ASSERT_EQ(page.summary(), "200");
    for (std::string& line : lines_of(page)) all.push_back(std::move(line));
    cursor = page.at("/next_cursor");
    kit.deposit(alice, "1.00");
  } while (cursor != "null");
  ASSERT_EQ(all.size(), 45U);
  EXPECT_EQ(all.front(), "credit 1.00 45.00");
  EXPECT_EQ(all.back(), "credit 1.00 1.00");
  EXPECT_EQ(lines_of(kit.get(path_of(alice, "?limit=3"))).size(), 3U);
}

TEST(EntriesApi, RefusesACursorOfAnotherAccount) {
  ApiKit kit;
  const AccountId alice = kit.node.account_in(0, "alice");
  const AccountId bob = kit.node.account_in(0, "bob");
  const AccountId carol = kit.node.account_in(1, "carol");
  for (const AccountId& id : {alice, bob, carol}) {
    kit.open(id);
    kit.deposit(id, "1.00");
    kit.deposit(id, "1.00");
  }
  const std::string cursor = kit.get(path_of(alice, "?limit=1")).at("/next_cursor");
  EXPECT_EQ(kit.get(path_of(alice, "?cursor=" + cursor)).summary(), "200");
  for (const AccountId& other : {bob, carol, kit.id("@outside:EUR")}) {
    const Answer answer = kit.get(path_of(other, "?cursor=" + cursor));
    EXPECT_EQ(answer.summary(), "400 invalid_request");
    EXPECT_EQ(answer.at("/param"), "/cursor");
  }
}

TEST(EntriesApi, MergesTheOutsideOverAllPartitions) {
  ApiKit kit;
  std::vector<std::string> expected;
  for (unsigned i = 0; i < 12; ++i) {
    const AccountId account = kit.node.account_in(static_cast<PartitionId>(i % 3), "a", i);
    kit.open(account);
    kit.node.set_time(kit.node.time() + 1'000'000);
    kit.deposit(account, "1.00");
    expected.insert(expected.begin(), "debit 1.00 -" + std::to_string(i + 1) + ".00");
  }
  std::vector<std::string> all;
  std::string cursor;
  do {
    const Answer page = kit.get(
        path_of(kit.id("@outside:USD"), "?limit=5" + (cursor.empty() ? "" : "&cursor=" + cursor)));
    ASSERT_EQ(page.summary(), "200") << page.body;
    for (std::string& line : lines_of(page)) all.push_back(std::move(line));
    cursor = page.at("/next_cursor");
  } while (cursor != "null");
  EXPECT_EQ(all, expected);
}

}  // namespace
}  // namespace florin
