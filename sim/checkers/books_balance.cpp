// BooksBalance: at every index of every partition's log, per currency, all accounts of the partition and its
// clearing account add up to zero; the sums that the product keeps are the sums of its accounts; and no
// account holds less than nothing or has less than it may. A trial balance that a client gets says the same, and
// a page of accounts is in order and holds no stranger.
#include <algorithm>
#include <map>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

__extension__ typedef __int128 Wide;

class BooksBalance final : public Checker {
 public:
  explicit BooksBalance(const RunView& run) : run_(run) {}
  [[nodiscard]] std::string_view name() const override { return "books_balance"; }

  void on_answer(const Operation& operation, const Answer& answer) override {
    const std::string who =
        "#" + std::to_string(operation.number) + " " + to_string(run_.workload, operation.action);
    for (const BalanceSeen& seen : answer.balances)
      if (!seen.balanced) fail(who + ": the trial balance in " + seen.currency + " is not zero");
    if (answer.verdict == Verdict::accounts) check_page(operation.action, answer, who);
  }

  void on_durable(PartitionId partition, LogIndex index, std::string_view,
                  PartitionState& follower) override {
    const std::string where = "p" + std::to_string(partition) + ":" + std::to_string(index);
    std::map<Currency, Wide> accounts;
    follower.for_each_account([&](const AccountState& account) {
      accounts[account.currency] += Wide{account.available} + account.held;
      if (account.held < 0 || account.incoming < 0)
        fail(where + " " + account.id.str() + " holds less than nothing");
      if (account.available < 0 && !account.allow_negative && !account.id.is_system())
        fail(where + " " + account.id.str() + " has less than nothing");
    });
    for (const CurrencySums& sums : follower.sums()) {
      const std::string currency(sums.currency.view());
      if (accounts[sums.currency] != sums.accounts_posted)
        fail(where + " the accounts in " + currency + " do not add up to the partition's own sum");
      if (accounts[sums.currency] + sums.clearing != 0)
        fail(where + " the books in " + currency + " do not balance");
      accounts.erase(sums.currency);
    }
    for (const auto& [currency, sum] : accounts)
      if (sum != 0) fail(where + " " + std::string(currency.view()) + " has balances but no sums");
  }

 private:
  void check_page(const Action& action, const Answer& answer, const std::string& who) {
    if (answer.page.size() > static_cast<std::size_t>(action.amount))
      fail(who + ": the page is too long");
    std::string before = run_.workload.accounts.at(action.other).id;
    for (const auto& [account, seen] : answer.page) {
      if (account <= before) fail(who + ": the page is not in order of accounts");
      before = account;
      const bool at_home =
          std::ranges::any_of(run_.workload.accounts, [&](const SimAccount& known) {
            return known.id == account &&
                   known.partition == run_.workload.accounts.at(action.account).partition;
          });
      if (!at_home) fail(who + ": " + account + " does not live there");
    }
  }

  const RunView& run_;
};

}  // namespace

std::unique_ptr<Checker> make_books_balance(const RunView& run) {
  return std::make_unique<BooksBalance>(run);
}

}  // namespace florin::sim
