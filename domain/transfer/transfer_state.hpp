// TransferState: what the coordinator (TC/C) or the saga knows of one transfer: the phase status table.
// What it still owes is a function of it: next_steps() in transfer_steps.hpp.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>

#include "base/assert.hpp"
#include "base/ids.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/refused_side.hpp"
#include "domain/transfer/transfer_posting.hpp"

namespace florin {

enum class Protocol : std::uint8_t { local = 0, tcc = 1, saga = 2 };
enum class TryStatus : std::uint8_t { not_sent = 0, sent = 1, answered = 2 };
enum class SecondPhaseStatus : std::uint8_t { none = 0, sent = 1, answered = 2 };
enum class Decision : std::uint8_t { none = 0, confirm = 1, cancel = 2 };
enum class TransferStatus : std::uint8_t {
  trying,
  confirming,
  cancelling,
  completed,
  cancelled,
  refused,
};

// By leg. Nearly all transfers have two, and those need no allocation; at most limits::legs_max.
template <class T>
using ByLeg = boost::container::small_vector<T, 2>;

struct LegSpec {
  AccountId account;
  PartitionId partition = 0;  // where the account lives
  LegRole role = LegRole::debit;
  Minor amount = 0;
  bool operator==(const LegSpec&) const = default;
};

struct LegPhase {
  LegSpec spec;
  TryStatus try_status = TryStatus::not_sent;
  LegAnswer try_answer;
  SecondPhaseStatus second_phase = SecondPhaseStatus::none;
  // its Cancel came before its Try: copied from the participant's answer
  bool out_of_order = false;
};

struct TransferState {
  TransferId id;
  Uuid transaction_id;
  AccountId owner;  // the side that is a client's: payer, or payee of a deposit
  Protocol protocol = Protocol::tcc;
  Currency currency;
  Timestamp started_at;  // entry time
  // in entry time: an unanswered Try counts as no after it; none: begun by a clock that nobody confirmed, see deadline.hpp
  Timestamp deadline;
  Timestamp
      client_deadline;  // the client's own, none = none; see deadline.hpp. No confirm is decided after either
  Decision decision = Decision::none;
  bool has_notes = false;         // there is a row of them, by its id
  std::optional<Rejection> code;  // why it is cancelled
  // Where that was decided, once clients have their refusal by it (CancelDecided); none: they hear of the end.
  std::optional<Position> refused_at = {};
  // The debits of all postings, then their credits, both in the order of the postings.
  ByLeg<LegPhase> legs;

  // Both sides of a posting; a transfer has one. A log may say what no client can ask for: a leg that has no other side of
  // its own is one more of a posting that is there.
  [[nodiscard]] std::size_t postings() const { return legs.size() < 4 ? 1 : legs.size() / 2; }
  [[nodiscard]] std::size_t posting_of(std::size_t leg) const { return leg % postings(); }
  [[nodiscard]] const LegSpec& debit(std::size_t posting = 0) const { return legs[posting].spec; }
  [[nodiscard]] const LegSpec& credit(std::size_t posting = 0) const {
    return legs[legs.size() - postings() + posting].spec;
  }
  // Has more postings than a transfer.
  [[nodiscard]] bool is_transaction() const { return postings() > 1; }
};

// What remains of a transfer that has ended: enough to answer a repeat, or to find its history in the log.
struct TransferRecord {
  Uuid transaction_id;
  AccountId owner;
  AccountId other;   // the other side, of the first posting
  Minor amount = 0;  // of the first posting
  Currency currency;
  Protocol protocol = Protocol::local;
  bool owner_is_payer = true;
  TransferStatus status = TransferStatus::completed;  // completed, cancelled or refused
  std::optional<Rejection> code;                      // with cancelled and refused
  Position started;
  Position finished;  // the outcome's position, which clients hear
  // Where it ended, of one that was refused before its last leg was cancelled, or with a side; none: where it finished.
  std::optional<Position> ended = {};
  // Whose account the code is about, as clients were told; none: nobody's, or it was recorded before that was.
  RefusedSide side = RefusedSide::none;
  bool has_notes = false;  // there is a row of them, by where it started
  // Of one that has more than one posting: how many, what of them, and which one was refused.
  MaybeBoxed<TransactionRecord> transaction = {};

  [[nodiscard]] std::size_t postings() const { return transaction ? transaction->postings : 1; }
  [[nodiscard]] std::uint8_t refused_posting() const {
    return transaction ? transaction->refused_posting : no_posting;
  }

  [[nodiscard]] Position end() const { return ended.value_or(finished); }

  [[nodiscard]] const AccountId& payer() const { return owner_is_payer ? owner : other; }
  [[nodiscard]] const AccountId& payee() const { return owner_is_payer ? other : owner; }
};

// The side that is a client's: the payer, or the payee of a deposit.
inline const AccountId& owner_of(const AccountId& from, const AccountId& to) {
  return from.is_system() ? to : from;
}

// Whose messages they are: TC/C's, or a saga's. The local protocol sends none.
inline Protocol protocol_of(LegMessage message) {
  switch (message) {
    case LegMessage::try_:
    case LegMessage::confirm:
    case LegMessage::cancel: return Protocol::tcc;
    case LegMessage::apply:
    case LegMessage::compensate: return Protocol::saga;
  }
  FLORIN_ASSERT(false, "a message to a leg is one of those that there are");
}

}  // namespace florin
