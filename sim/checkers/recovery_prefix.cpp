// RecoveryPrefix: what a node finds in its log after any crash is the committed prefix: every entry that was
// ever published as durable, byte for byte and in order, and behind it at most entries that had been handed to
// the log and that nobody was told about. Nothing is missing, changed or invented.
#include <map>
#include <vector>

#include "cluster/partition_map.hpp"
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class RecoveryPrefix final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "recovery_prefix"; }

  void on_appended(const LogEntry& entry) override {
    Log& log = logs_[entry.partition];
    if (entry.index <= log.published.size())
      fail(where(entry.partition, entry.index) + " is durable and was handed to the log once more");
    log.appended[entry.index] = hash64(entry.bytes);
  }

  void on_durable(PartitionId partition, LogIndex index, std::string_view bytes,
                  PartitionState&) override {
    Log& log = logs_[partition];
    if (index != log.published.size() + 1)
      return fail(where(partition, index) + " is published out of order");
    const auto handed = log.appended.find(index);
    if (handed == log.appended.end() || handed->second != hash64(bytes))
      fail(where(partition, index) + " is not what was handed to the log");
    log.published.push_back(hash64(bytes));
  }

  void on_log_recovered(PartitionId partition, EventLogReader& reader) override {
    Log& log = logs_[partition];
    const LogIndex last = reader.last_index(partition);
    if (last < log.published.size())
      return fail(where(partition, last) + " is the last one after a crash, but " +
                  std::to_string(log.published.size()) + " were durable");
    for (LogIndex index = 1; index <= last; ++index) {
      const auto bytes = reader.read(partition, index);
      // Damage in a part that this start did not need is found when it is read: that is no other entry.
      if (!bytes && bytes.error().code == Errc::corrupt) continue;
      if (!bytes)
        return fail(where(partition, index) + " cannot be read: " + bytes.error().context);
      const auto handed = log.appended.find(index);
      const bool is_published = index <= log.published.size();
      if (!is_published && handed == log.appended.end())
        return fail(where(partition, index) + " is in the log and was never handed to it");
      if (hash64(*bytes) != (is_published ? log.published[index - 1] : handed->second))
        return fail(where(partition, index) + " is another one after the crash");
    }
  }

 private:
  struct Log {
    std::vector<std::uint64_t> published;        // by index - 1
    std::map<LogIndex, std::uint64_t> appended;  // what was handed over last
  };
  static std::string where(PartitionId partition, LogIndex index) {
    return "p" + std::to_string(partition) + ": entry " + std::to_string(index);
  }
  std::map<PartitionId, Log> logs_;
};

}  // namespace

std::unique_ptr<Checker> make_recovery_prefix(const RunView&) {
  return std::make_unique<RecoveryPrefix>();
}

}  // namespace florin::sim
