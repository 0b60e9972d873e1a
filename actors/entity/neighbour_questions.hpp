// What actors of one partition ask each other, and what they ask of that which belongs to the partition and to no entity.
// Typed, and answered at once by the asked one's own const function (account_answers.hpp, transfer_answers.hpp): a direct
// call, without a queue, an allocation or an event. A question changes nothing; who decides on the answer is who asked.
//
// A question says whom it is put to (`Asked`: an entity by its key, or the partition) and what comes back (`Answer`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/ids.hpp"
#include "domain/account/account_decide.hpp"
#include "domain/events.hpp"
#include "domain/ledger/ledger_books.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/transfer_notes.hpp"
#include "domain/transfer/transfer_state.hpp"
#include "domain/wallet/money_step.hpp"

namespace florin {

struct OwnPartition {};  // that of who asks

// --- to an account ---------------------------------------------------------------------------------------

// What speaks against this debit, now?
struct MayBeDebited {
  using Asked = AccountId;
  using Answer = std::optional<Rejection>;
  Minor amount = 0;
  Currency currency;
  Timestamp now;
  DebitBy by = DebitBy::hold;
};
// One side of a transfer inside the partition: what speaks against it, and if nothing does, what it leaves behind.
struct WouldPost {
  struct Answer {
    std::optional<Rejection> refusal;
    PostingTrail trail;
  };
  using Asked = AccountId;
  LegRole role = LegRole::debit;
  Minor amount = 0;
  Currency currency;
  Timestamp now;
};
// A saga's debits of it, of this sum, are to stay, now that the saga ends. Null, or what speaks against it. It comes right
// before its event, and is no use of the account beside that.
struct MayKeep {
  using Asked = AccountId;
  using Answer = const char*;
  Minor amount = 0;
  Currency currency;
};

// --- to a leg --------------------------------------------------------------------------------------------

// The leg as it is; null: never heard of. Valid until the next event.
struct KnownLeg {
  using Asked = LegKey;
  using Answer = const Leg*;
};
// Does it hold or expect money?
struct IsReserved {
  using Asked = LegKey;
  using Answer = bool;
};

// --- to who began a leg: a transfer here, or what is known here of one that is elsewhere ---------------------

enum class LegSender : std::uint8_t {
  nobody,  // there is no such partition
  denies,  // it has no such leg here, or cannot have said that as it is
  ended,   // it is over, and its legs here are forgotten or will be
  open,    // for all that is known here
};
// Can this message about a leg of it be its own? What comes from a peer may say anything.
struct MaySay {
  using Asked = TransferId;
  using Answer = LegSender;
  std::uint8_t leg = 0;
  LegMessage message = LegMessage::try_;
};

// The legs of a transfer that completes, if its debits are to be kept by that, as a saga's are; else none. Valid until its end.
struct LegsToKeep {
  using Asked = TransferId;
  using Answer = std::span<const LegPhase>;
};

// What the transfer is for. Asked only of one that has notes; null: the store has failed to say. Valid until the next event.
struct NotesOf {
  using Asked = TransferId;
  using Answer = const TransferNotes*;
};

// --- to money steps, and what they are about: accounts and the ledger ------------------------------------

// The record of the step as it is; null: none of this name is kept here. Valid until the next event.
struct KnownStep {
  using Asked = StepName;
  using Answer = const MoneyStep*;
};
// The account as it is, for a step that may name several. Null: there is none. Valid until the next event.
struct KnownAccount {
  using Asked = AccountId;
  using Answer = const AccountState*;
};
// What the ledger says of one of its accounts, in one currency.
struct KnownBalance {
  using Asked = LedgerKey;
  using Answer = LedgerBalance;
};

// --- to the partition ------------------------------------------------------------------------------------

// The record of the transfer that ended under this id. None: there is none.
struct EndedAs {
  using Asked = OwnPartition;
  using Answer = std::optional<TransferRecord>;
  const Uuid& transaction_id;
  const AccountId& owner;
};
// What this event asked for is over, and may be forgotten here: the fence of its partition covers it.
struct IsFenced {
  using Asked = OwnPartition;
  using Answer = bool;
  Position asked;
};
// How many transfers that began here are under way? A transaction is as many as it has postings.
struct OpenTransferCount {
  using Asked = OwnPartition;
  using Answer = std::size_t;
};

}  // namespace florin
