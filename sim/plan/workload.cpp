// What a seed makes of the workload.
#include "sim/plan/workload.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/limits.hpp"
#include "cluster/partition_map.hpp"

namespace florin::sim {
namespace {

class Draw {
 public:
  explicit Draw(const SimOptions& options) : options_(options), random_(options.seed, "workload") {}

  Workload run() {
    draw_accounts();
    draw_openings();
    while (work_.actions.size() < work_.accounts.size() * 2 + options_.actions) draw_action();
    draw_changes_in_the_middle();
    draw_questions();
    if (options_.replication > 1) draw_follower_reads();
    if (options_.limit_bursts > 0) draw_limit_bursts();
    if (options_.partition.turn_bytes_soft != limits::turn_bytes_soft) draw_metadata();
    draw_one_id();
    draw_crowd();
    draw_more_actions(options_, work_);
    draw_metadata_changes(options_, work_);
    if (options_.replication > 1) draw_tugs(options_, work_);
    draw_transactions(options_, work_);
    std::ranges::stable_sort(work_.actions, {}, &Action::at);
    return std::move(work_);
  }

 private:
  void draw_accounts() {
    static const std::array<std::string, 5> names{"USD", "JPY", "EUR", "GBP", "KWD"};
    for (std::uint32_t c = 0; c < options_.currencies; ++c) work_.currencies.push_back(names[c]);
    const PartitionMap map(options_.partitions);
    for (std::uint32_t p = 0; p < options_.partitions; ++p) {
      std::uint32_t found = 0;
      for (std::uint32_t n = 0; found < options_.accounts_per_partition; ++n) {
        SimAccount account;
        account.id = "p" + std::to_string(p) + "." + std::to_string(n);
        account.partition = static_cast<PartitionId>(p);
        if (map.partition_of(AccountId::from_trusted(account.id)) != p) continue;
        account.currency = work_.currencies[random_.bounded(work_.currencies.size())];
        account.allow_negative = random_.permille(80);
        if (random_.permille(80)) account.daily_debit_limit = random_.between(1, 3'000);
        work_.accounts.push_back(account);
        ++found;
      }
    }
    hot_ = static_cast<std::uint32_t>(random_.bounded(work_.accounts.size()));
    hot_permille_ = random_.permille(500) ? random_.bounded(700) : 0;
    saga_permille_ = random_.bounded(1'001);
  }

  // Most accounts are opened and given money early; some late, so that transfers meet missing accounts.
  void draw_openings() {
    for (std::uint32_t i = 0; i < work_.accounts.size(); ++i) {
      const bool late = random_.permille(80);
      Action open = action(ActionKind::open_account, i);
      open.at = late ? random_.between(0, options_.safety_time)
                     : random_.between(0, options_.safety_time / 20);
      Action deposit = action(ActionKind::deposit, i);
      deposit.at = open.at + random_.between(0, options_.safety_time / 10);
      deposit.amount = random_.between(1, 10'000);
      deposit.transaction = ++next_transaction_;
      work_.actions.push_back(open);
      work_.actions.push_back(deposit);
    }
  }

  Action action(ActionKind kind, std::uint32_t account) {
    Action a;
    a.kind = kind;
    a.account = account;
    a.currency = currency_of(account);
    a.patience = random_.log_between(10 * millisecond, 5 * second);
    a.attempts = static_cast<std::uint32_t>(random_.between(1, 5));
    return a;
  }

  void draw_action() {
    const std::uint64_t dice = random_.bounded(1'000);
    if (dice < 120 && last_transfer_at_ != 0) return repeat();
    Action a = action(dice < 700   ? ActionKind::transfer
                      : dice < 760 ? ActionKind::deposit
                      : dice < 820 ? ActionKind::withdraw
                      : dice < 850 ? ActionKind::freeze
                      : dice < 890 ? ActionKind::unfreeze
                      : dice < 905 ? ActionKind::close
                                   : ActionKind::read_account,
                      account());
    a.at = random_.between(0, options_.safety_time);
    if (is_transfer(a)) {
      a.other = account();
      if (a.other == a.account)
        a.other = static_cast<std::uint32_t>((a.account + 1) % work_.accounts.size());
      a.amount = random_.permille(950) ? random_.log_between(1, 4'000)
                                       : random_.between(1, 1'000'000'000'000'000'000);
      if (random_.permille(30))
        a.currency = static_cast<std::uint32_t>(random_.bounded(work_.currencies.size()));
      a.protocol = random_.permille(saga_permille_) ? Wire::saga : Wire::tcc;
      a.transaction = ++next_transaction_;
      if (random_.permille(150)) a.deadline = a.at + random_.between(-second, 3 * second);
      last_transfer_at_ = work_.actions.size();
    }
    work_.actions.push_back(a);
  }

  // The same id again, from another connection; one in four with another content.
  void repeat() {
    std::size_t of = last_transfer_at_;
    for (int tries = 0; tries < 8; ++tries) {
      const std::size_t any = random_.bounded(work_.actions.size());
      if (is_transfer(work_.actions[any])) of = any;
    }
    Action a = work_.actions[of];
    a.at = random_.permille(500) ? a.at + random_.log_between(1, 100 * millisecond)
                                 : random_.between(a.at, options_.safety_time);
    a.at = std::min(a.at, options_.safety_time);
    a.patience = random_.log_between(10 * millisecond, 5 * second);
    if (random_.permille(250)) a.amount = random_.between(1, 4'000);
    if (random_.permille(200)) a.protocol = a.protocol == Wire::tcc ? Wire::saga : Wire::tcc;
    work_.actions.push_back(a);
  }

  // Accounts that are frozen or closed while a transfer is between its Try and its end. Streams of their own:
  // what was drawn so far keeps its meaning.
  void draw_changes_in_the_middle() {
    random_ = SimRandom(options_.seed, "workload changes");
    const std::size_t drawn = work_.actions.size();
    const std::uint64_t count = random_.bounded(options_.actions / 8 + 1);
    for (std::uint64_t i = 0; i < count; ++i) {
      const Action transfer = work_.actions[random_.bounded(drawn)];
      if (transfer.kind != ActionKind::transfer) continue;
      const std::uint32_t whom = random_.permille(500) ? transfer.account : transfer.other;
      Action change = action(random_.permille(750) ? ActionKind::freeze : ActionKind::close, whom);
      change.at =
          std::min(options_.safety_time, transfer.at + random_.log_between(1, 200 * millisecond));
      work_.actions.push_back(change);
      if (change.kind == ActionKind::close || random_.permille(200)) continue;
      change.kind = ActionKind::unfreeze;
      change.at = std::min(options_.safety_time, change.at + random_.log_between(1, second));
      work_.actions.push_back(change);
    }
  }

  void draw_questions() {
    random_ = SimRandom(options_.seed, "workload questions");
    const std::size_t drawn = work_.actions.size();
    const std::uint64_t count = options_.actions / 6;
    for (std::uint64_t i = 0; i < count; ++i) {
      const Action about = work_.actions[random_.bounded(drawn)];
      const std::uint64_t dice = random_.bounded(1'000);
      Action a = action(dice < 500   ? ActionKind::read_transfer
                        : dice < 600 ? ActionKind::check_debit
                        : dice < 700 ? ActionKind::check_credit
                        : dice < 850 ? ActionKind::list_accounts
                                     : ActionKind::trial_balance,
                        about.account);
      a.at = std::min(options_.safety_time, about.at + random_.log_between(1, second));
      if (a.kind == ActionKind::read_transfer) {
        if (!is_transfer(about)) continue;
        a.transaction = about.transaction;
      }
      a.amount =
          a.kind == ActionKind::list_accounts ? random_.between(1, 8) : random_.between(1, 4'000);
      a.other = about.other;
      work_.actions.push_back(a);
    }
  }

  // Soon after something was asked about the same account, often more than one at a time.
  void draw_follower_reads() {
    random_ = SimRandom(options_.seed, "workload follower reads");
    const std::size_t drawn = work_.actions.size();
    const std::uint64_t count = random_.bounded(options_.actions / 2 + 1);
    for (std::uint64_t i = 0; i < count; ++i) {
      const Action& about = work_.actions[random_.bounded(drawn)];
      Action a =
          action(ActionKind::follower_read, random_.permille(800) ? about.account : account());
      a.at = std::min(options_.safety_time, about.at + random_.log_between(1, second));
      if (random_.permille(600)) a.amount = random_.permille(600) ? 1 : random_.between(2, 5);
      work_.actions.push_back(a);
    }
  }

  // Amounts that add up to the limits of 64 bits, so many at once that several are under way together: held by one
  // payer, expected by one payee (who owes that much before), or through the partition's own outside account.
  void draw_limit_bursts() {
    random_ = SimRandom(options_.seed, "workload limits");
    for (std::uint32_t burst = 0; burst < options_.limit_bursts; ++burst) {
      const std::uint32_t hub = account();
      const std::int64_t amount = amount_near_limit();
      const SimTime at = random_.between(options_.safety_time / 10, options_.safety_time);
      const SimTime within = random_.log_between(1, 200 * millisecond);
      const bool pays = random_.permille(500);
      const bool all_alike = random_.permille(500);
      work_.accounts[hub].allow_negative = true;
      const auto add = [&](ActionKind kind, std::uint32_t from, std::uint32_t to, SimTime when) {
        Action a = action(kind, from);
        a.at = std::min(options_.safety_time, when);
        a.other = to;
        a.currency = currency_of(hub);
        a.amount = all_alike ? amount : amount_near_limit();
        a.protocol = random_.permille(saga_permille_) ? Wire::saga : Wire::tcc;
        a.transaction = ++next_transaction_;
        work_.actions.push_back(a);
      };
      if (!pays)  // what it owes makes room for more than 64 bits can say
        for (std::uint64_t i = random_.bounded(11); i > 0; --i)
          add(ActionKind::withdraw, hub, hub, at - random_.between(0, options_.safety_time / 10));
      for (std::int64_t i = random_.between(3, 16); i > 0; --i) {
        const auto other = static_cast<std::uint32_t>(random_.bounded(work_.accounts.size()));
        const SimTime when = at + random_.between(0, within);
        if (other == hub || random_.permille(100)) {
          add(random_.permille(500) ? ActionKind::deposit : ActionKind::withdraw, hub, hub, when);
          continue;
        }
        if (random_.permille(700)) work_.accounts[other].allow_negative = true;
        if (pays)
          add(ActionKind::transfer, hub, other, when);
        else
          add(ActionKind::transfer, other, hub, when);
      }
    }
  }

  // Accounts that fill entries, rows and replies with what their owners wrote.
  void draw_metadata() {
    random_ = SimRandom(options_.seed, "workload metadata");
    for (SimAccount& account : work_.accounts)
      if (random_.permille(500))
        account.metadata_bytes = static_cast<std::uint32_t>(random_.log_between(1, 3'000));
  }

  std::int64_t amount_near_limit() {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    constexpr std::array edges{most,         most / 2 + 1, most / 3 + 1,
                               most / 9 + 1, most / 9,     std::int64_t{999'999'999'999'999'999}};
    const std::int64_t limit = edges.at(random_.bounded(edges.size()));
    return random_.permille(500) ? limit : limit - random_.log_between(1, 20'000);
  }

  // Everybody pays under one transaction id, all at about the same time, and some ask again later: ids are the
  // clients' to choose, and one that thousands have used must cost no more than another.
  void draw_one_id() {
    random_ = SimRandom(options_.seed, "workload one id");
    if (!random_.permille(400)) return;
    const std::uint64_t shared = ++next_transaction_;
    const SimTime begin = random_.between(0, options_.safety_time);
    const SimTime length = random_.log_between(1, 2 * second);
    const auto pays = [&](std::uint32_t payer, SimTime at) {
      Action a = action(ActionKind::transfer, payer);
      a.at = std::min(options_.safety_time, at);
      a.other = static_cast<std::uint32_t>((payer + 1) % work_.accounts.size());
      a.amount = 1 + payer;
      a.transaction = shared;
      a.protocol = payer % 2 == 0 ? Wire::tcc : Wire::saga;
      work_.actions.push_back(a);
    };
    for (std::uint32_t i = 0; i < work_.accounts.size(); ++i) {
      pays(i, begin + random_.between(0, length));
      if (random_.permille(500)) pays(i, begin + length + random_.between(0, 2 * second));
    }
  }

  // The same by a crowd of payers in one partition, who never opened an account: each refusal is recorded.
  void draw_crowd() {
    random_ = SimRandom(options_.seed, "workload crowd");
    if (!random_.permille(60)) return;
    const std::uint64_t shared = ++next_transaction_;
    const std::uint32_t payee = static_cast<std::uint32_t>(random_.bounded(work_.accounts.size()));
    const PartitionId home = work_.accounts[payee].partition;
    const PartitionMap map(options_.partitions);
    const SimTime begin = random_.between(0, options_.safety_time);
    const SimTime length = random_.log_between(1, second);
    std::int64_t missing = random_.between(40, 100);
    for (std::uint32_t n = 0; missing > 0; ++n) {
      SimAccount payer;
      payer.id = "crowd." + std::to_string(n);
      payer.partition = home;
      if (map.partition_of(AccountId::from_trusted(payer.id)) != home) continue;
      payer.currency = work_.accounts[payee].currency;
      work_.accounts.push_back(payer);
      --missing;
      Action a =
          action(ActionKind::transfer, static_cast<std::uint32_t>(work_.accounts.size() - 1));
      a.at = std::min(options_.safety_time, begin + random_.between(0, length));
      a.other = payee;
      a.amount = 1;
      a.transaction = shared;
      work_.actions.push_back(a);
    }
  }

  static bool is_transfer(const Action& a) { return moves_money(a.kind); }
  std::uint32_t account() {
    if (random_.permille(hot_permille_)) return hot_;
    return static_cast<std::uint32_t>(random_.bounded(work_.accounts.size()));
  }
  std::uint32_t currency_of(std::uint32_t account) const {
    const auto& currencies = work_.currencies;
    return static_cast<std::uint32_t>(
        std::ranges::find(currencies, work_.accounts[account].currency) - currencies.begin());
  }

  const SimOptions& options_;
  SimRandom random_;
  Workload work_;
  std::uint32_t hot_ = 0;
  std::uint64_t hot_permille_ = 0;
  std::uint64_t saga_permille_ = 0;
  std::uint64_t next_transaction_ = 0;
  std::size_t last_transfer_at_ = 0;
};

}  // namespace

Workload draw_workload(const SimOptions& options) { return Draw(options).run(); }

std::string_view to_string(ActionKind kind) {
  switch (kind) {
    case ActionKind::open_account: return "open_account";
    case ActionKind::transfer: return "transfer";
    case ActionKind::deposit: return "deposit";
    case ActionKind::withdraw: return "withdraw";
    case ActionKind::freeze: return "freeze";
    case ActionKind::unfreeze: return "unfreeze";
    case ActionKind::close: return "close";
    case ActionKind::patch_metadata: return "patch_metadata";
    case ActionKind::read_account: return "read_account";
    case ActionKind::read_transfer: return "read_transfer";
    case ActionKind::check_debit: return "check_debit";
    case ActionKind::check_credit: return "check_credit";
    case ActionKind::list_accounts: return "list_accounts";
    case ActionKind::trial_balance: return "trial_balance";
    case ActionKind::follower_read: return "follower_read";
    case ActionKind::find_transfer: return "find_transfer";
    case ActionKind::follower_transfer: return "follower_transfer";
    case ActionKind::follower_list: return "follower_list";
    case ActionKind::follower_balance: return "follower_balance";
    case ActionKind::transaction: return "transaction";
  }
  return "?";
}

std::string to_string(const Workload& workload, const Action& a) {
  std::string text(to_string(a.kind));
  text += " at " + std::to_string(a.at) + " " + workload.accounts.at(a.account).id;
  if (a.kind == ActionKind::transfer) text += " to " + workload.accounts.at(a.other).id;
  if (a.kind == ActionKind::read_transfer || a.kind == ActionKind::find_transfer ||
      a.kind == ActionKind::follower_transfer)
    text += " id " + std::to_string(a.transaction);
  if (a.kind == ActionKind::open_account && a.amount != 0)
    text += " limit " + std::to_string(a.amount);
  if (a.kind == ActionKind::follower_read && a.amount > 0)
    text += " ahead " + std::to_string(a.amount - 1);
  if (a.kind == ActionKind::patch_metadata) text += " patch " + std::to_string(a.amount);
  if (a.kind == ActionKind::check_debit || a.kind == ActionKind::check_credit)
    text += " " + std::to_string(a.amount);
  if (moves_money(a.kind))
    text += " " + std::to_string(a.amount) + " " + workload.currencies.at(a.currency) + " id " +
            std::to_string(a.transaction) + (a.protocol == Wire::saga ? " saga" : "");
  for (const ActionPosting& p : a.postings)
    text += " [" + party_name(workload, p.from) + " to " + party_name(workload, p.to) + " " +
            std::to_string(p.amount) + "]";
  if (a.deadline >= 0) text += " deadline " + std::to_string(a.deadline);
  return text + " patience " + std::to_string(a.patience) + " attempts " +
         std::to_string(a.attempts);
}

}  // namespace florin::sim
