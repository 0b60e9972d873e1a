// A leg: one account's part of a transfer, as the participant knows it, and the messages about it.
// The table of states and answers is data in participant_table.hpp; its words are in docs/GLOSSARY.md.
#pragma once

#include <cstdint>
#include <optional>

#include "base/ids.hpp"
#include "base/maybe_boxed.hpp"
#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"
#include "domain/rejection.hpp"
#include "domain/transfer/transfer_notes.hpp"

namespace florin {

enum class LegRole : std::uint8_t { debit = 0, credit = 1 };

enum class LegState : std::uint8_t {
  none = 0,             // never heard of
  tried = 1,            // reserved
  confirmed = 2,        // posted (TC/C: by Confirm; saga: by Apply)
  cancelled = 3,        // released (TC/C) or compensated (saga)
  cancelled_early = 4,  // the cancel flag: a Cancel came before its Try
  refused = 5,          // the Try was refused; recorded
};

enum class LegMessage : std::uint8_t {
  try_ = 0,
  confirm = 1,
  cancel = 2,
  apply = 3,
  compensate = 4
};

enum class AnswerCode : std::uint8_t {
  ok = 0,
  ok_empty = 1,              // cancelled before its Try: the flag was left
  refused = 2,               // definite no; carries a Rejection
  cancelled = 3,             // definite no: this leg was cancelled already
  cancelled_before_try = 4,  // definite no: the cancel flag was there
  leg_mismatch = 5,          // the same leg with other content: a bug of the sender
  try_not_found = 6,         // Confirm of a leg never heard of: no effect
  already_confirmed = 7,     // Cancel after Confirm: invariant alarm
  already_cancelled = 8,     // Confirm after Cancel: invariant alarm
  fenced = 9,  // a Try of a transfer that its coordinator has finished: late duplicate
};

struct LegAnswer {
  AnswerCode code = AnswerCode::ok;
  std::optional<Rejection> rejection;  // with `refused` only
  bool operator==(const LegAnswer&) const = default;
  [[nodiscard]] bool is_ok() const noexcept {
    return code == AnswerCode::ok || code == AnswerCode::ok_empty;
  }
};

// What a leg is about. Travels with Try and Apply; equal content makes a repeat.
struct LegContent {
  AccountId account;
  AccountId counterparty;
  Uuid transaction_id;
  Minor amount = 0;  // minor units, > 0
  Currency currency;
  LegRole role = LegRole::debit;
  bool operator==(const LegContent&) const = default;
};

// One leg as its participant keeps it. `content` is empty for cancelled_early.
struct Leg {
  LegKey key;
  LegState state = LegState::none;
  std::optional<Rejection> rejection;  // of a refused leg
  LegContent content;
  std::int32_t debit_day = 0;       // UTC day whose daily limit the Try used
  MaybeBoxed<LegNotes> notes = {};  // came with the Try or Apply; few have some
};

}  // namespace florin
