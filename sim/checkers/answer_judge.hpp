// AnswerJudge: every answer is what the log gives at the position it names: balances, terms, pages with nobody left out,
// sums, phase statuses, outcomes, and the code of a refusal. By LogHistory, so with no code of the product's but its
// decoding of entries. Part of the checker account_terms.
#pragma once

#include <optional>
#include <string>

#include "sim/checker.hpp"
#include "sim/checkers/log_history.hpp"

namespace florin::sim {

class AnswerJudge {
 public:
  AnswerJudge(const RunView& run, const LogHistory& history) : run_(run), history_(history) {}

  // Nothing = it is right.
  [[nodiscard]] std::optional<std::string> wrong_with(const Operation& operation,
                                                      const Answer& answer) const;

 private:
  using Finding = std::optional<std::string>;

  Finding account(const Action& action, const Answer& answer) const;
  Finding effect(const Action& action, const Answer& answer, const Terms& there) const;
  Finding refusal(const Action& action, const Answer& answer) const;
  Finding outcome(const Action& action, const Answer& answer) const;
  Finding status(const Action& action, const Answer& answer) const;
  Finding check(const Action& action, const Answer& answer) const;
  Finding page(const Action& action, const Answer& answer) const;
  Finding balances(const Answer& answer) const;
  [[nodiscard]] const SimAccount& account_of(const Action& action) const {
    return run_.workload.accounts.at(action.account);
  }

  const RunView& run_;
  const LogHistory& history_;
};

}  // namespace florin::sim
