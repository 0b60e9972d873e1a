// What clients do besides: rare in the stream of transfers, and each of it a way to go wrong. One transaction id used by two
// owners; a transfer to oneself; an account opened again with other terms; transfers looked for without an owner;
// transfers, pages and balances asked of any replica; metadata changed by several at once. Streams of their own: what was
// drawn before keeps its meaning.
#include <algorithm>

#include "sim/plan/workload.hpp"

namespace florin::sim {
namespace {

class MoreActions {
 public:
  MoreActions(const SimOptions& options, Workload& work, const char* stream)
      : options_(options), work_(work), random_(options.seed, stream) {}

  void draw() {
    const std::size_t drawn = work_.actions.size();
    for (const Action& action : work_.actions)
      next_transaction_ = std::max(next_transaction_, action.transaction + 1);
    const std::uint64_t count = random_.bounded(options_.actions / 8 + 2);
    for (std::uint64_t i = 0; i < count; ++i) draw_one(work_.actions[random_.bounded(drawn)]);
    if (options_.replication < 2) return;
    const std::uint64_t reads = random_.bounded(options_.actions / 4 + 1);
    for (std::uint64_t i = 0; i < reads; ++i)
      draw_follower_read(work_.actions[random_.bounded(drawn)]);
  }

  // On few accounts, so that one change meets another; every second one twice.
  void draw_metadata_changes() {
    const std::size_t drawn = work_.actions.size();
    const std::uint64_t count = random_.bounded(options_.actions / 10 + 2);
    const std::uint64_t accounts = 1 + random_.bounded(work_.accounts.size());
    for (std::uint64_t i = 0; i < count; ++i) {
      Action change = work_.actions[random_.bounded(drawn)];
      change.account = static_cast<std::uint32_t>(random_.bounded(accounts));
      change.currency = currency_of(change.account);
      change.transaction = 0;
      change.deadline = -1;
      change.amount = random_.between(1, 40);
      add(change, ActionKind::patch_metadata, second);
      if (random_.permille(500)) add(change, ActionKind::patch_metadata, second);
    }
  }

 private:
  void draw_one(Action about) {
    const std::uint64_t dice = random_.bounded(1'000);
    if (dice < 400) return share_id(about);
    if (dice < 500) return pay_oneself(about);
    if (dice < 700) return open_again(about);
    if (moves_money(about.kind)) add(about, ActionKind::find_transfer, second);
  }

  // Another owner, who happens to use the same id at about the same time.
  void share_id(Action about) {
    if (!moves_money(about.kind)) return;
    const auto accounts = static_cast<std::uint32_t>(work_.accounts.size());
    Action other = about;
    other.account = static_cast<std::uint32_t>(random_.bounded(accounts));
    if (other.account == about.account) other.account = (other.account + 1) % accounts;
    if (other.account == other.other) other.other = about.account;
    other.currency = currency_of(other.account);
    other.amount = random_.log_between(1, 2'000);
    other.deadline = -1;
    add(other, about.kind, 200 * millisecond);
  }

  void pay_oneself(Action about) {
    about.other = about.account;
    about.currency = currency_of(about.account);
    about.amount = random_.log_between(1, 2'000);
    about.deadline = -1;
    about.transaction = next_transaction_++;
    add(about, ActionKind::transfer, second);
  }

  // `amount` is the daily limit that is asked for: see has_terms().
  void open_again(Action about) {
    about.amount = random_.log_between(1, 3'000);
    about.transaction = 0;
    about.deadline = -1;
    about.currency = currency_of(about.account);
    add(about, ActionKind::open_account, second);
  }

  void draw_follower_read(Action about) {
    const std::uint64_t dice = random_.bounded(1'000);
    if (dice < 400) {
      if (moves_money(about.kind)) add(about, ActionKind::follower_transfer, second);
      return;
    }
    about.transaction = 0;
    about.amount = random_.between(1, 8);
    add(about, dice < 800 ? ActionKind::follower_list : ActionKind::follower_balance, second);
  }

  void add(Action action, ActionKind kind, SimTime later_max) {
    action.kind = kind;
    action.at = std::min(options_.safety_time, action.at + random_.log_between(1, later_max));
    action.patience = random_.log_between(10 * millisecond, 5 * second);
    action.attempts = static_cast<std::uint32_t>(random_.between(1, 5));
    work_.actions.push_back(action);
  }
  std::uint32_t currency_of(std::uint32_t account) const {
    const auto& currencies = work_.currencies;
    return static_cast<std::uint32_t>(
        std::ranges::find(currencies, work_.accounts[account].currency) - currencies.begin());
  }

  const SimOptions& options_;
  Workload& work_;
  SimRandom random_;
  std::uint64_t next_transaction_ = 1;
};

}  // namespace

void draw_more_actions(const SimOptions& options, Workload& work) {
  MoreActions(options, work, "workload more actions").draw();
}

void draw_metadata_changes(const SimOptions& options, Workload& work) {
  MoreActions(options, work, "workload metadata changes").draw_metadata_changes();
}

}  // namespace florin::sim
