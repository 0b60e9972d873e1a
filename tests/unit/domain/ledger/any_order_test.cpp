// Wallet and ledger in any order: steps asked for once, twice and late, accounts frozen, payments parked, debts made and repaid,
// records forgotten behind the fence, copies of messages from before. After every event the books balance and wallet and ledger
// explain each other; at the end every account has what simple arithmetic says, which knows nothing of the domain.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "tests/support/payment_books.hpp"

namespace florin {
namespace {

using namespace payment_words;

// What the sequence is made of: orders one after the other, each a step or two, kept for ever as late copies.
class AnyOrder {
 public:
  explicit AnyOrder(std::uint64_t seed) : random_(seed) {
    for (int i = 0; i < sellers; ++i) books_.open(account_of(name_of(i)));
  }

  void run(int turns) {
    for (int turn = 0; turn < turns; ++turn) {
      act();
      books_.expect_whole();
      if (::testing::Test::HasFailure()) return;
    }
    finish();
  }

  void expect_what_arithmetic_says() {
    Minor all_fees = 0;
    Minor at_psp = 0;
    for (int i = 0; i < sellers; ++i) {
      const AccountState& account = books_.account(name_of(i));
      EXPECT_EQ(account.available - account.debt, worth_[i]) << i;
      EXPECT_TRUE(account.available >= 0 && account.debt >= 0) << i;
      EXPECT_EQ(books_.balance(wallet_account(account.id)), -account.payments_net);
      EXPECT_EQ(books_.balance(debt_account(account.id)), account.debt);
    }
    for (const auto& [key, fee] : fees_) all_fees += fee;
    for (const auto& [key, amount] : psp_) at_psp += amount;
    EXPECT_EQ(books_.balance({LedgerKind::revenue_fees, {}}), -all_fees);
    EXPECT_EQ(books_.balance({LedgerKind::assets_psp, "sandbox"}), at_psp);
    EXPECT_EQ(books_.entries.size(), psp_.size());
    EXPECT_TRUE(books_.owed().is_empty());
  }

 private:
  static constexpr int sellers = 3;

  static AccountId name_of(std::size_t i) {
    return AccountId::from_trusted("seller-" + std::to_string(i));
  }
  std::uint64_t draw(std::uint64_t below) { return random_() % below; }

  void act() {
    switch (draw(10)) {
      case 0:
      case 1: return begin();
      case 2: return toggle_freeze();
      case 3: return fence();
      case 4: return repeat(asked_, false);  // of any age
      case 5: return repeat(entered_, true);
      case 6:
      case 7: return ask_one();
      default: return enter_one();
    }
  }

