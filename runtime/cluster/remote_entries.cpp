// One number for a read, whoever is asked: the first answer that has the entry counts.
#include "runtime/cluster/remote_entries.hpp"

#include <algorithm>

namespace florin {

ReadAnswer answer_to_peer(const ReadQuestion& question, std::optional<LogIndex> committed,
                          EventLogReader& log) {
  ReadAnswer answer{question, std::nullopt};
  if (committed && question.index <= *committed)
    if (auto entry = log.read(question.partition, question.index)) answer.entry = std::move(*entry);
  return answer;
}

using std::chrono::steady_clock;

// For the entry, or for `answers` that have none.
void RemoteEntries::wait(Lock& lock, const Waiting& waiting, std::size_t answers, Time until) {
  condition_.wait_until(lock, until, [&] { return waiting.entry || waiting.without >= answers; });
}

// Who was silent a moment ago comes last. Under the lock.
std::vector<RemoteEntries::NodeNumber> RemoteEntries::holders_now(PartitionId partition) const {
  std::vector<NodeNumber> holders = holders_(partition);
  const auto now = steady_clock::now();
  std::stable_partition(holders.begin(), holders.end(), [&](NodeNumber node) {
    const auto silent = silent_until_.find(node);
    return silent == silent_until_.end() || silent->second <= now;
  });
  return holders;
}

Result<std::string, Error> RemoteEntries::read(PartitionId partition, LogIndex index) {
  constexpr std::chrono::milliseconds before_next_round{20};
  constexpr std::chrono::milliseconds silent_for{1000};
  constexpr auto never = static_cast<std::size_t>(-1);
  const auto deadline = steady_clock::now() + patience_;
  Lock lock(mutex_);
  const std::uint64_t number = ++last_;
  Waiting& waiting = waiting_[number];
  waiting.partition = partition;
  waiting.index = index;
  while (!waiting.entry && steady_clock::now() < deadline) {
    for (const NodeNumber holder : holders_now(partition)) {
      const std::size_t answers = waiting.without + 1;
      lock.unlock();
      const bool is_asked = ask_(holder, number, partition, index);
      lock.lock();
      if (is_asked)
        wait(lock, waiting, answers, std::min(deadline, steady_clock::now() + each_for_));
      if (waiting.entry) break;
      if (waiting.without < answers) silent_until_[holder] = steady_clock::now() + silent_for;
    }
    wait(lock, waiting, never, std::min(deadline, steady_clock::now() + before_next_round));
  }
  const Waiting answer = std::move(waiting);
  waiting_.erase(number);
  const auto name = "entry " + std::to_string(index) + " of partition " + std::to_string(partition);
  if (answer.entry) return *answer.entry;
  if (answer.without == 0)
    return Err{Error{Errc::unavailable, name + ": no node that has it answers"}};
  return Err{Error{Errc::missing, name + ": who answers has no such entry"}};
}

bool RemoteEntries::answered(const ReadQuestion& question, std::optional<std::string> entry) {
  {
    const std::lock_guard lock(mutex_);
    const auto waiting = waiting_.find(question.number);
    if (waiting == waiting_.end()) return true;
    if (waiting->second.partition != question.partition || waiting->second.index != question.index)
      return false;
    if (!entry)
      ++waiting->second.without;
    else if (!waiting->second.entry)
      waiting->second.entry = std::move(entry);
  }
  condition_.notify_all();
  return true;
}

}  // namespace florin
