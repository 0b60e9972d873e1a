// AccountCommands: what a client was told of an account holds until somebody asks for something else. Every opening,
// freezing, unfreezing, closing and change of metadata in the log is the work of one request that asked for it and had not been answered yet,
// no request does two, none does anything that was told "not executed"; and every answer, refusals too, says what the
// log says of the account at the answer's position.
//
// So histories of these commands are linearizable per account: a change outside of its request, such as one that was
// sent twice, has nobody who could have asked for it.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/overloaded.hpp"
#include "sim/checkers/account_ledger.hpp"
#include "sim/checkers/checkers.hpp"
#include "sim/sim_clients.hpp"

namespace florin::sim {
namespace {

enum class Change : std::uint8_t { open, freeze, unfreeze, close, metadata };
constexpr std::array all_changes{Change::open, Change::freeze, Change::unfreeze, Change::close,
                                 Change::metadata};
constexpr std::array change_names{"opened", "frozen", "unfrozen", "closed", "given other metadata"};
using Pairs = std::map<std::string, std::string>;

std::optional<Change> change_of(ActionKind kind) {
  switch (kind) {
    case ActionKind::open_account: return Change::open;
    case ActionKind::freeze: return Change::freeze;
    case ActionKind::unfreeze: return Change::unfreeze;
    case ActionKind::close: return Change::close;
    case ActionKind::patch_metadata: return Change::metadata;
    case ActionKind::transfer:
    case ActionKind::deposit:
    case ActionKind::withdraw:
    case ActionKind::transaction:
    case ActionKind::read_account:
    case ActionKind::read_transfer:
    case ActionKind::check_debit:
    case ActionKind::check_credit:
    case ActionKind::list_accounts:
    case ActionKind::trial_balance:
    case ActionKind::follower_read:
    case ActionKind::find_transfer:
    case ActionKind::follower_transfer:
    case ActionKind::follower_list:
    case ActionKind::follower_balance: return std::nullopt;
  }
  return std::nullopt;
}

class AccountCommands final : public Checker {
 public:
  explicit AccountCommands(const RunView& run)
      : run_(run), accounts_(run.workload.accounts.size()) {
    for (std::uint32_t i = 0; i < run.workload.accounts.size(); ++i)
      numbers_[run.workload.accounts[i].id] = i;
  }
  [[nodiscard]] std::string_view name() const override { return "account_commands"; }

  void on_request(const Operation& operation, SimTime) override {
    const auto change = change_of(operation.action.kind);
    if (!change) return;
    asked_[{operation.number, operation.attempts - 1}] = {
        ++now_, never, *change, operation.action.account, metadata_patch_of(operation.action)};
  }

  void on_answer(const Operation& operation, const Answer& answer) override {
    ++now_;
    const auto asked = asked_.find({operation.number, answer.attempt});
    // "not executed" is a promise: nothing in the log may be its work. What was lost may still be executed.
    if (asked != asked_.end() && asked->second.answered == never) {
      if (answer.is_promise())
        asked->second.answered = asked->second.asked;
      else if (answer.verdict != Verdict::not_accepted)
        asked->second.answered = now_;
    }
    if (answer.position.is_none()) return;
    who_ = "#" + std::to_string(operation.number) + " " +
           to_string(run_.workload, operation.action) + " heard at " + answer.position.to_string();
    check_answer(operation.action, answer);
  }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    ++now_;
    Position at{entry.header.index, 0, entry.header.partition};
    for (const Event& event : entry.events) {
      visit(Overloaded{[&]<AccountCommandEvent E>(const Commanded<E>& e) {
                         note(e.event, at);
                         if (!commands_.insert(e.source.command).second)
                           fail(at.to_string() +
                                " is the work of a command that has had an effect before");
                       },
                       [&](const AccountCommandEvent auto&) {
                         fail(at.to_string() + " does not say whose command it was");
                       },
                       // These follow from no command that changes an account.
                       [](const TransferEvent auto&) {}, [](const LegEvent auto&) {},
                       [](const WalletEvent auto&) {}, [](const LedgerEvent auto&) {},
                       [](const MembershipEvent auto&) {}, [](const OwnEvent auto&) {}},
            event);
      ++at.ordinal;
    }
  }

  void at_end(EndView&) override {
    for (std::uint32_t account = 0; account < accounts_.size(); ++account)
      for (const Change change : all_changes) find_askers(account, change);
  }

 private:
  static constexpr std::uint64_t never = UINT64_MAX;
  struct Asked {
    std::uint64_t asked = 0;
    std::uint64_t answered = never;
    Change change = Change::open;
    std::uint32_t account = 0;
    MetadataPatch patch = {};  // of metadata
  };
  struct Seen {
    Position at;
    bool exists = false, frozen = false, closed = false;
    Pairs metadata = {};
  };
  struct Done {
    std::uint64_t when = 0;
    Position at;
    Change change = Change::open;
    Pairs before, after;  // metadata

    [[nodiscard]] bool is_work_of(const Asked& one) const {
      return change != Change::metadata || merged(before, one.patch) == after;
    }
  };
  struct Account {
    std::vector<Seen> seen;  // after each change
    std::vector<Done> done;
  };

