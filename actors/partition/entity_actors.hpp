// EntityActors: gives a message, or the time, to the entity actor that it is for. An actor is made for each message: what it
// knows is in the tables. Which protocol's actor a transfer has is decided here and nowhere else. Used by the partition's
// turn, and by the test kit.
#pragma once

#include <optional>

#include "actors/account/account_actor.hpp"
#include "actors/entity/entity_context.hpp"
#include "actors/partition/neighbours.hpp"
#include "actors/partition/partition_state.hpp"
#include "actors/transfer/coordinator_actor.hpp"
#include "actors/transfer/saga_actor.hpp"
#include "base/limits.hpp"

namespace florin {

struct TransferRules {
  std::int64_t try_timeout_us = limits::try_timeout_us;
  std::size_t open_transfers_max = limits::open_transfers_max;
};

// The account that a message is for.
class OwnAccount {
 public:
  OwnAccount(PartitionState& state, const AccountId& id) : state_(state), id_(id) {}

  [[nodiscard]] const AccountState* state() const { return state_.account(id_); }
  [[nodiscard]] const AccountState* before_event() const {
    return state_.account_before_event(id_);
  }

 private:
  PartitionState& state_;
  const AccountId& id_;
};

// What the actors of a turn get: its effects, and answers from the partition's tables.
class TurnContexts {
 public:
  TurnContexts(PartitionState& state, ActorContext& turn) : state_(state), turn_(turn) {}

  // `HandlerUses`: what the handler says that it does (entity/uses.hpp).
  template <class HandlerUses>
  EntityContext<Neighbours> of() {
    return {turn_, Neighbours(state_)};
  }

 private:
  PartitionState& state_;
  ActorContext& turn_;
};

template <class Contexts = TurnContexts>
class EntityActors {
 public:
  EntityActors(PartitionState& state, Contexts contexts, ActorContext& context, TransferRules rules)
      : state_(state), contexts_(contexts), context_(context), rules_(rules) {}

  template <class M>
  void to_account(const M& message, const AccountId& id) {
    using HandlerUses = decltype(AccountUses::of(message));
    AccountActor(OwnAccount(state_, id), contexts_.template of<HandlerUses>()).on(message);
  }
  // The transfer that has begun, if one has and is not over.
  std::optional<TransferId> to_new_transfer(const StartTransfer& message) {
    return coordinator().on(message);
  }
  void to_transfer(const LegAnswered& message, Protocol protocol) {
    with_actor_of(protocol, [&](auto&& actor) { actor.on(message); });
  }
  // Its time has come; nothing when it is over.
  void on_due(const TransferId& id) {
    const TransferRow* row = state_.transfer(id);
    if (row == nullptr) return;
    with_actor_of(row->state.protocol, [&](auto&& actor) { actor.on_due(id); });
  }

 private:
  CoordinatorActor coordinator() {
    return {state_, context_, rules_.try_timeout_us, rules_.open_transfers_max};
  }
  template <class Act>
  void with_actor_of(Protocol protocol, Act&& act) {
    switch (protocol) {
      case Protocol::saga: return act(SagaActor(state_, context_));
      case Protocol::local:  // over when it has begun: it hears nothing
      case Protocol::tcc: return act(coordinator());
    }
  }

  PartitionState& state_;
  Contexts contexts_;
  ActorContext& context_;
  TransferRules rules_;
};

}  // namespace florin
