// Numbers of peers' questions here, and whose they were.
#include "runtime/cluster/forwarded_asks.hpp"

#include <algorithm>

#include "actors/address.hpp"

namespace florin {

void ForwardedAsks::take(links::NodeNumber from, std::vector<Message>& messages, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  forget_old(now);
  for (Message& message : messages) {
    const RequestId number = forwarded_bit | ++last_;
    askers_.emplace(number, Asker{from, request_of(message), now});
    set_request(message, number);
  }
}

std::map<links::NodeNumber, std::vector<Reply>> ForwardedAsks::give_back(
    std::vector<Reply>& replies) {
  std::map<links::NodeNumber, std::vector<Reply>> by_asker;
  const auto is_forwarded = [](const Reply& reply) { return (reply.request & forwarded_bit) != 0; };
  if (std::none_of(replies.begin(), replies.end(), is_forwarded)) return by_asker;
  std::vector<Reply> own;
  const std::lock_guard lock(mutex_);
  for (Reply& reply : replies) {
    if (!is_forwarded(reply)) {
      own.push_back(std::move(reply));
      continue;
    }
    const auto asker = askers_.find(reply.request);
    if (asker == askers_.end()) continue;
    reply.request = asker->second.request;
    by_asker[asker->second.node].push_back(std::move(reply));
    askers_.erase(asker);
  }
  replies = std::move(own);
  return by_asker;
}

std::size_t ForwardedAsks::size() const {
  const std::lock_guard lock(mutex_);
  return askers_.size();
}

void ForwardedAsks::forget_old(SteadyTime now) {
  if (now < next_look_) return;
  next_look_ = now + kept_for_;
  std::erase_if(askers_, [&](const auto& item) { return now - item.second.asked > kept_for_; });
}

}  // namespace florin
