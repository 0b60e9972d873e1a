// Names of money steps: one text for each, and a space that no client can write to.
#include "domain/wallet/step_name.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace florin {
namespace {

StepName name_of(std::string id) {
  return {OriginKind::payment, std::move(id), MoneyRule::card_success, 1};
}

TEST(StepNames, HaveATextThatIsReadBack) {
  const StepName name{OriginKind::refund, "re.1_A-b", MoneyRule::parked_credited, 12};
  EXPECT_EQ(to_string(name), "refund/re.1_A-b/parked_credited/12");
  EXPECT_EQ(parse_step_name(to_string(name)), name);
  for (const MoneyRow& row : money_rules()) {
    const StepName of_row{OriginKind::payment, "po-1", row.rule, 1};
    EXPECT_EQ(parse_step_name(to_string(of_row)), of_row) << row.name;
  }
}

TEST(StepNames, ThatNobodyGivesAreNotRead) {
  for (const char* text :
       {"", "payment", "payment/po-1", "payment/po-1/card_success", "payment/po-1/card_success/",
        "payment/po-1/card_success/0", "payment/po-1/card_success/01",
        "payment/po-1/card_success/1/", "payment/po-1/card_success/+1",
        "payment/po-1/card_success/1000001", "payment/po-1/card_success/99999999999999999999",
        "payment//card_success/1", "payment/po 1/card_success/1", "payment/po-1/no_such_rule/1",
        "card/po-1/card_success/1", "/po-1/card_success/1"})
    EXPECT_EQ(parse_step_name(text), std::nullopt) << text;
}

// Rule 2: ids are 1-64 of A-Za-z0-9._-
TEST(StepNames, HaveIdsByRuleTwo) {
  EXPECT_TRUE(is_valid(name_of(std::string(64, 'x'))));
  EXPECT_FALSE(is_valid(name_of(std::string(65, 'x'))));
  EXPECT_FALSE(is_valid(name_of("")));
  for (const char* bad : {"a b", "a/b", "a:b", "ü", "a\n"}) EXPECT_FALSE(is_valid(name_of(bad)));
}

// Rule 6: what a client names is of kind `client`, and a step never is.
TEST(StepNames, OfRuleSixAreNeverAClients) {
  StepName name = name_of("00000000-0000-4000-8000-000000000001");
  EXPECT_TRUE(is_valid(name)) << "an order may be called like a transaction: it is another space";
  name.origin = OriginKind::client;
  EXPECT_FALSE(is_valid(name));
  EXPECT_EQ(parse_step_name("client/po-1/card_success/1"), std::nullopt);
}

TEST(StepNames, DifferInEachPart) {
  const std::set<StepName> names{
      {OriginKind::payment, "a", MoneyRule::card_success, 1},
      {OriginKind::refund, "a", MoneyRule::card_success, 1},
      {OriginKind::payment, "b", MoneyRule::card_success, 1},
      {OriginKind::payment, "a", MoneyRule::parked, 1},
      {OriginKind::payment, "a", MoneyRule::card_success, 2},
  };
  std::set<std::string> texts;
  for (const StepName& name : names) texts.insert(to_string(name));
  EXPECT_EQ(names.size(), 5U);
  EXPECT_EQ(texts.size(), 5U);
}

// Stored: a golden list.
TEST(MoneyRules, KeepTheirNumbersAndNames) {
  std::string list;
  for (const MoneyRow& row : money_rules())
    list += std::to_string(static_cast<int>(row.rule)) + " " + std::string(row.name) + "\n";
  EXPECT_EQ(list,
            "1 card_success\n2 top_up\n3 parked\n4 parked_credited\n5 parked_refunded\n"
            "6 wallet_debited\n7 wallet_credited\n8 wallet_returned\n9 dispute_withdrawn\n"
            "10 dispute_won\n");
}

}  // namespace
}  // namespace florin
