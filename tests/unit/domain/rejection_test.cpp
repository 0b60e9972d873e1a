// The order and the codes of rejections are a contract with clients: pinned here by a literal list.
#include "domain/rejection.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace florin {
namespace {

// In order of precedence: numbers are stored in logs, names are sent to clients. Append only.
const std::vector<std::string> codes_in_order{
    "account_not_found",      "transfer_not_found",  "transaction_id_reused", "account_exists",
    "insufficient_available", "account_frozen",      "account_closed",        "currency_mismatch",
    "same_account",           "amount_not_positive", "too_many_decimals",     "balance_overflow",
    "daily_limit_exceeded",   "deadline_passed",     "account_not_empty",     "system_account",
    "metadata_full"};

TEST(Rejection, HasItsCodeAndNumberInOrderOfPrecedence) {
  ASSERT_EQ(all_rejections.size(), codes_in_order.size());
  for (std::size_t i = 0; i < codes_in_order.size(); ++i) {
    EXPECT_EQ(to_string(all_rejections[i]), codes_in_order[i]);
    EXPECT_EQ(static_cast<std::size_t>(all_rejections[i]), i + 1) << codes_in_order[i];
  }
}

TEST(Rejection, HasOneNameEach) {
  std::set<std::string_view> names;
  for (const Rejection rejection : all_rejections) names.insert(to_string(rejection));
  EXPECT_EQ(names.size(), all_rejections.size());
}

TEST(Rejection, WithSmallerNumberWins) {
  for (const Rejection a : all_rejections) {
    EXPECT_EQ(first_of(a, std::nullopt), a);
    EXPECT_EQ(first_of(std::nullopt, a), a);
    for (const Rejection b : all_rejections) EXPECT_EQ(first_of(a, b), a < b ? a : b);
  }
  EXPECT_EQ(first_of(std::nullopt, std::nullopt), std::nullopt);
}

TEST(Rejection, IsTransientOnlyWhenWaitingMayHelp) {
  const std::set<std::string_view> transient{
      "account_not_found",    "insufficient_available", "account_frozen",   "balance_overflow",
      "daily_limit_exceeded", "deadline_passed",        "account_not_empty"};
  for (const Rejection rejection : all_rejections)
    EXPECT_EQ(is_transient(rejection), transient.contains(to_string(rejection)))
        << to_string(rejection);
}

}  // namespace
}  // namespace florin
