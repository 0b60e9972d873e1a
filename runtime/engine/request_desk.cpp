// An ask's number and the item's place in it make the request id that a reply comes back with.
#include "runtime/engine/request_desk.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace florin {
namespace {

void set_request(Message& message, RequestId request) {
  std::visit(
      [&](auto& m) {
        if constexpr (requires { m.request; })
          m.request = request;
        else
          FLORIN_ASSERT(false, "clients send client messages only");
      },
      message);
}

RequestId request_of(const Message& message) {
  return std::visit(
      [](const auto& m) -> RequestId {
        if constexpr (requires { m.request; }) return m.request;
        return 0;
      },
      message);
}

}  // namespace

RequestDesk::RequestDesk(Router& router, std::function<void(std::size_t)> on_overloaded)
    : router_(router), on_overloaded_(std::move(on_overloaded)) {
  expirer_ = std::thread([this] { expire_loop(); });
}

RequestDesk::~RequestDesk() {
  {
    const std::lock_guard lock(stop_mutex_);
    stop_ = true;
  }
  stop_condition_.notify_all();
  expirer_.join();
}

// transfer path 2/11: from the account to its partition's inbox, bounded.
void RequestDesk::ask(std::vector<Addressed> messages, std::chrono::milliseconds patience,
                      std::function<void(AskReplies)> done) {
  const std::uint64_t number = next_number_.fetch_add(1, std::memory_order_relaxed);
  const std::size_t count = messages.size();
  FLORIN_ASSERT(count < (std::size_t{1} << item_bits), "an ask has fewer than 65,536 messages");
  if (count == 0) return done({});
  auto pending = std::make_unique<Pending>();
  pending->replies.resize(count);
  pending->remaining = count;
  pending->deadline = std::chrono::steady_clock::now() + patience;
  pending->done = std::move(done);
  {
    Shard& shard = shard_of(number);
    const std::lock_guard lock(shard.mutex);
    shard.pending.emplace(number, std::move(pending));
  }
  if (closed_) {
    std::vector<std::size_t> all(count);
    for (std::size_t i = 0; i < count; ++i) all[i] = i;
    return refuse(number, std::move(all), NotAccepted::Why::stopping);
  }
  const auto request_id = [&](std::size_t item) { return number << item_bits | item; };
  if (count == 1) {
    set_request(messages[0].message, request_id(0));
    std::vector<Message> one;
    one.push_back(std::move(messages[0].message));
    if (router_.inbox(messages[0].to).push_from_clients(one) == 0) {
      on_overloaded_(1);
      refuse(number, {0}, NotAccepted::Why::overloaded);
    }
    return;
  }
  std::vector<std::vector<Message>> by_partition(router_.map().partitions());
  for (std::size_t item = 0; item < count; ++item) {
    set_request(messages[item].message, request_id(item));
    auto& group = by_partition[messages[item].to];
    if (group.empty()) group.reserve(2 * count / by_partition.size() + 1);
    group.push_back(std::move(messages[item].message));
  }
  std::vector<std::size_t> refused;
  for (std::size_t partition = 0; partition < by_partition.size(); ++partition) {
    auto& group = by_partition[partition];
    if (group.empty()) continue;
    const std::size_t all = group.size();
    if (router_.inbox(static_cast<PartitionId>(partition)).push_from_clients(group) == all) continue;
    for (const Message& left : group)
      refused.push_back(request_of(left) & ((1U << item_bits) - 1));
  }
  if (refused.empty()) return;
  on_overloaded_(refused.size());
  refuse(number, std::move(refused), NotAccepted::Why::overloaded);
}

void RequestDesk::refuse(std::uint64_t number, std::vector<std::size_t> items,
                         NotAccepted::Why why) {
  std::vector<Reply> replies;
  replies.reserve(items.size());
  for (const std::size_t item : items)
    replies.push_back({number << item_bits | item, {}, NotAccepted{why}});
  deliver(std::move(replies));
}

void RequestDesk::deliver(std::vector<Reply> replies) {
  std::size_t at = 0;
  while (at < replies.size()) {
    // Replies of one ask come together: one look-up and one lock for all of them.
    const std::uint64_t number = replies[at].request >> item_bits;
    std::unique_ptr<Pending> finished;
    {
      Shard& shard = shard_of(number);
      const std::lock_guard lock(shard.mutex);
      const auto found = shard.pending.find(number);
      Pending* pending = found == shard.pending.end() ? nullptr : found->second.get();
      for (; at < replies.size() && replies[at].request >> item_bits == number; ++at) {
        if (pending == nullptr) continue;  // its patience was over
        auto& place = pending->replies[replies[at].request & ((1U << item_bits) - 1)];
        if (place.has_value()) continue;
        place = std::move(replies[at]);
        --pending->remaining;
      }
      if (pending != nullptr && pending->remaining == 0) {
        finished = std::move(found.value());
        shard.pending.erase(found);
      }
    }
    if (finished) finished->done(std::move(finished->replies));
  }
}

std::size_t RequestDesk::pending() const {
  std::size_t count = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    count += shard.pending.size();
  }
  return count;
}

void RequestDesk::answer_all() { expire(SteadyTime::max()); }

void RequestDesk::expire_loop() {
  std::unique_lock lock(stop_mutex_);
  while (!stop_condition_.wait_for(lock, std::chrono::milliseconds(50), [this] { return stop_; }))
    expire(std::chrono::steady_clock::now());
}

void RequestDesk::expire(SteadyTime now) {
  for (Shard& shard : shards_) {
    std::vector<std::unique_ptr<Pending>> expired;
    {
      const std::lock_guard lock(shard.mutex);
      for (auto it = shard.pending.begin(); it != shard.pending.end();) {
        if (it->second->deadline > now) {
          ++it;
          continue;
        }
        expired.push_back(std::move(it.value()));
        it = shard.pending.erase(it);
      }
    }
    for (auto& ask : expired) ask->done(std::move(ask->replies));
  }
}

}  // namespace florin
