// SeenLog: the writing side of a node's log, and beside it what has become durable there, told at the moment when it has.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "cluster/partition_map.hpp"
#include "persistence/event_log.hpp"
#include "sim/checker.hpp"

namespace florin::sim {

class SeenLog final : public EventLogWriter {
 public:
  using Seen = std::function<void(const std::vector<WrittenEntry>&)>;
  // Of the groups' entries, not of their states. The log outlives it.
  SeenLog(EventLogWriter& log, std::uint32_t groups, Seen seen)
      : log_(log), groups_(groups), seen_(std::move(seen)) {}

  Status<Error> append(const LogEntry& entry) override {
    FLORIN_TRY_VOID(log_.append(entry));
    if (entry.partition < groups_)
      waiting_.push_back({entry.partition, entry.index, hash64(entry.bytes)});
    return Unit{};
  }
  Status<Error> sync() override {
    FLORIN_TRY_VOID(log_.sync());
    if (!waiting_.empty()) seen_(std::exchange(waiting_, {}));
    return Unit{};
  }

 private:
  EventLogWriter& log_;
  std::uint32_t groups_;
  Seen seen_;
  std::vector<WrittenEntry> waiting_;
};

}  // namespace florin::sim
