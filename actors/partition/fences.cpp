// Both directions of fences, now and then (docs/ARCHITECTURE.md, Transfers).
#include "actors/partition/fences.hpp"

#include <algorithm>

#include "actors/entity/backoff.hpp"

namespace florin {

Fences::Fences(PartitionId self, const KeptLegs& kept, const SentLegsOfAll& sent,
               FenceOptions options)
    : self_(self),
      kept_(kept),
      sent_(sent),
      options_(options),
      heard_(kept.partitions()),
      told_(kept.partitions()) {}

void Fences::begin_deciding(LogIndex last) {
  for (FenceTold& fence : told_) fence.last_leg_at = last;
}

void Fences::on(const AdvanceFence& message, ActorContext& context) {
  if (message.coordinator >= heard_.size())
    return context.alarm("a fence of no partition", {{message.index, 0, message.coordinator}, 0});
  LogIndex& heard = heard_.at(message.coordinator);
  heard = std::max(heard, message.index);
  if (can_forget(message.coordinator)) return;  // answered with what is logged then
  context.tell(message.coordinator, FenceHeard{message.coordinator, self_, heard});
}

void Fences::on(const FenceHeard& message, ActorContext& context) {
  if (message.participant >= told_.size())
    return context.alarm("a fence heard by no partition",
                         {{message.index, 0, message.participant}, 0});
  LogIndex& answered = told_.at(message.participant).answered;
  answered = std::max(answered, message.index);
}

bool Fences::tick(ActorContext& context, LogIndex index) {
  if (context.now() < next_) return false;
  forget_finished_legs(context);
  tell(context, index);
  next_ = context.now() + options_.interval_us;
  return true;
}

void Fences::forget_finished_legs(ActorContext& context) {
  for (std::uint32_t c = 0; c < heard_.size(); ++c) {
    const auto coordinator = static_cast<PartitionId>(c);
    if (!can_forget(coordinator)) continue;
    // Only to a leader that was deposed and has not heard of it: the fence speaks of what later leaders logged.
    if (kept_.has_reservation_of({coordinator, heard_[c]})) continue;
    context.emit(FenceAdvanced{coordinator, heard_[c]});
    context.tell(coordinator, FenceHeard{coordinator, self_, heard_[c]});
  }
}

// Each participant that may keep legs.
void Fences::tell(ActorContext& context, LogIndex index) {
  for (std::uint32_t p = 0; p < told_.size(); ++p) {
    FenceTold& fence = told_[p];
    const auto participant = static_cast<PartitionId>(p);
    // Something may still begin in this very entry: what is finished ends before it.
    const LogIndex finished = std::min(sent_.finished_up_to(participant, index - 1), index - 1);
    const FenceTelling telling = decide_fence(fence, finished, context.now());
    if (telling == FenceTelling::nothing) continue;
    fence.told = finished;
    fence.repeats = telling == FenceTelling::once_more ? fence.repeats + 1 : 0;
    fence.again_at = context.now() + backoff(options_.resend_after_us, fence.repeats, p);
    context.tell(participant, AdvanceFence{participant, self_, finished});
  }
}

bool Fences::can_forget(PartitionId coordinator) const {
  return heard_[coordinator] > kept_.fence_of(coordinator) && kept_.has_any_of(coordinator);
}

std::optional<Timestamp> Fences::next_due() const {
  std::optional<Timestamp> due;
  const auto also = [&](Timestamp at) { due = due ? std::min(*due, at) : at; };
  for (std::uint32_t p = 0; p < told_.size(); ++p) {
    const FenceTold& fence = told_[p];
    if (fence.is_owed() || can_forget(static_cast<PartitionId>(p)))
      also(next_);
    else if (fence.is_unanswered())
      also(std::max(next_, fence.again_at));
  }
  return due;
}

}  // namespace florin
