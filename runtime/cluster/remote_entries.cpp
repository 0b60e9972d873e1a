// One number for a read, whoever is asked: the first answer that has the entry counts.
#include "runtime/cluster/remote_entries.hpp"

#include <algorithm>

namespace florin {

using std::chrono::steady_clock;

// For the entry, or for `answers` that have none.
void RemoteEntries::wait(Lock& lock, const Waiting& waiting, std::size_t answers, Until until) {
  condition_.wait_until(lock, until, [&] { return waiting.entry || waiting.without >= answers; });
}

Result<std::string, Error> RemoteEntries::read(PartitionId partition, LogIndex index) {
  constexpr std::chrono::milliseconds before_next_round{20};
  constexpr auto never = static_cast<std::size_t>(-1);
  const auto deadline = steady_clock::now() + patience_;
  Lock lock(mutex_);
  const std::uint64_t number = ++last_;
  Waiting& waiting = waiting_[number];
  while (!waiting.entry && steady_clock::now() < deadline) {
    lock.unlock();
    const std::vector<NodeNumber> holders = holders_(partition);
    lock.lock();
    for (const NodeNumber holder : holders) {
      const std::size_t answers = waiting.without + 1;
      lock.unlock();
      const bool is_asked = ask_(holder, number, partition, index);
      lock.lock();
      if (is_asked) wait(lock, waiting, answers, std::min(deadline, steady_clock::now() + each_for_));
      if (waiting.entry) break;
    }
    wait(lock, waiting, never, std::min(deadline, steady_clock::now() + before_next_round));
  }
  const Waiting answer = std::move(waiting);
  waiting_.erase(number);
  const auto name = "entry " + std::to_string(index) + " of partition " + std::to_string(partition);
  if (answer.entry) return *answer.entry;
  if (answer.without == 0) return Err{Error{Errc::unavailable, name + ": no node that has it answers"}};
  return Err{Error{Errc::missing, name + ": who answers has no such entry"}};
}

void RemoteEntries::answered(std::uint64_t number, std::optional<std::string> entry) {
  {
    const std::lock_guard lock(mutex_);
    const auto waiting = waiting_.find(number);
    if (waiting == waiting_.end()) return;
    if (!entry) ++waiting->second.without;
    else if (!waiting->second.entry) waiting->second.entry = std::move(entry);
  }
  condition_.notify_all();
}

}  // namespace florin
