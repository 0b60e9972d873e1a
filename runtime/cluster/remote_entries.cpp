// One question, one answer, bounded waiting.
#include "runtime/cluster/remote_entries.hpp"

namespace florin {

Result<std::string, Error> RemoteEntries::read(PartitionId partition, LogIndex index) {
  const auto name = "entry " + std::to_string(index) + " of partition " + std::to_string(partition);
  std::unique_lock lock(mutex_);
  const std::uint64_t number = ++last_;
  waiting_.emplace(number, Waiting{});
  lock.unlock();
  const bool is_asked = ask_(number, partition, index);
  lock.lock();
  if (is_asked)
    condition_.wait_for(lock, patience_, [&] { return waiting_.at(number).is_answered; });
  Waiting answer = std::move(waiting_.at(number));
  waiting_.erase(number);
  if (!answer.is_answered) return Err{Error{Errc::unavailable, name + ": its leader does not answer"}};
  if (!answer.entry) return Err{Error{Errc::missing, name + ": its leader has no such entry"}};
  return std::move(*answer.entry);
}

void RemoteEntries::answered(std::uint64_t number, std::optional<std::string> entry) {
  {
    const std::lock_guard lock(mutex_);
    const auto waiting = waiting_.find(number);
    if (waiting == waiting_.end()) return;
    waiting->second = {true, std::move(entry)};
  }
  condition_.notify_all();
}

}  // namespace florin
