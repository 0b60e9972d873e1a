// The messages that an account hears, and for which account each is.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "actors/messages/actor_id.hpp"
#include "actors/messages/message_declaration.hpp"
#include "base/boxed.hpp"
#include "base/ids.hpp"
#include "base/wire_number.hpp"
#include "cluster/partition_map.hpp"
#include "domain/account/account_decide.hpp"
#include "domain/account/account_events.hpp"
#include "domain/account/account_state.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/transfer_notes.hpp"

namespace florin {

// --- from clients --------------------------------------------------------------------------------------

struct OpenAccount {
  static constexpr WireNumber wire{10};
  static constexpr MessageUse use = MessageUse::instruction;
  RequestId request = 0;
  AccountId account;
  Currency currency;
  AccountKind kind = AccountKind::user;
  bool allow_negative = false;
  Minor daily_debit_limit = no_daily_limit;
  Metadata metadata;
  CommandId command{};  // not in the message's bytes: whoever takes it knows who asks
};
struct ChangeAccount {
  static constexpr WireNumber wire{11};
  static constexpr MessageUse use = MessageUse::instruction;
  RequestId request = 0;
  AccountId account;
  AccountChange change = AccountChange::freeze;
  std::string reason;
  CommandId command{};  // as of OpenAccount
};
// Answered by the account; AccountView::created says whether anything was changed.
struct ChangeMetadata {
  static constexpr WireNumber wire{21, metadata_changes_level};
  static constexpr MessageUse use = MessageUse::instruction;
  RequestId request = 0;
  AccountId account;
  MetadataPatch patch;
  CommandId command{};  // as of OpenAccount
};
struct GetAccount {
  static constexpr WireNumber wire{9};
  static constexpr WireNumber wire_follower_read{17};
  static constexpr MessageUse use = MessageUse::question;
  RequestId request = 0;
  AccountId account;
};
// What would Try answer now? Changes nothing; used to order refusals of a request that is itself wrong.
struct CheckLeg {
  static constexpr WireNumber wire{12};
  static constexpr MessageUse use = MessageUse::question;
  RequestId request = 0;
  AccountId account;
  LegRole role = LegRole::debit;
  Minor amount = 0;
  Currency currency;
};

// --- from a coordinator or saga, about a leg -----------------------------------------------------------

struct TryLeg {
  static constexpr WireNumber wire{2};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr bool leaves_a_leg = true;
  LegKey leg;
  LegContent content;
};
// The same with what the transfer is for, of one that says so: the leg keeps it, and its postings are logged with it.
struct TryNotedLeg : TryLeg {
  static constexpr WireNumber wire{23, notes_level};
  Boxed<LegNotes> notes;
};
struct ConfirmLeg {
  static constexpr WireNumber wire{3};
  static constexpr MessageUse use = MessageUse::between_partitions;
  LegKey leg;
  AccountId account;
};
struct CancelLeg {
  static constexpr WireNumber wire{4};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr bool leaves_a_leg = true;
  LegKey leg;
  AccountId account;
};
struct ApplyStep {
  static constexpr WireNumber wire{6};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr bool leaves_a_leg = true;
  LegKey leg;
  LegContent content;
};
// As TryNotedLeg.
struct ApplyNotedStep : ApplyStep {
  static constexpr WireNumber wire{24, notes_level};
  Boxed<LegNotes> notes;
};
struct CompensateStep {
  static constexpr WireNumber wire{7};
  static constexpr MessageUse use = MessageUse::between_partitions;
  static constexpr bool leaves_a_leg = true;
  LegKey leg;
  AccountId account;
};

struct AccountMessages {
  static constexpr ActorKind actor{"account"};
  using Any = std::variant<TryLeg, TryNotedLeg, ConfirmLeg, CancelLeg, ApplyStep, ApplyNotedStep,
                           CompensateStep, OpenAccount, ChangeAccount, ChangeMetadata, CheckLeg,
                           GetAccount, FollowerRead<GetAccount>>;

  static const AccountId& key_of(const auto& m) {
    if constexpr (requires { m.content; })
      return m.content.account;
    else
      return m.account;
  }

  static ActorId address_of(const AccountId& id, const PartitionMap& map) {
    return {actor, map.partition_of(id), id.str()};
  }
  // System accounts are in every partition.
  static std::optional<PartitionId> place_of(const AccountId& id, const PartitionMap& map) {
    return id.is_system() ? std::nullopt : std::optional(map.partition_of(id));
  }
  static ToldBy told_by(const BetweenPartitions auto& m) {
    return {m.leg.transfer.partition, m.leg.transfer.index};
  }
};

}  // namespace florin
