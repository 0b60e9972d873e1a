// Events of transfers: in the log of the partition where the transfer begins. What happens to the accounts of its legs is in
// transfer/leg_events.hpp; a transfer inside one partition has no legs, and is one event.
//
// They are stored: what holds for all events is in domain/events.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/boxed.hpp"
#include "base/ids.hpp"
#include "base/joined_variant.hpp"
#include "base/wire_number.hpp"
#include "domain/account/posting_trail.hpp"
#include "domain/rejection.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/transfer_notes.hpp"
#include "domain/transfer/transfer_state.hpp"

namespace florin {

// --- transfers inside one partition -----------------------------------------------------------------

// Local protocol: both postings, and the dedup record, in one event. Debits `from`, credits `to`.
struct TransferPosted {
  static constexpr WireNumber wire{5};
  Uuid transaction_id;
  AccountId from;
  AccountId to;
  Minor amount = 0;
  Currency currency;
  PostingTrail debit;
  PostingTrail credit;
  bool operator==(const TransferPosted&) const = default;
};
// A refusal that depended on state: recorded, so that the same request gets the same answer for ever.
struct TransferRefused {
  static constexpr WireNumber wire{6};
  Uuid transaction_id;
  AccountId from;
  AccountId to;
  Minor amount = 0;
  Currency currency;
  Rejection code = Rejection::account_not_found;
  bool operator==(const TransferRefused&) const = default;
};
// The second version of TransferRefused: and which side's account its code is about. Only of codes that are about one; all
// others are recorded as they were.
struct SidedRefusal {
  static constexpr WireNumber wire{49, 3};
  TransferRefused refused;
  RefusedSide side = RefusedSide::from;
  bool operator==(const SidedRefusal&) const = default;
};

// What the client says the transfer is for. Right behind the event that begins it, in the same entry: its TransferStarted, or what
// posted or refused it at once; `transfer` is that one's position. Only of one that has notes.
struct TransferNoted {
  static constexpr WireNumber wire{52, notes_level};
  TransferId transfer;
  Boxed<TransferNotes> notes;
  bool operator==(const TransferNoted&) const = default;
};

// --- coordinator (TC/C) and saga: the transfer is named by the position of its TransferStarted ---------

struct TransferStarted {
  static constexpr WireNumber wire{7};
  Uuid transaction_id;
  AccountId owner;
  Protocol protocol = Protocol::tcc;
  Currency currency;
  Timestamp deadline;
  ByLeg<LegSpec> legs;
  bool operator==(const TransferStarted&) const = default;
};
// Behind its TransferStarted, in the same entry: the client's deadline, which the deadline there no longer contains
// (in logs of older versions, where this event is missing, that is the earlier of the two).
struct ClientDeadlineGiven {
  static constexpr WireNumber wire{41};
  TransferId transfer;
  Timestamp deadline;
  bool operator==(const ClientDeadlineGiven&) const = default;
};
// Clients' deadlines that are judged in the rest of this entry are compared with this clock, that of the leader, and
// not with the time of the entry, which is far ahead of it.
struct LeaderClockRead {
  static constexpr WireNumber wire{42};
  Timestamp clock;
  bool operator==(const LeaderClockRead&) const = default;
};
// The answer to Try (TC/C) or Apply (saga) of one leg. For a saga's last step but one this is the last look at the
// clock: what follows is only retried forward. Not logged for the answer that leads to the decision
// (it is in there), nor for a TC/C leg beside its coordinator (the leg's own event says it).
struct TryAnswered {
  static constexpr WireNumber wire{8};
  LegKey leg;
  LegAnswer answer;
  bool operator==(const TryAnswered&) const = default;
};
// Logged before the first Confirm, Cancel or Compensate leaves; never reversed. A decision to cancel is one of these only
// where CancelDecided is not written yet, and in logs of older versions; clients hear of such a one when every leg is
// cancelled, and its position is that of TransferCancelled.
struct TransferDecided {
  static constexpr WireNumber wire{9};
  static constexpr std::uint8_t no_leg = 255;

  TransferId transfer;
  Decision decision = Decision::confirm;
  std::optional<Rejection> code;
  std::uint8_t answered_leg = no_leg;  // whose answer led to it; no_leg: time, or a leg's own event
  LegAnswer answer;                    // of that leg
  bool operator==(const TransferDecided&) const = default;
};
// The decision to cancel, and what clients hear: the refusal is answered when this entry is durable, at the position of this
// event, while legs in other partitions are still to be cancelled. Those beside the transfer are released in this entry
// (TC/C). Never reversed.
struct CancelDecided {
  static constexpr WireNumber wire{46, 3};
  TransferId transfer;
  Rejection code = Rejection::deadline_passed;
  std::uint8_t answered_leg = TransferDecided::no_leg;  // see there
  LegAnswer answer;
  bool operator==(const CancelDecided&) const = default;
};
// The same decision as versions before CancelDecided wrote it.
inline TransferDecided as_transfer_decided(const CancelDecided& event) {
  return {event.transfer, Decision::cancel, event.code, event.answered_leg, event.answer};
}
// Not logged for the last answer (the end follows from it), nor for a TC/C leg beside its coordinator.
struct SecondPhaseAnswered {
  static constexpr WireNumber wire{10};
  LegKey leg;
  bool out_of_order = false;
  bool operator==(const SecondPhaseAnswered&) const = default;
};
struct TransferCompleted {
  static constexpr WireNumber wire{11};
  TransferId transfer;
  bool operator==(const TransferCompleted&) const = default;
};
// Every leg is cancelled or compensated. Leg answers are kept for the phase status of a finished transfer.
struct TransferCancelled {
  static constexpr WireNumber wire{12};
  TransferId transfer;
  Rejection code = Rejection::deadline_passed;
  std::vector<LegAnswer> try_answers;  // by leg
  std::vector<bool> answered;          // by leg: false = the Try was never answered
  std::vector<bool> out_of_order;      // by leg
  bool operator==(const TransferCancelled&) const = default;
};

using AnyTransferEvent =
    std::variant<TransferPosted, TransferRefused, SidedRefusal, TransferNoted, TransferStarted,
                 ClientDeadlineGiven, LeaderClockRead, TryAnswered, TransferDecided, CancelDecided,
                 SecondPhaseAnswered, TransferCompleted, TransferCancelled>;

template <class E>
concept TransferEvent = AlternativeOf<E, AnyTransferEvent>;

}  // namespace florin