  void note(const AccountOpened& e, Position at) {
    change(e.account, at, Change::open, [&](Seen& now) {
      now.exists = true;
      now.metadata = {e.metadata.begin(), e.metadata.end()};
    });
  }
  void note(const AccountFrozen& e, Position at) {
    change(e.account, at, Change::freeze, [](Seen& now) { now.frozen = true; });
  }
  void note(const AccountUnfrozen& e, Position at) {
    change(e.account, at, Change::unfreeze, [](Seen& now) { now.frozen = false; });
  }
  void note(const AccountClosed& e, Position at) {
    change(e.account, at, Change::close, [](Seen& now) { now.closed = true; });
  }
  void note(const AccountMetadataChanged& e, Position at) {
    change(e.account, at, Change::metadata, [&](Seen& now) {
      const Pairs before = std::exchange(now.metadata, Pairs(e.metadata.begin(), e.metadata.end()));
      if (now.metadata == before)
        fail(at.to_string() + " changes no metadata of " + e.account.str());
    });
  }
  template <class Make>
  void change(const AccountId& id, Position at, Change what, Make make) {
    const auto number = numbers_.find(id.str());
    if (number == numbers_.end()) return fail(at.to_string() + " is about an account of nobody");
    Account& account = accounts_[number->second];
    const Seen before = account.seen.empty() ? Seen() : account.seen.back();
    Seen now = before;
    now.at = at;
    make(now);
    account.seen.push_back(now);
    account.done.push_back({now_, at, what, before.metadata, now.metadata});
  }

  Seen seen_at(std::uint32_t account, Position at) const {
    const auto& all = accounts_.at(account).seen;
    const auto later = std::ranges::upper_bound(all, at, {}, &Seen::at);
    return later == all.begin() ? Seen() : *std::prev(later);
  }

  void check_answer(const Action& action, const Answer& answer) {
    const bool is_read =
        action.kind == ActionKind::read_account || action.kind == ActionKind::follower_read;
    const auto change = change_of(action.kind);
    if (!change && !is_read) return;
    const Seen log = seen_at(action.account, answer.position);
    if (answer.verdict == Verdict::account) {
      if (!log.exists) fail(who_ + " of an account that did not exist");
      if (answer.account.frozen != log.frozen) fail(who_ + " another frozen than the log says");
      if (answer.account.closed != log.closed) fail(who_ + " another closed than the log says");
      if (change == Change::freeze && !answer.account.frozen) fail(who_ + " not frozen");
      if (change == Change::unfreeze && answer.account.frozen) fail(who_ + " still frozen");
      if (change == Change::close && !answer.account.closed) fail(who_ + " not closed");
    } else if (answer.verdict == Verdict::rejected) {
      check_refusal(static_cast<Rejection>(answer.code), change, log);
    }
  }

  void check_refusal(Rejection code, std::optional<Change> change, const Seen& log) {
    if (code == Rejection::account_not_found) {
      if (log.exists || change == Change::open) fail(who_ + " that the account is not there");
    } else if (code == Rejection::account_exists) {
      if (!log.exists || change != Change::open) fail(who_ + " that the account exists");
    } else if (code == Rejection::account_closed) {
      if (!log.closed || !change || change == Change::open)
        fail(who_ + " that the account is closed");
    } else if (code == Rejection::metadata_full) {
      if (log.closed || change != Change::metadata) fail(who_ + " that its metadata is full");
    } else if (code == Rejection::account_not_empty) {
      if (log.closed || change != Change::close) fail(who_ + " that the account is not empty");
    } else {
      fail(who_ + " a refusal that no such request can get: " + std::string(to_string(code)));
    }
  }

  // Who asked last of those that ask at the moment of a change is answered last: so the earliest answer goes first.
  void find_askers(std::uint32_t account, Change change) {
    std::vector<Asked> asked;
    for (const auto& [who, one] : asked_)
      if (one.account == account && one.change == change) asked.push_back(one);
    std::ranges::sort(asked, {}, &Asked::answered);
    std::vector<bool> used(asked.size());
    for (const Done& done : accounts_[account].done) {
      if (done.change != change) continue;
      std::size_t at = 0;
      while (at < asked.size() && (used[at] || asked[at].asked >= done.when ||
                                   asked[at].answered < done.when || !done.is_work_of(asked[at])))
        ++at;
      if (at == asked.size())
        return fail(run_.workload.accounts[account].id + " is " +
                    change_names.at(static_cast<std::size_t>(change)) + " at " +
                    done.at.to_string() + ", and nobody who waited for an answer had asked for it");
      used[at] = true;
    }
  }

  const RunView& run_;
  std::vector<Account> accounts_;
  std::map<std::string, std::uint32_t> numbers_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Asked> asked_;  // by operation and attempt
  std::set<CommandId> commands_;
  std::uint64_t now_ = 0;  // of requests, answers and entries, in the order in which they came
  std::string who_;
};

}  // namespace

std::unique_ptr<Checker> make_account_commands(const RunView& run) {
  return std::make_unique<AccountCommands>(run);
}

}  // namespace florin::sim
