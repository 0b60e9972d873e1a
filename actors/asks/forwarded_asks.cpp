// Numbers of peers' questions here, and whose they were.
#include "actors/asks/forwarded_asks.hpp"

#include <algorithm>

#include "actors/messages/address.hpp"

namespace florin {

bool ForwardedAsks::take(PeerProcess from, std::uint64_t frame, std::vector<Message>& messages,
                         AskTime now) {
  const std::lock_guard lock(mutex_);
  switch (askers_.hear(from, frame)) {
    case PeerProcesses::Heard::not_again: return false;
    case PeerProcesses::Heard::of_a_new_process:
      std::erase_if(owed_, [&](const auto& item) { return item.second.to.node == from.node; });
      break;
    case PeerProcesses::Heard::next: break;
  }
  forget_old(now);
  for (Message& message : messages) {
    const RequestId number = ask_id::forwarded_bit | ++last_;
    const RequestId request = request_of(message);
    owed_.emplace_hint(owed_.end(), number, Owed{from, request, now});
    set_request(message, number);
    set_command(message, {from.node, from.incarnation, ask_id::without_attempt(request)});
  }
  return true;
}

std::map<PeerProcess, std::vector<Reply>> ForwardedAsks::give_back(std::vector<Reply>& replies) {
  std::map<PeerProcess, std::vector<Reply>> by_asker;
  const auto is_forwarded = [](const Reply& reply) { return ask_id::is_forwarded(reply.request); };
  if (std::none_of(replies.begin(), replies.end(), is_forwarded)) return by_asker;
  std::vector<Reply> own;
  const std::lock_guard lock(mutex_);
  for (Reply& reply : replies) {
    if (!is_forwarded(reply)) {
      own.push_back(std::move(reply));
      continue;
    }
    const auto owed = owed_.find(reply.request);
    if (owed == owed_.end()) continue;
    reply.request = owed->second.request;
    by_asker[owed->second.to].push_back(std::move(reply));
    owed_.erase(owed);
  }
  replies = std::move(own);
  return by_asker;
}

std::size_t ForwardedAsks::size() const {
  const std::lock_guard lock(mutex_);
  return owed_.size();
}

void ForwardedAsks::forget_old(AskTime now) {
  if (now < next_look_) return;
  next_look_ = now + kept_for_;
  std::erase_if(owed_, [&](const auto& item) { return now - item.second.asked > kept_for_; });
}

}  // namespace florin
