// The table of PAYMENTS.md, section 4, row by row: what the wallet moves, and what the ledger enters, written here as it is
// written there. A row that is not built yet gets its line here with its line in money_rules.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "domain/ledger/entry_lines.hpp"
#include "tests/support/payment_books.hpp"

namespace florin {
namespace {

using namespace payment_words;

// G = 1000, F = 30; "the seller had" what `had` says, and owed `debt`.
struct SectionFourRow {
  MoneyRule rule;
  Minor fee;
  Minor had;
  Minor debt;
  std::string moves;
  std::string lines;
};

std::vector<SectionFourRow> section_four() {
  using enum MoneyRule;
  return {
      {card_success, 30, 0, 0, "@psp->seller 1000; seller->@fees 30",
       "assets:psp:sandbox +1000; liabilities:wallet:seller -970; revenue:fees -30"},
      {top_up, 0, 0, 0, "@psp->seller 1000",
       "assets:psp:sandbox +1000; liabilities:wallet:seller -1000"},
      {wallet_debited, 0, 1'000, 0, "seller->@checkouts 1000",
       "liabilities:wallet:seller +1000; liabilities:checkouts -1000"},
      {wallet_credited, 30, 0, 0, "@checkouts->seller 1000; seller->@fees 30",
       "liabilities:checkouts +1000; liabilities:wallet:seller -970; revenue:fees -30"},
      {wallet_returned, 0, 0, 0, "@checkouts->seller 1000",
       "liabilities:checkouts +1000; liabilities:wallet:seller -1000"},
      {parked, 0, 0, 0, "", "assets:psp:sandbox +1000; liabilities:suspense:parked -1000"},
      {parked_credited, 30, 0, 0, "@psp->seller 1000; seller->@fees 30",
       "liabilities:suspense:parked +1000; liabilities:wallet:seller -970; revenue:fees -30"},
      {parked_refunded, 0, 0, 0, "", "liabilities:suspense:parked +1000; assets:psp:sandbox -1000"},
      // A row by itself in the table, and part of the same entry: "debt repaid".
      {card_success, 30, 0, 200, "@psp->seller 1000; seller->@fees 30; seller->@debt 200",
       "assets:psp:sandbox +1000; liabilities:wallet:seller -770; revenue:fees -30; "
       "assets:debt:seller -200"},
      {card_success, 30, 0, 5'000, "@psp->seller 1000; seller->@fees 30; seller->@debt 970",
       "assets:psp:sandbox +1000; revenue:fees -30; assets:debt:seller -970"},
      {dispute_withdrawn, 0, 2'000, 0, "seller->@psp 1000",
       "liabilities:wallet:seller +1000; assets:psp:sandbox -1000"},
      {dispute_withdrawn, 0, 400, 0, "seller->@psp 400; @debt->@psp 600",
       "liabilities:wallet:seller +400; assets:psp:sandbox -1000; assets:debt:seller +600"},
      {dispute_won, 0, 0, 600, "@psp->seller 1000; seller->@debt 600",
       "assets:psp:sandbox +1000; liabilities:wallet:seller -400; assets:debt:seller -600"},
  };
}

std::string without_currency(const AccountId& id) {
  const std::string text = id.str();
  return id.is_system() ? text.substr(0, text.find(':')) : text;
}
std::string text_of(const std::vector<MoneyMove>& moves) {
  std::string text;
  for (const MoneyMove& move : moves)
    text += (text.empty() ? "" : "; ") + without_currency(move.from) + "->" +
            without_currency(move.to) + " " + std::to_string(move.amount);
  return text;
}
std::string text_of(const std::vector<EntryLine>& lines) {
  std::string text;
  for (const EntryLine& line : lines)
    text += (text.empty() ? "" : "; ") + to_string(line.account) + (line.amount > 0 ? " +" : " ") +
            std::to_string(line.amount);
  return text;
}

TEST(SectionFour, IsWhatWalletAndLedgerDo) {
  std::set<MoneyRule> seen;
  for (const SectionFourRow& row : section_four()) {
    SCOPED_TRACE(to_string(row.rule));
    seen.insert(row.rule);
    PaymentBooks books;
    AccountState account = account_of(seller, row.had);
    account.debt = row.debt;
    books.open(std::move(account));
    books.system(SystemAccount::debt).available = -row.debt;
    const StepContent step = step_of(row.rule, 1'000, row.fee);
    if (moves_wallets(row_of(row.rule))) {
      EXPECT_EQ(books.ask(step).answer.code, StepAnswerCode::done);
    }
    EXPECT_EQ(books.enter(enter_of(step)).code, EnterCode::entered);
    EXPECT_EQ(text_of(books.record(step.name)->moves), row.moves);
    ASSERT_EQ(books.entries.size(), 1U);
    EXPECT_EQ(text_of(books.entries[0].lines), row.lines);
  }
  EXPECT_EQ(seen.size(), money_rules().size()) << "each row of the product is one of the table";
}

// Both columns say the same where the wallet does all that the row says.
TEST(SectionFour, HasTheSameLinesByItsFlowsAndByItsMoves) {
  for (const MoneyRow& row : money_rules()) {
    if (!moves_wallets(row)) continue;
    PaymentBooks books;
    books.open(account_of(seller, 1'000));
    const StepContent step = step_of(row.rule, 1'000, has_fee(row) ? 30 : 0);
    books.ask(step);
    const Lines by_moves = lines_of_moves(*books.record(step.name));
    const Lines by_flows = lines_of_flows(step);
    ASSERT_TRUE(by_moves && by_flows) << row.name;
    EXPECT_EQ(*by_moves, *by_flows) << row.name;
  }
}

}  // namespace
}  // namespace florin
