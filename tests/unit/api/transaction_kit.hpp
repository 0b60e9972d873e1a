// TransactionKit: an ApiKit with four accounts, and the words of transactions.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/api/api_kit.hpp"

namespace florin {

inline constexpr auto transactions_path = "/v1/wallet/transactions";

// Four accounts, each in a partition of its own unless a test says otherwise.
struct TransactionKit : ApiKit {
  explicit TransactionKit(std::array<PartitionId, 4> places = {0, 1, 2, 3})
      : TransactionKit(PaymentSettings{}, PartitionOptions{}, places) {}
  TransactionKit(PaymentSettings payments, PartitionOptions options,
                 std::array<PartitionId, 4> places = {0, 1, 2, 3})
      : ApiKit(std::move(payments), std::move(options)),
        alice(node.account_in(places[0], "alice")),
        bob(node.account_in(places[1], "bob")),
        carol(node.account_in(places[2], "carol")),
        dave(node.account_in(places[3], "dave")) {
    for (const AccountId& account : {alice, bob, carol, dave}) open(account);
    deposit(alice, "100.00");
  }
  AccountId alice, bob, carol, dave;
  AccountId outside = id("@outside:USD");

  static std::string posting(const AccountId& from, const AccountId& to, std::string_view amount,
                             std::string_view currency = "USD") {
    std::string json = R"({"from_account":")" + from.str() + R"(","to_account":")" + to.str();
    json.append(R"(","amount":")").append(amount);
    return json.append(R"(","currency":")").append(currency).append("\"}");
  }
  static std::string body_of(unsigned number, const std::vector<std::string>& postings,
                             std::string_view more = "") {
    std::string body = R"({"transaction_id":")" + uuid(number) + R"(","postings":[)";
    for (std::size_t i = 0; i < postings.size(); ++i) body.append(i ? "," : "").append(postings[i]);
    return body.append("]").append(more).append("}");
  }
  Answer transact(unsigned number, const std::vector<std::string>& postings,
                  std::string_view more = "") {
    return post(transactions_path, body_of(number, postings, more));
  }
  Answer status(unsigned number, const std::string& query = "") {
    return get(std::string(transactions_path) + "/" + uuid(number) + query);
  }
  std::string balances() {
    return available(alice) + " " + available(bob) + " " + available(carol) + " " + available(dave);
  }
};

inline constexpr std::array<PartitionId, 4> placements[] = {
    {0, 0, 0, 0}, {0, 1, 2, 3}, {1, 1, 0, 0}, {0, 1, 0, 1}};

}  // namespace florin
