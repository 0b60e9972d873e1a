// Events of participants: what one account's part of a transfer has come to, in the log of that account's partition, and up to
// where a partition has forgotten the legs of another one's transfers. None of them begins or ends a transfer: the
// coordinator's own events do (transfer/transfer_events.hpp).
//
// They are stored: what holds for all events is in domain/events.hpp.
#pragma once

#include <variant>

#include "base/boxed.hpp"
#include "base/ids.hpp"
#include "base/joined_variant.hpp"
#include "base/wire_number.hpp"
#include "domain/account/posting_trail.hpp"
#include "domain/rejection.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/transfer_notes.hpp"

namespace florin {

struct LegTried {
  static constexpr WireNumber wire{13};
  LegKey leg;
  LegContent content;
  bool operator==(const LegTried&) const = default;
};
struct LegRefused {
  static constexpr WireNumber wire{14};
  LegKey leg;
  LegContent content;
  Rejection code = Rejection::account_not_found;
  bool operator==(const LegRefused&) const = default;
};
// Posting. Debit leg: debit account (out of held), credit clearing. Credit leg: debit clearing, credit account.
struct LegConfirmed {
  static constexpr WireNumber wire{15};
  LegKey leg;
  LegContent content;
  PostingTrail trail;
  bool operator==(const LegConfirmed&) const = default;
};
struct LegCancelled {
  static constexpr WireNumber wire{16};
  LegKey leg;
  bool operator==(const LegCancelled&) const = default;
};
// The cancel flag: a Cancel came before its Try, so that a late Try is refused.
struct LegCancelledEarly {
  static constexpr WireNumber wire{17};
  LegKey leg;
  AccountId account;
  bool operator==(const LegCancelledEarly&) const = default;
};
// Saga, posting at once: debit leg: account -> clearing; credit leg: clearing -> account.
struct StepApplied {
  static constexpr WireNumber wire{18};
  LegKey leg;
  LegContent content;
  PostingTrail trail;
  bool operator==(const StepApplied&) const = default;
};
// Saga, reverse posting of StepApplied.
struct StepCompensated {
  static constexpr WireNumber wire{19};
  LegKey leg;
  LegContent content;
  PostingTrail trail;
  bool operator==(const StepCompensated&) const = default;
};
// What the transfer is for, as statements show it. Right behind the event of its leg that it is about, in the same entry: behind
// the Try, from where the leg knows it, and again behind each that posts, so that a statement finds both in one entry.
struct LegNoted {
  static constexpr WireNumber wire{53, notes_level};
  LegKey leg;
  Boxed<LegNotes> notes;
  bool operator==(const LegNoted&) const = default;
};
// `coordinator` has finished every transfer with a leg here that it started at or before `index`: the finished legs and
// flags of those are forgotten, and a Try of one is refused as `fenced` from now on.
struct FenceAdvanced {
  static constexpr WireNumber wire{20};
  PartitionId coordinator = 0;
  LogIndex index = 0;
  bool operator==(const FenceAdvanced&) const = default;
};

using AnyLegEvent =
    std::variant<LegTried, LegRefused, LegConfirmed, LegCancelled, LegCancelledEarly, StepApplied,
                 StepCompensated, LegNoted, FenceAdvanced>;

template <class E>
concept LegEvent = AlternativeOf<E, AnyLegEvent>;

}  // namespace florin
