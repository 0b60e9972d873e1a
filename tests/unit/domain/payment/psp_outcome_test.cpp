// Keys towards a provider (PAYMENTS.md, rule 2), and what each class of outcome means (section 3).
#include "domain/payment/psp_outcome.hpp"

#include <gtest/gtest.h>

#include <string>

#include "domain/payment/psp_key.hpp"
#include "domain/payment/psp_report.hpp"

namespace florin {
namespace {

PaymentId order_id(std::string_view text) { return *PaymentId::parse(text); }

TEST(PaymentId, IsOneTo64OfItsCharactersAndNothingElse) {
  EXPECT_TRUE(PaymentId::parse("po-1_A.z"));
  EXPECT_TRUE(PaymentId::parse(std::string(64, 'a')));
  for (const std::string_view text : {"", " ", "a b", "a:b", "a/b", "@a", "\xc3\xa4", "a\n"})
    EXPECT_FALSE(PaymentId::parse(text)) << text;
  EXPECT_FALSE(PaymentId::parse(std::string(65, 'a')));
}

TEST(PspKey, IsTheOrdersIdForTheRegistrationAndNamesEverythingElse) {
  EXPECT_EQ(psp_key(order_id("po-1"), OrderOperation::registration, 1, 255), "po-1");
  EXPECT_EQ(psp_key(order_id("po-1"), OrderOperation::expiry, 1, 255), "po-1/expire/1");
  EXPECT_EQ(psp_key(order_id("po-1"), OrderOperation::expiry, 12, 255), "po-1/expire/12");
  EXPECT_EQ(psp_key(order_id("po-1"), OrderOperation::risk, 1, 255), "po-1/risk/1");
}

// printf 'aaa…(64)' | sha256sum
TEST(PspKey, IsShortenedBySha256WhereItIsTooLong) {
  const PaymentId id = order_id(std::string(64, 'a'));
  EXPECT_EQ(psp_key(id, OrderOperation::registration, 1, 64), id.str());
  EXPECT_EQ(psp_key(id, OrderOperation::registration, 1, 40), "ffe054fe7ae0cb6dc65c3af9b61d5209");
  EXPECT_EQ(psp_key(id, OrderOperation::expiry, 1, 40).size(), 32U);
  EXPECT_NE(psp_key(id, OrderOperation::expiry, 1, 40), psp_key(id, OrderOperation::expiry, 2, 40));
}

// Section 3, row by row: class, executed, counted.
TEST(PspOutcome, MeansWhatTheTableSays) {
  struct Row {
    PspOutcome outcome;
    Executed executed;
    bool is_counted;
  };
  const std::array<Row, psp_outcome_count> rows{{
      {PspOutcome::not_sent, Executed::no, false},
      {PspOutcome::ok, Executed::yes, false},
      {PspOutcome::mismatch, Executed::maybe, false},
      {PspOutcome::unknown, Executed::maybe, true},
      {PspOutcome::refused, Executed::no, false},
      {PspOutcome::declined, Executed::no_charge, false},
      {PspOutcome::key_conflict, Executed::maybe, false},
      {PspOutcome::in_progress, Executed::maybe, true},
      {PspOutcome::auth, Executed::no, false},
      {PspOutcome::throttled, Executed::no, false},
      {PspOutcome::absent, Executed::maybe, false},
  }};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const PspOutcomeRule& rule = rule_of(rows[i].outcome);
    EXPECT_EQ(rule.outcome, rows[i].outcome);
    EXPECT_EQ(static_cast<int>(rule.executed), static_cast<int>(rows[i].executed)) << rule.name;
    EXPECT_EQ(rule.is_counted, rows[i].is_counted) << rule.name;
    EXPECT_EQ(static_cast<std::size_t>(rule.outcome), i + 1) << rule.name;
  }
}

TEST(PspOutcome, OnlyWhatIsCertainlyUnsentMayBeForgotten) {
  for (const PspOutcomeRule& rule : psp_outcome_rules)
    EXPECT_EQ(is_certainly_unsent(rule.outcome), rule.outcome == PspOutcome::not_sent ||
                                                     rule.outcome == PspOutcome::auth ||
                                                     rule.outcome == PspOutcome::throttled)
        << rule.name;
}

TEST(PspReport, IsEqualOnlyWhenAllIs) {
  const PspExpectation expected{order_id("po-1"), 1'000, {{'U', 'S', 'D'}}, true};
  PspReport said;
  said.status = PspStatus::succeeded;
  said.order = expected.order;
  said.amount = said.received = 1'000;
  said.currency = expected.currency;
  said.livemode = true;
  EXPECT_TRUE(is_equal(expected, said));
  said.received = 999;
  EXPECT_FALSE(is_equal(expected, said));
  said.status = PspStatus::open;
  said.received = 0;
  EXPECT_TRUE(is_equal(expected, said));
  said.livemode = false;
  EXPECT_FALSE(is_equal(expected, said));
  EXPECT_FALSE(is_of(expected, said));
}

}  // namespace
}  // namespace florin
