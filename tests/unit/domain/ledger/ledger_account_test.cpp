// Names of the ledger's accounts: a closed set (PAYMENTS.md, section 4), each with one text.
#include "domain/ledger/ledger_account.hpp"

#include <gtest/gtest.h>

#include <string>

namespace florin {
namespace {

std::string example_name(LedgerKind kind) {
  switch (naming_of(kind)) {
    case LedgerNaming::none: return "";
    case LedgerNaming::payments: return "sandbox-1";
    case LedgerNaming::account: return "shop:eu.1";
  }
  return "?";
}

// Stored, and shown to clients: a golden list.
TEST(LedgerAccounts, AreThoseOfSectionFour) {
  std::string list;
  for (std::size_t i = 0; i < ledger_kind_count; ++i) {
    const auto kind = static_cast<LedgerKind>(i);
    list += std::to_string(i) + " " + to_string(LedgerAccount{kind, example_name(kind)}) + "\n";
  }
  EXPECT_EQ(list,
            "0 assets:psp:sandbox-1\n1 assets:psp_transit:sandbox-1\n2 assets:bank:sandbox-1\n"
            "3 assets:provider:sandbox-1\n4 assets:debt:shop:eu.1\n"
            "5 liabilities:wallet:shop:eu.1\n6 liabilities:checkouts\n7 liabilities:refunds\n"
            "8 liabilities:payouts\n9 liabilities:suspense:sandbox-1\n10 revenue:fees\n"
            "11 expenses:psp_fees:sandbox-1\n12 expenses:dispute_fees\n"
            "13 expenses:payout_fees\n14 expenses:rounding\n15 expenses:written_off\n");
}

TEST(LedgerAccounts, AreReadBackFromTheirText) {
  for (std::size_t i = 0; i < ledger_kind_count; ++i) {
    const auto kind = static_cast<LedgerKind>(i);
    const LedgerAccount account{kind, example_name(kind)};
    EXPECT_TRUE(is_valid(account));
    EXPECT_EQ(parse_ledger_account(to_string(account)), account) << to_string(account);
  }
}

TEST(LedgerAccounts, AreNoOthersThanThese) {
  for (const char* text : {"",
                           "assets",
                           "assets:",
                           "assets:psp",
                           "assets:psp:",
                           "assets:psp:a:b",
                           "assets:pspx:a",
                           "assets:cash:a",
                           "Assets:psp:a",
                           "liabilities:wallet",
                           "liabilities:wallet:",
                           "liabilities:wallet:@fees:USD",
                           "liabilities:wallet:a b",
                           "liabilities:checkouts:",
                           "liabilities:checkouts:a",
                           "revenue:fees:USD",
                           "revenue:fees:",
                           "revenue:fee",
                           "expenses:psp_fees",
                           " revenue:fees",
                           "revenue:fees "})
    EXPECT_EQ(parse_ledger_account(text), std::nullopt) << text;
  const std::string longest(64, 'a');
  EXPECT_TRUE(parse_ledger_account("assets:psp:" + longest).has_value());
  EXPECT_FALSE(parse_ledger_account("assets:psp:a" + longest).has_value());
  EXPECT_FALSE(parse_ledger_account("liabilities:wallet:a" + longest).has_value());
}

}  // namespace
}  // namespace florin
