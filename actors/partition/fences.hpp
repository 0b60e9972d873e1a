// Fences: lets participants forget the legs of what has ended, and this partition's own accounts those of others. Belongs
// to the partition, and to no entity: it speaks for every kind that sends legs (SentLegs).
//
// As a coordinator's partition: whom a leg was sent is told, now and then, up to which entry everything with a leg there has
// ended, and told again, less and less often, until it has answered. As a participant: what was heard is logged
// (FenceAdvanced), which forgets the legs, and then answered.
//
// Crash: what was told and answered is forgotten; begin_deciding() takes it that everybody keeps legs. What was heard and not
// yet logged comes again. Only the logged fence is state.
#pragma once

#include <optional>
#include <vector>

#include "actors/entity/actor_context.hpp"
#include "actors/partition/kept_legs.hpp"
#include "actors/partition/sent_legs.hpp"
#include "domain/transfer/fence.hpp"

namespace florin {

struct FenceOptions {
  std::int64_t interval_us = 0;      // how often finished legs are forgotten
  std::int64_t resend_after_us = 0;  // the first wait for an answer
};

class Fences {
 public:
  // `kept` and `sent`: of partition `self`.
  Fences(PartitionId self, const KeptLegs& kept, const SentLegsOfAll& sent, FenceOptions options);

  // Whoever keeps legs of ours will hear. `last`: of the log.
  void begin_deciding(LogIndex last);
  // Entry `index` sends a message that leaves a leg at `participant`.
  void leg_is_sent(PartitionId participant, LogIndex index) {
    told_[participant].last_leg_at = index;
  }
  void on(const AdvanceFence& message, ActorContext& context);
  void on(const FenceHeard& message, ActorContext& context);

  // Logs and tells what is due, in the turn of entry `index`; true when it was time to.
  bool tick(ActorContext& context, LogIndex index);
  // When tick() has something to do next; none: everybody has answered, and nothing was heard.
  [[nodiscard]] std::optional<Timestamp> next_due() const;

 private:
  void forget_finished_legs(ActorContext& context);
  void tell(ActorContext& context, LogIndex index);
  [[nodiscard]] bool can_forget(PartitionId coordinator) const;

  PartitionId self_;
  const KeptLegs& kept_;
  const SentLegsOfAll& sent_;
  FenceOptions options_;
  Timestamp next_;               // tick() does nothing before
  std::vector<LogIndex> heard_;  // by coordinator: the highest AdvanceFence, not yet logged
  std::vector<FenceTold> told_;  // by participant
};

}  // namespace florin
