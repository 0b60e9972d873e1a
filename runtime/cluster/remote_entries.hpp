// RemoteEntries: entries of partitions that have no replica here, asked of their leaders one by one. For
// statements and histories of transfers, which walk back through a log. Thread-safe; read() blocks its caller,
// which is a thread for reading (api/read_worker.hpp), never one of CAF or of the links.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"

namespace florin {

class RemoteEntries {
 public:
  // Sends the question to whoever leads the partition; false: nobody to ask.
  using Ask = std::function<bool(std::uint64_t number, PartitionId partition, LogIndex index)>;

  explicit RemoteEntries(std::chrono::milliseconds patience) : patience_(patience) {}
  void set_ask(Ask ask) { ask_ = std::move(ask); }

  // Errc::unavailable: no leader, or no answer in time. Errc::missing: the leader has no such entry.
  Result<std::string, Error> read(PartitionId partition, LogIndex index);
  // A peer's answer; nothing: it has no such entry. Answers that nobody waits for are dropped.
  void answered(std::uint64_t number, std::optional<std::string> entry);

 private:
  struct Waiting {
    bool is_answered = false;
    std::optional<std::string> entry;
  };
  std::chrono::milliseconds patience_;
  Ask ask_;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Waiting> waiting_;
};

}  // namespace florin
