// KeptLegs: which legs a partition keeps of what began in other ones, and up to where they are forgotten there: the logged
// fences. Belongs to the partition, and to no entity. It does not ask who began them: a leg's key says where that was.
//
// Crash: made again from the rows of legs (keep), the fences of the last checkpoint (set) and the log (advance).
#pragma once

#include <vector>

#include "actors/entity/kind_table.hpp"
#include "actors/transfer/leg_entity.hpp"
#include "actors/wallet/step_entity.hpp"
#include "base/ids.hpp"
#include "domain/transfer/fence.hpp"

namespace florin {

class KeptLegs {
 public:
  KeptLegs(std::size_t partitions, KindTable<LegEntity>& legs, KindTable<MoneyStepEntity>& steps)
      : legs_(legs), steps_(steps), fences_(partitions), keys_(partitions), names_(partitions) {}

  // What began in that partition at or before this index is over, and no leg of it is kept.
  [[nodiscard]] LogIndex fence_of(PartitionId coordinator) const { return fences_.at(coordinator); }
  [[nodiscard]] bool is_fenced(const TransferId& began) const {
    return Fence{began.partition, fence_of(began.partition)}.covers(began);
  }
  [[nodiscard]] std::size_t partitions() const { return fences_.size(); }
  [[nodiscard]] bool has_any_of(PartitionId coordinator) const {
    return !keys_.at(coordinator).empty() || !names_.at(coordinator).empty();
  }
  // Of what the fence covers: a leg that is reserved, a money step that the ledger still owes.
  [[nodiscard]] bool has_reservation_of(const Fence& fence) const;

  // A new leg.
  void keep(const LegKey& key) { keys_.at(key.transfer.partition).push_back(key); }
  // A new record of a money step; also of one that was asked for here.
  void keep(const StepContent& step) { names_.at(step.asked.partition).push_back(step.name); }
  // As a checkpoint has it.
  void set(const Fence& fence) { fences_.at(fence.coordinator) = fence.index; }
  // Forgets what it covers; `removed` takes what the store has to forget of it.
  void advance(const Fence& fence, RowBatch& removed);

 private:
  void forget_steps(const Fence& fence, RowBatch& removed);

  KindTable<LegEntity>& legs_;
  KindTable<MoneyStepEntity>& steps_;
  std::vector<LogIndex> fences_;              // by coordinator
  std::vector<std::vector<LegKey>> keys_;     // by coordinator, in order of arrival
  std::vector<std::vector<StepName>> names_;  // of money steps, likewise by who asked
};

}  // namespace florin
