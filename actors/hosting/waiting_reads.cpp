// Two places: reads that nobody has looked at yet, and those that were too early.
#include "actors/hosting/waiting_reads.hpp"

#include <iterator>
#include <utility>

#include "actors/messages/address.hpp"

namespace florin {

std::size_t WaitingReads::push(std::vector<Message>& messages) {
  const std::lock_guard lock(mutex_);
  std::size_t taken = 0;
  while (taken < messages.size() && !closed_ && count_ < reads_max_ &&
         follower_read_index(messages[taken])) {
    arrived_.push_back(std::move(messages[taken++]));
    ++count_;
  }
  messages.erase(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(taken));
  return taken;
}

bool WaitingReads::take_ready(LogIndex index, std::int64_t now_us, std::size_t count_max,
                              std::vector<Message>& out) {
  const std::lock_guard lock(mutex_);
  for (Message& read : arrived_) {
    const LogIndex wanted = *follower_read_index(read);
    waiting_.emplace(wanted, Waiting{std::move(read), now_us});
  }
  arrived_.clear();
  const auto ready_end = waiting_.upper_bound(index);
  auto ready = waiting_.begin();
  for (; ready != ready_end && count_max > 0; ++ready, --count_max)
    out.push_back(std::move(ready->second.read));
  const bool more = ready != ready_end;
  waiting_.erase(waiting_.begin(), ready);
  count_ = waiting_.size();
  return more;
}

// Before all others that want the same entry. They still want it: a replica that lost what it had decided begins again
// from an older one.
void WaitingReads::put_back(std::vector<Message> reads, std::int64_t now_us) {
  const std::lock_guard lock(mutex_);
  for (auto read = reads.rbegin(); read != reads.rend(); ++read) {
    const LogIndex wanted = follower_read_index(*read).value_or(0);
    waiting_.emplace_hint(waiting_.lower_bound(wanted), wanted, Waiting{std::move(*read), now_us});
  }
  count_ = arrived_.size() + waiting_.size();
}

std::vector<RequestId> WaitingReads::take_expired(std::int64_t since_us) {
  const std::lock_guard lock(mutex_);
  std::vector<RequestId> expired;
  std::erase_if(waiting_, [&](const auto& item) {
    const bool is_expired = item.second.since_us <= since_us;
    if (is_expired) expired.push_back(request_of(item.second.read));
    return is_expired;
  });
  count_ = arrived_.size() + waiting_.size();
  return expired;
}

std::vector<RequestId> WaitingReads::take_all() {
  const std::lock_guard lock(mutex_);
  std::vector<RequestId> all;
  for (const auto& [wanted, waiting] : waiting_) all.push_back(request_of(waiting.read));
  for (const Message& read : arrived_) all.push_back(request_of(read));
  waiting_.clear();
  arrived_.clear();
  count_ = 0;
  return all;
}

void WaitingReads::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

}  // namespace florin
