// StoreShell: the store of one hosted partition and whoever writes its checkpoints: what StoreWork and the checkpoint thread
// are in the real node, with the same marks and the same judgement of a write. Of the simulator is only when it happens:
// a write and the news of it come each at its own moment, so that a crash may fall between.
#pragma once

#include <functional>
#include <memory>

#include "actors/hosting/checkpoint_marks.hpp"
#include "persistence/checked_state_store.hpp"
#include "sim/ports/event_queue.hpp"

namespace florin::sim {

class SimNode;

class StoreShell {
 public:
  // `failed`: a store that is whole could not be written: the process must end.
  StoreShell(SimNode& node, PartitionId partition, std::unique_ptr<CheckedStateStore> store,
             Inbox& inbox, std::function<void(const Error&)> failed)
      : node_(node),
        partition_(partition),
        store_(std::move(store)),
        marks_(inbox),
        failed_(std::move(failed)) {}

  CheckedStateStore& store() { return *store_; }
  CheckpointMarks& marks() { return marks_; }
  [[nodiscard]] const CheckpointMarks& marks() const { return marks_; }
  void write(Checkpoint checkpoint);
  void scrub();

 private:
  void write_now(Checkpoint& checkpoint);

  SimNode& node_;
  PartitionId partition_;
  std::unique_ptr<CheckedStateStore> store_;
  CheckpointMarks marks_;
  std::function<void(const Error&)> failed_;
};

}  // namespace florin::sim
