// LedgerAgrees: in the end every account of the ledger is what provider and shops know: what the provider holds is what payers have paid;
// each wallet has what its payments brought it, less fees; the rest is in suspense; and no other account has anything. In between:
// every entry adds up to zero, comes once, and behind its wallet's step. Own sums over durable entries, by names of accounts.
#include <array>
#include <map>
#include <set>
#include <string>

#include "sim/checkers/checkers.hpp"
#include "sim/checkers/payment_facts.hpp"

namespace florin::sim {
namespace {

__extension__ typedef __int128 Wide;

constexpr std::array kind_names{"assets:psp",
                                "assets:psp_transit",
                                "assets:bank",
                                "assets:provider",
                                "assets:debt",
                                "liabilities:wallet",
                                "liabilities:checkouts",
                                "liabilities:refunds",
                                "liabilities:payouts",
                                "liabilities:suspense",
                                "revenue:fees",
                                "expenses:psp_fees",
                                "expenses:dispute_fees",
                                "expenses:payout_fees",
                                "expenses:rounding",
                                "expenses:written_off"};

class LedgerAgrees final : public Checker {
 public:
  explicit LedgerAgrees(const RunView& run) : facts_(run.workload) {}
  [[nodiscard]] std::string_view name() const override { return "ledger_agrees"; }

  void on_captured(const ProviderCapture& capture) override { facts_.captured(capture); }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    Position at{entry.header.index, 0, entry.header.partition};
    for (const Event& event : entry.events) {
      if (const auto* done = get_if<MoneyStepDone>(&event)) credited_.insert(done->step.name.id);
      if (const auto* posted = get_if<LedgerEntryPosted>(&event)) enter(*posted, at);
      ++at.ordinal;
    }
  }

  void at_end(EndView&) override {
    std::map<std::string, Wide> expected;
    for (const auto& [order, amount] : facts_.all_paid()) {
      const OrderAsked* asked = facts_.asked(order, amount);
      if (asked == nullptr) continue;  // charged_once says so
      const std::string& currency = asked->currency;
      expected["assets:psp:sim " + currency] += amount;
      if (credited_.contains(order)) {
        expected["liabilities:wallet:" + asked->seller + " " + currency] -= amount - asked->fee;
        expected["revenue:fees " + currency] -= asked->fee;
      } else {
        suspense_[currency] -= amount;
      }
    }
    for (const auto& [account, balance] : balances_) {
      if (account.starts_with("liabilities:suspense:")) {
        suspense_[account.substr(account.size() - 3)] -= balance;
        continue;
      }
      compare(account, balance, expected[account]);
      expected.erase(account);
    }
    for (const auto& [account, balance] : expected) compare(account, 0, balance);
    // Under whichever reason.
    for (const auto& [currency, difference] : suspense_)
      if (difference != 0)
        fail("suspense in " + currency + " differs by " + text(-difference) +
             " from what was paid and is no seller's");
    suspense_.clear();
  }

 private:
  static std::string text(Wide amount) { return std::to_string(static_cast<std::int64_t>(amount)); }

  void enter(const LedgerEntryPosted& e, Position at) {
    const StepContent& step = *e.step;
    const std::string name = step.name.id + "/" + std::to_string(static_cast<int>(step.name.rule)) +
                             "/" + std::to_string(step.name.n);
    if (!entries_.insert(name).second) fail(at.to_string() + ": " + name + " is entered twice");
    if (step.name.rule != MoneyRule::parked && !credited_.contains(step.name.id))
      fail(at.to_string() + ": " + name + " is entered before the wallet has done it");
    Wide sum = 0;
    for (const EntryLine& line : e.lines) {
      std::string account = kind_names.at(static_cast<std::size_t>(line.account.kind));
      if (!line.account.name.empty()) account += ":" + line.account.name;
      balances_[account + " " + std::string(step.currency.view())] += line.amount;
      sum += line.amount;
    }
    if (sum != 0) fail(at.to_string() + ": " + name + " does not add up to zero");
  }

  void compare(const std::string& account, Wide balance, Wide expected) {
    if (balance != expected)
      fail(account + " has " + text(balance) + "; provider and shops know of " + text(expected));
  }

  PaymentFacts facts_;
  std::map<std::string, Wide> balances_;  // "assets:psp:sim USD", over all partitions
  std::map<std::string, Wide> suspense_;  // by currency: expected less what is there
  std::set<std::string> entries_, credited_;
};

}  // namespace

std::unique_ptr<Checker> make_ledger_agrees(const RunView& run) {
  return std::make_unique<LedgerAgrees>(run);
}

}  // namespace florin::sim
