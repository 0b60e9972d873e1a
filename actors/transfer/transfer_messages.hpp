// The messages that a transfer hears, and for which transfer each is.
#pragma once

#include <array>
#include <optional>
#include <variant>

#include "actors/messages/actor_id.hpp"
#include "actors/messages/message_declaration.hpp"
#include "base/boxed.hpp"
#include "base/ids.hpp"
#include "base/wire_number.hpp"
#include "cluster/partition_map.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/transfer_notes.hpp"
#include "domain/transfer/transfer_state.hpp"

namespace florin {

// From a client.
struct StartTransfer {
  static constexpr WireNumber wire{1};
  static constexpr MessageUse use = MessageUse::instruction;
  RequestId request = 0;
  AccountId from;
  AccountId to;
  Uuid transaction_id;
  Minor amount = 0;  // minor units, > 0
  Currency currency;
  Protocol protocol = Protocol::tcc;  // for transfers between partitions
  Timestamp deadline;                 // none = no deadline of the client's
};
// The same with what it is for. A message of its own, so that those without notes stay as they are.
struct StartNotedTransfer : StartTransfer {
  static constexpr WireNumber wire{22, notes_level};
  Boxed<TransferNotes> notes;
};
// A transaction: more than one posting, all or none of them. Whatever protocol is asked for, it runs as TC/C, also where all
// accounts live in one partition: it is one entry there, too. Known as a transfer is, by the client's side of its first posting.
struct StartTransaction {
  static constexpr WireNumber wire{25, transactions_level};
  static constexpr MessageUse use = MessageUse::instruction;
  RequestId request = 0;
  Uuid transaction_id;
  Currency currency;
  TransferPostings postings;  // 2 to limits::postings_max
  Protocol protocol = Protocol::tcc;
  Timestamp deadline;          // none = no deadline of the client's
  Boxed<TransferNotes> notes;  // empty: it says nothing of what it is for
};
// To the coordinator or saga: the answer to `answered` of one leg.
struct LegAnswered {
  static constexpr WireNumber wire{5};
  static constexpr MessageUse use = MessageUse::between_partitions;
  LegKey leg;
  LegMessage answered = LegMessage::try_;
  LegAnswer answer;
};

// Whose it is: a transaction's is its first posting's. Empty: of one without postings, which the edge lets nobody say.
inline const AccountId& owner_of(const StartTransfer& message) {
  return owner_of(message.from, message.to);
}
inline const AccountId& owner_of(const StartTransaction& message) {
  static const AccountId nobody;
  if (message.postings.empty()) return nobody;
  const TransferPosting& first = message.postings.front();
  return owner_of(first.from, first.to);
}

// What it is to move, in the client's order.
inline std::array<TransferPosting, 1> postings_of(const StartTransfer& message) {
  return {TransferPosting{message.from, message.to, message.amount}};
}
inline const TransferPostings& postings_of(const StartTransaction& message) {
  return message.postings;
}

// Before it has started, a transfer is known by its owner and the client's id for it.
struct NewTransfer {
  const AccountId& owner;
  const Uuid& transaction_id;
};
// Which protocol's actor has asked, and so is to hear it.
struct AskingTransfer {
  const TransferId& id;
  Protocol protocol = Protocol::tcc;
};

struct TransferMessages {
  static constexpr ActorKind coordinator{"coordinator"};
  static constexpr ActorKind saga{"saga"};
  using Any = std::variant<StartTransfer, StartNotedTransfer, StartTransaction, LegAnswered>;

  static NewTransfer key_of(const StartTransfer& m) { return {owner_of(m), m.transaction_id}; }
  static NewTransfer key_of(const StartTransaction& m) { return {owner_of(m), m.transaction_id}; }
  static AskingTransfer key_of(const LegAnswered& m) {
    return {m.leg.transfer, protocol_of(m.answered)};
  }

  static ActorId address_of(const NewTransfer& key, const PartitionMap& map) {
    return {coordinator, map.partition_of(key.owner),
            key.owner.str() + "/" + key.transaction_id.to_string()};
  }
  static ActorId address_of(const AskingTransfer& key, const PartitionMap&) {
    return {key.protocol == Protocol::saga ? saga : coordinator, key.id.partition,
            key.id.to_string()};
  }
  static std::optional<PartitionId> place_of(const AskingTransfer& key, const PartitionMap&) {
    return key.id.partition;
  }
  static ToldBy told_by(const LegAnswered& m) { return {std::nullopt, m.leg.transfer.index}; }
};

}  // namespace florin
