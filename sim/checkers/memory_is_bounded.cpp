// MemoryIsBounded: what waits in a partition's memory stays within the bounds of its options at any moment: messages of
// clients, reads, entries on their way to the log, open transfers; and once nothing is broken any more, no leg stays for longer than some
// repeats of a fence when its transfer, and all that its coordinator began before it, have ended.
#include <algorithm>
#include <deque>
#include <map>

#include "base/limits.hpp"
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class MemoryIsBounded final : public Checker {
 public:
  explicit MemoryIsBounded(const RunView& run)
      : options_(run.options),
        legs_kept_max_(legs_kept_max(run.options)),
        open_max_(run.options.partition.open_transfers_max) {}
  [[nodiscard]] std::string_view name() const override { return "memory_is_bounded"; }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    Coordinator& coordinator = coordinators_[entry.header.partition];
    coordinator.last = entry.header.index;
    for (const Event& event : entry.events) {
      if (holds_alternative<TransferStarted>(event)) ++coordinator.open[entry.header.index];
      if (const auto* completed = get_if<TransferCompleted>(&event))
        coordinator.end(completed->transfer.index);
      if (const auto* cancelled = get_if<TransferCancelled>(&event))
        coordinator.end(cancelled->transfer.index);
    }
  }

  void on_queues(const QueuesSeen& seen) override {
    const SimOptions& options = seen.options != nullptr ? *seen.options : options_;
    // What a turn has not handled comes back behind as many that were let in meanwhile.
    expect(seen, "messages of clients wait", seen.from_clients, 2 * options.inbox_messages_max);
    expect(seen, "reads wait", seen.reads,
           options.waiting_reads_max + options.host.round_reads_max);
    expect(seen, "entries are on their way", seen.in_flight, options.host.turns_in_flight_max + 1);
    // A process that starts again with a lower bound, or takes the lead from one that has a higher one, has what is open.
    open_max_ = std::max(open_max_, options.partition.open_transfers_max);
    expect(seen, "transfers are open", seen.open, open_max_);
    legs_kept_max_ = std::max(legs_kept_max_, legs_kept_max(options));
    if (seen.deciding == nullptr) return;
    for (auto& [id, coordinator] : coordinators_)
      coordinator.note(seen.at, seen.at - legs_kept_max_);
    if (seen.healed_for > legs_kept_max_) check_legs(seen);
  }

 private:
  static SimTime legs_kept_max(const SimOptions& options) {
    return 4 * limits::resend_backoff_us_max + options.partition.fence_interval_us;
  }

  struct Coordinator {
    struct Finished {
      SimTime since = 0;
      LogIndex index = 0;  // all that began up to this entry has ended
    };
    void end(LogIndex index) {
      const auto found = open.find(index);
      if (found != open.end() && --found->second == 0) open.erase(found);
    }
    // The first one stays that has been so since `long_ago`.
    void note(SimTime now, SimTime long_ago) {
      const LogIndex index = open.empty() ? last : open.begin()->first - 1;
      if (finished.empty() || finished.back().index < index) finished.push_back({now, index});
      while (finished.size() > 1 && finished[1].since <= long_ago) finished.pop_front();
      finished_long_ago = finished.front().since <= long_ago ? finished.front().index : 0;
    }

    LogIndex last = 0;
    std::map<LogIndex, std::uint32_t> open;  // by the entry that began them
    std::deque<Finished> finished;
    LogIndex finished_long_ago = 0;
  };

  void expect(const QueuesSeen& seen, const char* what, std::size_t count, std::size_t max) {
    if (count > max)
      fail("node " + std::to_string(seen.node) + ", p" + std::to_string(seen.partition) + ": " +
           std::to_string(count) + " " + what + ", and there is room for " + std::to_string(max));
  }

  void check_legs(const QueuesSeen& seen) {
    seen.deciding->for_each_leg([&](const Leg& leg) {
      const TransferId& transfer = leg.key.transfer;
      const auto found = coordinators_.find(transfer.partition);
      if (transfer.partition == seen.partition || found == coordinators_.end() ||
          transfer.index > found->second.finished_long_ago)
        return;
      fail("p" + std::to_string(seen.partition) + " keeps leg " + std::to_string(leg.key.leg) +
           " of " + transfer.to_string() + ", which ended long ago with all before it");
    });
  }

  const SimOptions& options_;
  SimTime legs_kept_max_;
  std::size_t open_max_;
  std::map<PartitionId, Coordinator> coordinators_;
};

}  // namespace

std::unique_ptr<Checker> make_memory_is_bounded(const RunView& run) {
  return std::make_unique<MemoryIsBounded>(run);
}

}  // namespace florin::sim
