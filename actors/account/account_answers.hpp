// What an account answers to actors of its partition (entity/neighbour_questions.hpp): const functions of its state. Null = there
// is no such account.
#pragma once

#include "actors/entity/neighbour_questions.hpp"
#include "domain/account/account_evolve.hpp"
#include "domain/account/account_move.hpp"

namespace florin {

inline std::optional<Rejection> answer(const AccountState* account, const MayBeDebited& question) {
  return check_debit(account, question.amount, question.currency, question.now, question.by);
}

inline WouldPost::Answer answer(const AccountState* account, const WouldPost& question) {
  const bool debit = question.role == LegRole::debit;
  const auto refusal =
      debit
          ? check_debit(account, question.amount, question.currency, question.now, DebitBy::posting)
          : check_credit(account, question.amount, question.currency, CreditBy::posting);
  if (refusal) return {refusal, {}};
  return {std::nullopt, debit ? trail_after_debit(*account, question.amount)
                              : trail_after_credit(*account, question.amount)};
}

// What speaks against this move of it, which is about `amount`; null = nothing.
const char* against_move(const AccountState* account, Currency currency, Minor amount,
                         const AccountMove& move);

inline const char* answer(const AccountState* account, const MayKeep& question) {
  return against_move(account, question.currency, question.amount, move_kept(question.amount));
}

}  // namespace florin
