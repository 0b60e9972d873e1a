// Names of system accounts, and what each is at first.
#include "domain/account/system_account.hpp"

#include <gtest/gtest.h>

#include <string>

namespace florin {
namespace {

const Currency system_usd{{'U', 'S', 'D'}};

TEST(SystemAccounts, HaveOneNameForEachCurrency) {
  EXPECT_EQ(system_account_id(SystemAccount::psp, system_usd).view(), "@psp:USD");
  for (const SystemAccount account : all_system_accounts) {
    const AccountId id = system_account_id(account, system_usd);
    EXPECT_TRUE(id.is_system());
    EXPECT_EQ(AccountId::parse(id.view()), id);
    EXPECT_EQ(system_account_of(id), (SystemAccountName{account, system_usd})) << id.view();
  }
}

TEST(SystemAccounts, AreNoOthersThanThese) {
  for (const char* name : {"psp:USD", "@psp", "@psp:", "@psp:usd", "@psp:XXX", "@PSP:USD", "@:USD",
                           "@pspx:USD", "@psp:USD:1", "@", "@everybody:USD"})
    EXPECT_EQ(new_system_account(AccountId::from_trusted(name)).has_value(), false) << name;
}

TEST(SystemAccounts, BeginEmptyAndMayOwe) {
  for (const SystemAccount name : all_system_accounts) {
    const auto account = new_system_account(system_account_id(name, system_usd));
    ASSERT_TRUE(account.has_value());
    EXPECT_EQ(account->currency, system_usd);
    EXPECT_EQ(account->kind, AccountKind::system);
    EXPECT_TRUE(account->allow_negative);
    EXPECT_EQ(account->posted(), 0);
    EXPECT_EQ(account->payments_net, 0);
  }
}

}  // namespace
}  // namespace florin