  void begin() {
    constexpr std::array rules{MoneyRule::card_success, MoneyRule::top_up,
                               MoneyRule::dispute_withdrawn, MoneyRule::dispute_won,
                               MoneyRule::parked};
    const MoneyRule rule = rules[draw(rules.size())];
    const auto amount = static_cast<Minor>(1 + draw(1'000));
    const Minor fee = rule == MoneyRule::card_success ? static_cast<Minor>(draw(amount + 1)) : 0;
    ++order_;
    StepContent step = step_of(rule, amount, fee, order_, order_);
    if (!step.account.empty()) step.account = name_of(draw(sellers));
    (step.account.empty() ? to_enter_ : to_ask_).push_back(step);
    open_[order_] = true;
  }

  void ask_one() {
    if (to_ask_.empty()) return;
    const std::size_t at = draw(to_ask_.size());
    const StepContent step = to_ask_[at];
    const StepDecision decision = books_.ask(step);
    asked_.push_back(step);
    if (draw(3) == 0) return;  // the answer is lost: it is asked again
    to_ask_.erase(to_ask_.begin() + static_cast<std::ptrdiff_t>(at));
    if (decision.answer.code == StepAnswerCode::done) {
      to_enter_.push_back(step);
    } else {
      EXPECT_EQ(decision.answer.code, StepAnswerCode::refused);
      open_[step.asked.index] = false;
    }
  }

  void enter_one() {
    if (to_enter_.empty()) return;
    const std::size_t at = draw(to_enter_.size());
    const StepContent step = to_enter_[at];
    EXPECT_EQ(books_.enter(enter_of(step)).code, EnterCode::entered);
    entered_.push_back(step);
    if (draw(3) == 0) return;
    to_enter_.erase(to_enter_.begin() + static_cast<std::ptrdiff_t>(at));
    count(step);
    open_[step.asked.index] = false;
  }

  // Once for each order: when it knows that both are done.
  void count(const StepContent& step) {
    const Minor sign = step.name.rule == MoneyRule::dispute_withdrawn ? -1 : 1;
    EXPECT_TRUE(psp_.emplace(step.asked.index, sign * step.amount).second);
    fees_[step.asked.index] = step.fee;
    if (step.account.empty()) return;
    for (std::size_t i = 0; i < sellers; ++i)
      if (step.account == name_of(i)) worth_[i] += sign * step.amount - step.fee;
  }

  // A copy of a message that was under way all the time. Nothing may come of it.
  void repeat(const std::vector<StepContent>& sent, bool is_entry) {
    if (sent.empty()) return;
    const StepContent& step = sent[draw(sent.size())];
    const LogIndex before = books_.last_index();
    if (is_entry)
      books_.enter(enter_of(step));
    else
      books_.ask(step);
    EXPECT_EQ(books_.last_index(), before) << to_string(step.name) << " is done twice";
  }

  void toggle_freeze() {
    AccountState& account = books_.account(name_of(draw(sellers)));
    account.frozen = !account.frozen;
  }

  void fence() {
    LogIndex finished = order_;
    for (const auto& [order, is_open] : open_)
      if (is_open) finished = std::min(finished, order - 1);
    books_.advance_fence(finished);
  }

  void finish() {
    while (!to_ask_.empty()) ask_one();
    while (!to_enter_.empty()) enter_one();
    books_.expect_whole();
    fence();
    for (int i = 0; i < 50; ++i) {
      repeat(asked_, false);
      repeat(entered_, true);
    }
    books_.expect_whole();
  }

  PaymentBooks books_;
  std::mt19937_64 random_;
  std::uint64_t order_ = 0;
  std::vector<StepContent> to_ask_, to_enter_, asked_, entered_;
  std::map<LogIndex, bool> open_;
  std::map<LogIndex, Minor> psp_, fees_;
  std::map<std::size_t, Minor> worth_;
};

TEST(WalletAndLedger, AgreeInAnyOrder) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    AnyOrder order(seed);
    order.run(300);
    order.expect_what_arithmetic_says();
    if (HasFailure()) return;
  }
}

// Every entry adds up to nothing, whatever amounts, fees, balances and debts there are.
TEST(WalletAndLedger, EnterOnlyWhatAddsUpToNothing) {
  std::mt19937_64 random(11);
  const auto amount = [&] { return static_cast<Minor>(random() >> (1 + random() % 62)); };
  int entered = 0;
  for (int i = 0; i < 3'000; ++i) {
    const MoneyRow& row = money_rules()[random() % money_rules().size()];
    PaymentBooks books;
    AccountState account = account_of(seller, amount());
    account.debt = amount();
    books.open(std::move(account));
    const Minor gross = std::max<Minor>(1, amount());
    const StepContent step = step_of(row.rule, gross, has_fee(row) ? std::min(gross, amount()) : 0);
    if (moves_wallets(row)) books.ask(step);
    books.enter(enter_of(step));
    for (const LedgerEntryPosted& entry : books.entries) {
      WideMinor sum = 0;
      for (const EntryLine& line : entry.lines) sum += line.amount;
      ASSERT_TRUE(sum == 0) << row.name;
      ++entered;
    }
  }
  EXPECT_GT(entered, 2'000) << "most of them fit";
}

}  // namespace
}  // namespace florin
