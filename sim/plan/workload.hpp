// Workload: everything clients do in one run, as data: drawn from the seed before anything runs, printable,
// and still meaningful when any action is taken away. An action names accounts by number.
//
// Client model: clients time out and repeat with the same id, others repeat it from another connection at the
// same time, some repeat it with another content. Why the system must survive it: a transfer is known by its
// owner and id, the first content that arrives is recorded with its effect, and every repeat is answered
// from the record.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/ids.hpp"
#include "sim/plan/options.hpp"
#include "sim/plan/random.hpp"
#include "sim/plan/shop_plan.hpp"

namespace florin::sim {

enum class ActionKind : std::uint8_t {
  open_account,
  transfer,
  deposit,
  withdraw,
  freeze,
  unfreeze,
  close,
  patch_metadata,  // by the patch of the number `amount`: see metadata_patch_of()
  read_account,
  read_transfer,  // the status of `transaction` of `account`
  check_debit,    // could `account` pay `amount` now?
  check_credit,   // could it receive it?
  list_accounts,  // a page of at most `amount` accounts of `account`'s partition, behind `other`
  trial_balance,  // of `account`'s partition
  follower_read,  // of `account`, by any replica; `amount` n > 0: with n - 1 entries more than anybody has heard of
  find_transfer,  // `transaction` of any owner in `account`'s partition
  // by any replica, from whatever is committed there:
  follower_transfer,  // as read_transfer
  follower_list,      // as list_accounts
  follower_balance,   // as trial_balance
  transaction,        // its `postings`, all or none
};
inline constexpr std::array all_action_kinds{
    ActionKind::open_account,   ActionKind::transfer,
    ActionKind::deposit,        ActionKind::withdraw,
    ActionKind::freeze,         ActionKind::unfreeze,
    ActionKind::close,          ActionKind::read_account,
    ActionKind::read_transfer,  ActionKind::check_debit,
    ActionKind::check_credit,   ActionKind::list_accounts,
    ActionKind::trial_balance,  ActionKind::follower_read,
    ActionKind::find_transfer,  ActionKind::follower_transfer,
    ActionKind::follower_list,  ActionKind::follower_balance,
    ActionKind::patch_metadata, ActionKind::transaction};
enum class Wire : std::uint8_t { tcc, saga };  // the protocol asked for

struct SimAccount {
  std::string id;
  std::string currency;
  PartitionId partition = 0;
  bool allow_negative = false;
  std::int64_t daily_debit_limit = -1;  // -1 = none
  std::uint32_t metadata_bytes = 0;     // about
};

// One of a transaction's. At most one side is outside.
struct ActionPosting {
  static constexpr std::uint32_t outside = UINT32_MAX;

  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::int64_t amount = 0;
  auto operator<=>(const ActionPosting&) const = default;
};

struct Action {
  SimTime at = 0;
  ActionKind kind = ActionKind::read_account;
  std::uint32_t account = 0;  // payer, payee of a deposit, or the only one
  std::uint32_t other = 0;    // payee of a transfer
  std::int64_t amount =
      0;  // minor units; of open_account: another daily limit than the account's, if not 0
  std::uint32_t currency = 0;  // of the request; may be the wrong one
  Wire protocol = Wire::tcc;
  std::uint64_t transaction = 0;  // same number and owner = same transaction id
  SimTime deadline = -1;          // in simulated time; -1 = none
  SimTime patience = 0;           // until the client gives up an attempt
  std::uint32_t attempts = 1;     // in the safety phase; afterwards until it is answered
  // Of a transaction, in order; account, other and amount say what the first one does: see settle().
  std::vector<ActionPosting> postings = {};
};

// Moves money: has an outcome that is recorded under its transaction.
constexpr bool moves_money(ActionKind kind) {
  return kind == ActionKind::transfer || kind == ActionKind::deposit ||
         kind == ActionKind::withdraw || kind == ActionKind::transaction;
}

// Answered from whatever is committed at the replica that is asked: perhaps from an earlier moment than somebody has seen.
constexpr bool is_of_any_replica(ActionKind kind) {
  return kind == ActionKind::follower_read || kind == ActionKind::follower_transfer ||
         kind == ActionKind::follower_list || kind == ActionKind::follower_balance;
}

struct Workload {
  std::vector<SimAccount> accounts;
  std::vector<std::string> currencies;
  std::vector<Action> actions;   // by time
  std::vector<ShopAction> shop;  // the same
};

Workload draw_workload(const SimOptions& options);
// Part of it: plan/more_actions.cpp.
void draw_more_actions(const SimOptions& options, Workload& work);
void draw_metadata_changes(const SimOptions& options, Workload& work);
// In tugs.cpp.
void draw_tugs(const SimOptions& options, Workload& work);
// In transactions.cpp.
void draw_transactions(const SimOptions& options, Workload& work);
// Makes account, other and amount those of its first posting; `other` is the account itself where that one's other side is outside.
void settle(Action& transaction);
// What an action moves: a transfer one posting, a transaction all of its own; none of what moves no money.
std::vector<ActionPosting> moves_of(const Action& action);
// What a repeat must have in common with what was taken.
using MoneyContent =
    std::tuple<ActionKind, std::uint32_t, std::int64_t, std::uint32_t, std::vector<ActionPosting>>;
MoneyContent content_of(const Action& action);
// "@outside", or the account's id.
std::string party_name(const Workload& workload, std::uint32_t party);
std::string_view to_string(ActionKind kind);
std::string to_string(const Workload& workload, const Action& action);

}  // namespace florin::sim
