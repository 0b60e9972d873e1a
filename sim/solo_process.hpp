// SoloProcess: one incarnation of a node that is alone: its journal, and a host for each of its partitions. The
// counterpart of runtime/engine/: journal thread, checkpoint thread, partition managers.
#pragma once

#include <memory>
#include <vector>

#include "actors/hosting/durable_mark.hpp"
#include "actors/hosting/partition_host.hpp"
#include "persistence/group_commit.hpp"
#include "persistence/journal/journal.hpp"
#include "sim/sim_process.hpp"

namespace florin::sim {

class SoloProcess final : public SimProcess {
 public:
  static Result<std::unique_ptr<SimProcess>, Error> start(SimNode& node);
  ~SoloProcess() override;

  void receive(PartitionId to, std::vector<Message> messages) override;
  std::optional<NotAccepted::Why> receive_request(PartitionId to, Message message,
                                                  RequestId request) override;
  void receive_answer(PartitionId to, Message message) override {
    std::vector<Message> one;
    one.push_back(std::move(message));
    receive(to, std::move(one));
  }
  void receive_frame(std::uint32_t, std::string) override {}
  Partition* partition(PartitionId id) override;
  [[nodiscard]] bool is_quiet() const override;
  void count_open(DiskNeeds& needs) const override;
  [[nodiscard]] std::vector<QueuesSeen> queues() override;
  [[nodiscard]] bool leads(PartitionId id) const override { return hosted_.at(id) != nullptr; }
  void clock_was_set() override;

 private:
  class HostedPartition;
  explicit SoloProcess(SimNode& node);
  Status<Error> recover();
  void die(const Error& error) { fatal_ = error; }
  // The task, if this process still lives then.
  void later(SimTime delay, std::function<void(SoloProcess&)> task);

  // The journal thread: append, then fsync, then the news of it (GroupCommit), each at its own moment.
  void submit(LogEntry entry);
  void begin_group();
  void sync_group();
  void publish_group();

  SimNode& node_;
  std::unique_ptr<Journal> journal_;
  std::vector<std::unique_ptr<HostedPartition>>
      hosted_;                      // by partition id; null = hosted elsewhere
  std::vector<DurableMark> marks_;  // by partition id
  std::vector<LogEntry> queue_;
  GroupCommit group_;  // being written
  bool group_running_ = false;
  std::uint64_t commands_given_ = 0;
};

}  // namespace florin::sim
