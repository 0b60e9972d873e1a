// Money steps: the wallet's side of payments (PAYMENTS.md, rules 4, 6, 8, 10 and section 4). The wallet moves of one row
// on one account are ONE event in that account's partition, all or nothing, in order: the fee is paid from what came.
// Executed exactly once for each name; asked again, a step answers again with what it did, or why not.
//
// Why no lost or forgotten record of a step can lead to a second credit:
// - No record is evidence of "never done" only while the fence does not cover `asked`, the event in the asking entity's log by
//   which the step came to be owed. A fence covers it only when that entity has logged the end of the step, wallet and ledger;
//   a record is forgotten only by that fence (is_finished), and what a fence covers is refused without being executed
//   (`fenced`), for ever. So forgetting and refusing are one event: there is no moment at which a name is neither known nor
//   refused. Time plays no part in it.
// - Refusals are records, too. A definite no may lead to other moves (suspense, a refund), so a late copy of the refused step
//   must never find the account unfrozen and credit it. Trying again is another attempt, with a name of its own.
// - The same name with another content, or asked by another event, is never executed: an alarm, and nothing changes.
// - A record that a disk has lost is missed like a leg's (ADR-0017: rows are counted and summed, and compared at a start); the
//   partition is then made again from its log, where the event of the step is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/ids.hpp"
#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"
#include "domain/rejection.hpp"
#include "domain/wallet/step_name.hpp"

namespace florin {

// What is asked for. Equal content makes a repeat.
struct StepContent {
  StepName name;
  // The event by which the asking entity came to owe the step, in the log of its partition. What fences speak of.
  Position asked;
  AccountId account;  // the client's; empty for a rule that moves no wallet
  Currency currency;
  Minor amount = 0;    // minor units, > 0
  Minor fee = 0;       // 0 to amount; 0 where the rule has none
  std::string holder;  // name of the PSP that holds the money outside
  std::string reason;  // of suspense; empty where the rule has none

  bool operator==(const StepContent&) const = default;

  static constexpr std::array field_names{"name",   "asked", "account", "currency",
                                          "amount", "fee",   "holder",  "reason"};
  static auto fields(auto& self) {
    return std::tie(self.name, self.asked, self.account, self.currency, self.amount, self.fee,
                    self.holder, self.reason);
  }
};

// What no order of ours asks for is not sound, whatever the accounts are.
bool is_sound(const StepContent& step);

// Between two accounts of one partition.
struct MoneyMove {
  AccountId from;
  AccountId to;
  Minor amount = 0;  // minor units, > 0

  bool operator==(const MoneyMove&) const = default;

  static constexpr std::array field_names{"from", "to", "amount"};
  static auto fields(auto& self) { return std::tie(self.from, self.to, self.amount); }
};

// A step that an entity asks for and has not logged the end of, wallet and ledger, as its own partition keeps it: the fence of that
// partition `at` the account does not cover `asked` as long as there is one.
struct AskedStep {
  Position asked;      // StepContent::asked
  PartitionId at = 0;  // where the step is kept
  auto operator<=>(const AskedStep&) const = default;
};

enum class StepState : std::uint8_t { done = 0, refused = 1 };

// One step as the account's partition keeps it. In the order of its life: done or refused; when done, entered in the ledger.
struct MoneyStep {
  StepContent content;
  StepState state = StepState::done;
  std::optional<Rejection> code;  // of a refused one
  std::vector<MoneyMove> moves;   // what it did, in order: what the ledger reads
  Position decided;               // of the event that did or refused it
  Position entry;  // of its ledger entry; none: the ledger still owes it, if it is done

  bool operator==(const MoneyStep&) const = default;
};

// Done by the wallet, and not yet in the ledger.
inline bool is_owed_to_ledger(const MoneyStep& step) {
  return step.state == StepState::done && step.entry.is_none();
}
// Nothing more will come of it: a fence may forget it. One that is not finished is never covered by a fence.
inline bool is_finished(const MoneyStep& step) { return !is_owed_to_ledger(step); }

enum class StepAnswerCode : std::uint8_t {
  done = 0,
  refused = 1,  // definite no; carries a Rejection
  mismatch =
      2,       // the same name with other content, or nothing that makes sense: a bug of the sender
  fenced = 3,  // a late duplicate: who asked has logged the end of it
};

struct StepAnswer {
  StepAnswerCode code = StepAnswerCode::done;
  std::optional<Rejection> rejection;  // with `refused` only
  Minor net = 0;   // with `done`: what it has added to the account; negative = taken
  Minor debt = 0;  // with `done`: what the account owes more; negative = has repaid
  bool operator==(const StepAnswer&) const = default;
};

// What these moves add to the account together.
WideMinor net_of(const std::vector<MoneyMove>& moves, const AccountId& account);
// What the account owes more after them; negative = less. Debts are those of the step's account.
WideMinor debt_of(const std::vector<MoneyMove>& moves);
StepAnswer answer_of(const MoneyStep& step);

}  // namespace florin
