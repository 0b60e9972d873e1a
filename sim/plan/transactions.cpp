// Transactions: several payers and payees at once, all postings or none. What makes them go wrong is drawn on purpose: the same
// account in several postings, a posting that could only be paid by what another one brings, accounts frozen between Try and
// decision, repeats with the same postings, with others, in another order, or as a transfer under the same id. In some seeds
// only, and a stream of their own: what was drawn before keeps its meaning.
#include <algorithm>

#include "base/limits.hpp"
#include "sim/plan/workload.hpp"

namespace florin::sim {
namespace {

class Transactions {
 public:
  Transactions(const SimOptions& options, Workload& work)
      : options_(options), work_(work), random_(options.seed, "workload transactions") {}

  void draw() {
    if (!random_.permille(300)) return;
    for (const Action& action : work_.actions)
      next_transaction_ = std::max(next_transaction_, action.transaction + 1);
    const std::int64_t most = std::max<std::int64_t>(2, options_.actions / 4);
    for (std::int64_t i = random_.log_between(1, most); i > 0; --i) draw_one();
  }

 private:
  void draw_one() {
    draw_circle();
    Action a;
    a.kind = ActionKind::transaction;
    a.at = random_.between(options_.safety_time / 20, options_.safety_time);
    a.currency = currency_;
    a.transaction = next_transaction_++;
    if (random_.permille(150)) a.deadline = a.at + random_.between(-second, 3 * second);
    const std::int64_t count = random_.between(2, std::int64_t{limits::postings_max});
    if (random_.permille(200)) add_dependent(a);
    while (static_cast<std::int64_t>(a.postings.size()) < count) a.postings.push_back(posting());
    if (random_.permille(500)) std::ranges::reverse(a.postings);
    add(a);
    for (std::uint64_t i = random_.permille(450) ? 1 + random_.bounded(2) : 0; i > 0; --i)
      repeat(a);
    if (random_.permille(500)) ask(a, ActionKind::read_transfer);
    if (random_.permille(100)) ask(a, ActionKind::find_transfer);
    if (options_.replication > 1 && random_.permille(300)) ask(a, ActionKind::follower_transfer);
    if (random_.permille(200)) freeze_in_the_middle(a);
  }

  // Few accounts, so that one of them is in several postings; nearly all have the transaction's currency.
  void draw_circle() {
    const auto any = [this] {
      return static_cast<std::uint32_t>(random_.bounded(work_.accounts.size()));
    };
    circle_.assign(1, any());
    const std::string& code = work_.accounts[circle_.front()].currency;
    currency_ = static_cast<std::uint32_t>(std::ranges::find(work_.currencies, code) -
                                           work_.currencies.begin());
    for (std::int64_t i = random_.between(1, 5); i > 0; --i) {
      std::uint32_t account = any();
      for (int tries = 0; tries < 12 && work_.accounts[account].currency != code; ++tries)
        if (random_.permille(950)) account = any();
      if (std::ranges::find(circle_, account) == circle_.end()) circle_.push_back(account);
    }
  }

  std::uint32_t of_circle() { return circle_[random_.bounded(circle_.size())]; }

  ActionPosting posting() {
    ActionPosting p{of_circle(), of_circle(), random_.log_between(1, 2'000)};
    if (random_.permille(20)) p.amount = random_.between(1, 1'000'000'000'000'000'000);
    if (p.from != p.to && random_.permille(850)) return p;
    (random_.permille(500) ? p.from : p.to) = ActionPosting::outside;
    return p;
  }

  // More comes to an account than leaves it, and what leaves is more than most have.
  void add_dependent(Action& a) {
    const std::uint32_t between = circle_.front();
    const std::int64_t amount = random_.between(10'000, 40'000);
    const std::uint32_t payee = circle_.size() > 1 ? circle_.back() : ActionPosting::outside;
    a.postings.push_back({ActionPosting::outside, between, amount + random_.between(0, 10'000)});
    a.postings.push_back({between, payee, amount});
  }

  // From another connection; some with another content.
  void repeat(Action a) {
    a.at = random_.permille(500) ? a.at + random_.log_between(1, 100 * millisecond)
                                 : random_.between(a.at, options_.safety_time);
    const std::uint64_t dice = random_.bounded(1'000);
    if (dice < 100)
      a.postings.at(random_.bounded(a.postings.size())).amount += random_.between(1, 100);
    else if (dice < 200)
      std::swap(a.postings.front(), a.postings.back());
    else if (dice < 300 && a.postings.size() > 2)
      a.postings.pop_back();
    else if (dice < 400)
      return transfer_of_the_first(a);
    add(a);
  }
  void transfer_of_the_first(Action a) {
    settle(a);
    const ActionPosting& first = a.postings.front();
    a.kind = first.from == ActionPosting::outside ? ActionKind::deposit
             : first.to == ActionPosting::outside ? ActionKind::withdraw
                                                  : ActionKind::transfer;
    a.postings.clear();
    add(a);
  }

  void ask(Action about, ActionKind kind) {
    settle(about);
    about.kind = kind;
    about.at += random_.log_between(1, second);
    about.deadline = -1;
    about.postings.clear();
    add(about);
  }

  void freeze_in_the_middle(const Action& about) {
    const ActionPosting& p = about.postings[random_.bounded(about.postings.size())];
    Action change;
    change.kind = ActionKind::freeze;
    change.account = p.from == ActionPosting::outside || random_.permille(400) ? p.to : p.from;
    if (change.account == ActionPosting::outside) change.account = p.from;
    change.currency = currency_;
    change.at = about.at + random_.between(-100 * millisecond, 200 * millisecond);
    add(change);
    if (random_.permille(200)) return;
    change.kind = ActionKind::unfreeze;
    change.at += random_.log_between(1, second);
    add(change);
  }

  void add(Action action) {
    if (action.kind == ActionKind::transaction) settle(action);
    action.at = std::clamp<SimTime>(action.at, 0, options_.safety_time);
    action.patience = random_.log_between(10 * millisecond, 5 * second);
    action.attempts = static_cast<std::uint32_t>(random_.between(1, 5));
    work_.actions.push_back(std::move(action));
  }

  const SimOptions& options_;
  Workload& work_;
  SimRandom random_;
  std::uint64_t next_transaction_ = 1;
  std::vector<std::uint32_t> circle_;  // accounts of the transaction that is drawn
  std::uint32_t currency_ = 0;         // of it
};

}  // namespace

void draw_transactions(const SimOptions& options, Workload& work) {
  Transactions(options, work).draw();
}

void settle(Action& transaction) {
  const ActionPosting& first = transaction.postings.front();
  const bool pays_in = first.from == ActionPosting::outside;
  transaction.account = pays_in ? first.to : first.from;
  transaction.other =
      pays_in || first.to == ActionPosting::outside ? transaction.account : first.to;
  transaction.amount = first.amount;
}

std::vector<ActionPosting> moves_of(const Action& action) {
  constexpr std::uint32_t outside = ActionPosting::outside;
  if (action.kind == ActionKind::transaction) return action.postings;
  if (action.kind == ActionKind::transfer) return {{action.account, action.other, action.amount}};
  if (action.kind == ActionKind::deposit) return {{outside, action.account, action.amount}};
  if (action.kind == ActionKind::withdraw) return {{action.account, outside, action.amount}};
  return {};
}

MoneyContent content_of(const Action& action) {
  return {action.kind, action.other, action.amount, action.currency, action.postings};
}

std::string party_name(const Workload& workload, std::uint32_t party) {
  return party == ActionPosting::outside ? "@outside" : workload.accounts.at(party).id;
}

}  // namespace florin::sim
