// Events of money steps, in the log of the partition of the account that they are about. Of the wallet alone: that the ledger
// has entered a step is an event of the ledger (domain/ledger/ledger_events.hpp), and that one is forgotten follows from
// a fence (FenceAdvanced).
//
// They are stored: what holds for all events is in domain/events.hpp.
#pragma once

#include <array>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "base/joined_variant.hpp"
#include "base/wire_number.hpp"
#include "domain/account/posting_trail.hpp"
#include "domain/wallet/money_step.hpp"

namespace florin {

// Debits `move.from`, credits `move.to`. An account that the moves of one event name more than once has one place in its
// chain: each of those trails leads to the event before this one.
struct PostedMove {
  MoneyMove move;
  PostingTrail debit;
  PostingTrail credit;

  bool operator==(const PostedMove&) const = default;

  static constexpr std::array field_names{"move", "debit", "credit"};
  static auto fields(auto& self) { return std::tie(self.move, self.debit, self.credit); }
};

// All moves of the step, in order, and its record, in one event.
struct MoneyStepDone {
  static constexpr WireNumber wire{50, 2};
  static constexpr std::string_view event_name = "money_step_done";

  StepContent step;
  std::vector<PostedMove> moves;  // 1 to step_moves_max

  bool operator==(const MoneyStepDone&) const = default;

  static constexpr std::array field_names{"step", "moves"};
  static auto fields(auto& self) { return std::tie(self.step, self.moves); }
};
// A definite no, recorded: the same step gets the same answer for ever, whatever becomes of the account.
struct MoneyStepRefused {
  static constexpr WireNumber wire{51, 2};
  static constexpr std::string_view event_name = "money_step_refused";

  StepContent step;
  Rejection code = Rejection::account_not_found;

  bool operator==(const MoneyStepRefused&) const = default;

  static constexpr std::array field_names{"step", "code"};
  static auto fields(auto& self) { return std::tie(self.step, self.code); }
};

// Each flow of a row once, one of them in two parts (rule 10), and the repayment of a debt.
inline constexpr std::size_t step_moves_max = 4;

using AnyWalletEvent = std::variant<MoneyStepDone, MoneyStepRefused>;

template <class E>
concept WalletEvent = AlternativeOf<E, AnyWalletEvent>;

}  // namespace florin
