// SimProcess: what a node has in memory from one start to the next crash: its journal, and a host for each
// of its partitions. The counterpart of runtime/engine/: journal thread, checkpoint thread, partition managers.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "actors/partition/partition_host.hpp"
#include "persistence/journal/journal.hpp"
#include "sim/sim_node.hpp"

namespace florin::sim {

class SimProcess {
 public:
  static Result<std::unique_ptr<SimProcess>, Error> start(SimNode& node);
  ~SimProcess();

  void receive(PartitionId to, std::vector<Message> messages);
  // False: no room.
  bool receive_request(PartitionId to, Message message);
  Partition* partition(PartitionId id);
  [[nodiscard]] bool is_quiet() const;
  void clock_was_set();
  // The log or a store has failed: the process must end.
  [[nodiscard]] const std::optional<Error>& fatal() const { return fatal_; }

 private:
  class Hosted;
  explicit SimProcess(SimNode& node);
  Status<Error> recover();

  // The journal thread: append, then fsync, then the news of it, each at its own moment.
  void submit(LogEntry entry);
  void begin_group();
  void sync_group();
  void publish_group();
  void write_checkpoint(Hosted& hosted, Checkpoint checkpoint);

  SimNode& node_;
  std::unique_ptr<Journal> journal_;
  std::vector<std::unique_ptr<Hosted>> hosted_;  // by partition id; null = hosted elsewhere
  std::vector<LogEntry> queue_;
  std::vector<LogEntry> group_;  // being written
  bool group_running_ = false;
  std::optional<Error> fatal_;
};

}  // namespace florin::sim
