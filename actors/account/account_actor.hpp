// AccountActor: the entity actor of one account, and so the participant of transfers. A sans-I/O state
// machine: it handles one message, records events, and answers by messages. It owns the account's state and
// its legs; nobody else decides about that money.
//
// Every message may come twice, late, never, or before its predecessor: repeats are answered from the leg's
// recorded state (participant_table.hpp), a Cancel before its Try leaves the cancel flag, and a late Try
// of a transfer that has ended is refused by that flag or by the coordinator's fence.
#pragma once

#include "actors/entity/actor_context.hpp"
#include "actors/partition/partition_state.hpp"

namespace florin {

class AccountActor {
 public:
  AccountActor(PartitionState& state, ActorContext& context) : state_(state), context_(context) {}

  void on(const OpenAccount& message);
  void on(const ChangeAccount& message);
  void on(const GetAccount& message);
  void on(const CheckLeg& message);
  void on(const TryLeg& message);
  void on(const ConfirmLeg& message);
  void on(const CancelLeg& message);
  void on(const ApplyStep& message);
  void on(const CompensateStep& message);

 private:
  void answer(LegKey leg, LegMessage answered, const struct LegDecision& decision);
  // True when no coordinator can have sent this: refused with an alarm, and nothing of it is recorded.
  bool refused_as_contradiction(LegKey leg, LegMessage message);
  void refuse(LegKey leg, LegMessage message, std::string_view why);
  // True when the leg's transfer is over and forgotten: answered as `fenced`, nothing changes.
  bool answered_as_fenced(LegKey leg, LegMessage message);
  template <class Asked>
  void reply_view(const Asked& message, const AccountState& account, bool created);

  PartitionState& state_;
  ActorContext& context_;
};

}  // namespace florin
