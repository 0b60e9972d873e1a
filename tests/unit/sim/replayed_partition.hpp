// A partition that has replayed what a test wrote into its log: what checkers get to see of a node, or of a follower.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "actors/partition/partition.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "sim/ports/sim_state_store.hpp"

namespace florin::sim {

class ReplayedPartition {
 public:
  explicit ReplayedPartition(PartitionId id, const PartitionMap& map)
      : partition_(id, map, store_, {}) {}

  // One more entry; its bytes.
  std::string log(const std::vector<Event>& events) {
    EntryBuilder builder;
    builder.begin();
    for (const Event& event : events) builder.add(event);
    EntryHeader header;
    header.partition = state().id();
    header.term = 1;
    header.index = state().last_index() + 1;
    header.time = Timestamp{1};
    header.previous_hash = state().last_hash();
    std::string bytes = builder.finish(header);
    const auto replayed = partition_.replay(bytes);
    EXPECT_TRUE(replayed) << replayed.error().context;
    return bytes;
  }
  PartitionState& state() { return partition_.state(); }

 private:
  SimStateStore store_;
  Partition partition_;
};

}  // namespace florin::sim
