// Forgets by content, not by order of arrival: a state from a snapshot and a replayed one stay equal.
#include "actors/partition/kept_legs.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace florin {

bool KeptLegs::has_reservation_of(const Fence& fence) const {
  const bool owes = std::ranges::any_of(names_.at(fence.coordinator), [&](const StepName& name) {
    const MoneyStepRow* row = steps_.find(name);
    return row != nullptr && fence.covers(row->step.content.asked) && !is_finished(row->step);
  });
  if (owes) return true;
  return std::ranges::any_of(keys_.at(fence.coordinator), [&](const LegKey& key) {
    if (!fence.covers(key.transfer)) return false;
    const LegRow* row = legs_.find(key);
    return row != nullptr && row->leg.state == LegState::tried;
  });
}

void KeptLegs::advance(const Fence& fence, RowBatch& removed) {
  set(fence);
  std::vector<LegKey>& keys = keys_.at(fence.coordinator);
  const LegKey* const end = keys.data() + keys.size();
  const auto gone = std::remove_if(keys.begin(), keys.end(), [&](const LegKey& key) {
    const auto behind = static_cast<std::size_t>(end - &key);
    if (behind > index_ahead) legs_.prefetch_index((&key)[index_ahead]);
    if (behind > entities_ahead) legs_.prefetch_entity((&key)[entities_ahead]);
    if (!fence.covers(key.transfer)) return false;
    LegRow* row = legs_.find(key);
    FLORIN_ASSERT(row != nullptr && row->leg.state != LegState::tried,
                  "a coordinator that has finished left no reservation behind");
    legs_.erase(*row, removed);
    return true;
  });
  keys.erase(gone, keys.end());
  forget_steps(fence, removed);
}

void KeptLegs::forget_steps(const Fence& fence, RowBatch& removed) {
  std::erase_if(names_.at(fence.coordinator), [&](const StepName& name) {
    MoneyStepRow* row = steps_.find(name);
    FLORIN_ASSERT(row != nullptr, "a step is kept until a fence covers it");
    if (!fence.covers(row->step.content.asked)) return false;
    FLORIN_ASSERT(is_finished(row->step), "what is finished is owed to no ledger");
    steps_.erase(*row, removed);
    return true;
  });
}

}  // namespace florin
