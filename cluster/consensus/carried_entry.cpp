// What raft will make of an entry that a message carries. In a file of its own: it is there without the engine, too.
#include "cluster/consensus/consensus_engine.hpp"

namespace florin::consensus {

ChangeType change_of_raft(std::uint16_t raft) noexcept {
  if (raft == 0) return ChangeType::promote;
  if (raft == 1) return ChangeType::remove;
  if (raft == 3) return ChangeType::add_learner;
  return ChangeType::none;  // not one of ours
}

Entry entry_of(const CarriedEntry& carried) noexcept {
  Entry entry;
  entry.term = carried.term;
  entry.index = carried.index;
  entry.kind = carried.kind;
  if (carried.kind != EntryKind::empty)
    entry.handle = {carried.handle_index, carried.check, carried.length, carried.kind};
  if (carried.kind == EntryKind::change)
    entry.change = {change_of_raft(carried.raft_change), carried.replica};
  return entry;
}

}  // namespace florin::consensus
