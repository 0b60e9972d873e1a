// An ask's number and the item's place in it make the request id that a reply comes back with.
#include "runtime/engine/request_desk.hpp"

#include <algorithm>

#include "actors/address.hpp"
#include "base/assert.hpp"

namespace florin {
RequestDesk::RequestDesk(Router& router, std::function<void(std::size_t)> on_overloaded,
                         std::chrono::milliseconds ask_again_for)
    : router_(router), on_overloaded_(std::move(on_overloaded)), ask_again_for_(ask_again_for) {
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
  if (closed_) {
    AskReplies replies(count);
    for (auto& reply : replies) reply = Reply{0, {}, NotAccepted{NotAccepted::Why::stopping}};
    return done(std::move(replies));
  }
  const auto request_id = [&](std::size_t item) { return number << item_bits | item; };
  for (std::size_t item = 0; item < count; ++item)
    set_request(messages[item].message, request_id(item));
  auto pending = std::make_unique<Pending>();
  pending->replies.resize(count);
  pending->remaining = count;
  const auto now = std::chrono::steady_clock::now();
  pending->deadline = now + patience;
  pending->done = std::move(done);
  if (ask_again_for_.count() > 0) {
    pending->ask_again_until = now + std::min(ask_again_for_, patience);
    pending->kept.reserve(count);
    for (const Addressed& message : messages)
      pending->kept.push_back({message, router_.era(message.to)});
  }
  {
    Shard& shard = shard_of(number);
    const std::lock_guard lock(shard.mutex);
    shard.pending.emplace(number, std::move(pending));
  }
  if (count == 1) {
    std::vector<Message> one;
    one.push_back(std::move(messages[0].message));
    if (const auto taken = router_.ask(messages[0].to, one); taken.count == 0) {
      if (taken.why == NotAccepted::Why::overloaded) on_overloaded_(1);
      refuse(number, {0}, taken.why);
    }
    return;
  }
  std::vector<std::vector<Message>> by_partition(router_.map().partitions());
  for (Addressed& message : messages) {
    auto& group = by_partition[message.to];
    if (group.empty()) group.reserve(2 * count / by_partition.size() + 1);
    group.push_back(std::move(message.message));
  }
  send(number, std::move(by_partition));
}

void RequestDesk::send(std::uint64_t number, std::vector<std::vector<Message>> by_partition) {
  for (std::size_t partition = 0; partition < by_partition.size(); ++partition) {
    auto& group = by_partition[partition];
    if (group.empty()) continue;
    const std::size_t all = group.size();
    const auto taken = router_.ask(static_cast<PartitionId>(partition), group);
    if (taken.count == all) continue;
    std::vector<std::size_t> refused;
    for (const Message& left : group) refused.push_back(request_of(left) & ((1U << item_bits) - 1));
    if (taken.why == NotAccepted::Why::overloaded) on_overloaded_(refused.size());
    refuse(number, std::move(refused), taken.why);
  }
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
        const std::size_t item = replies[at].request & ((1U << item_bits) - 1);
        auto& place = pending->replies[item];
        if (place.has_value() || keeps_asking(*pending, item, replies[at])) continue;
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

// Somebody may be leader soon, or be it elsewhere already: expire_loop() sends it again.
bool RequestDesk::keeps_asking(Pending& pending, std::size_t item, const Reply& reply) const {
  const auto* refused = std::get_if<NotAccepted>(&reply.body);
  if (refused == nullptr || pending.kept.empty()) return false;
  if (refused->why == NotAccepted::Why::overloaded || refused->why == NotAccepted::Why::behind)
    return false;
  Kept& kept = pending.kept[item];
  kept.is_refused = true;
  kept.may_be_decided |= refused->why == NotAccepted::Why::lost && !is_read(kept.message.message);
  return true;
}

namespace {

// All but closing an account answer a repeat as they answered the first: closing says that it is closed.
bool is_harmless_twice(const Message& message) {
  const auto* change = std::get_if<ChangeAccount>(&message);
  return change == nullptr || change->change != AccountChange::close;
}

}  // namespace

// What is to be sent once more; what nobody took for too long is answered.
std::vector<std::vector<Message>> RequestDesk::due_again(Pending& pending, SteadyTime now) {
  std::vector<std::vector<Message>> by_partition;
  for (std::size_t item = 0; item < pending.kept.size(); ++item) {
    Kept& kept = pending.kept[item];
    if (pending.replies[item].has_value()) continue;
    const std::uint64_t era = router_.era(kept.message.to);
    if (!kept.is_refused && era == kept.era) continue;
    if (!kept.is_refused && !is_read(kept.message.message)) kept.may_be_decided = true;
    if (kept.may_be_decided && !is_harmless_twice(kept.message.message))
      continue;  // patience decides
    if (now >= pending.ask_again_until) {
      if (kept.may_be_decided || !kept.is_refused) continue;  // patience decides
      pending.replies[item] =
          Reply{request_of(kept.message.message), {}, NotAccepted{NotAccepted::Why::no_leader}};
      --pending.remaining;
      continue;
    }
    kept.era = era;
    kept.is_refused = false;
    by_partition.resize(router_.map().partitions());
    by_partition[kept.message.to].push_back(kept.message.message);
  }
  return by_partition;
}

void RequestDesk::ask_again(SteadyTime now) {
  if (ask_again_for_.count() == 0) return;
  for (Shard& shard : shards_) {
    std::vector<std::pair<std::uint64_t, std::vector<std::vector<Message>>>> again;
    std::vector<std::unique_ptr<Pending>> finished;
    {
      const std::lock_guard lock(shard.mutex);
      for (auto it = shard.pending.begin(); it != shard.pending.end();) {
        Pending& pending = *it.value();
        if (auto due = due_again(pending, now); !due.empty())
          again.emplace_back(it.key(), std::move(due));
        if (pending.remaining > 0) {
          ++it;
          continue;
        }
        finished.push_back(std::move(it.value()));
        it = shard.pending.erase(it);
      }
    }
    for (auto& [number, messages] : again) send(number, std::move(messages));
    for (auto& ask : finished) ask->done(std::move(ask->replies));
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
  while (!stop_condition_.wait_for(lock, std::chrono::milliseconds(50), [this] { return stop_; })) {
    const auto now = std::chrono::steady_clock::now();
    ask_again(now);
    expire(now);
  }
}

// Of a cluster: a read that nobody has answered is one that no leader could confirm, and it has changed nothing.
void RequestDesk::name_unanswered_reads(Pending& pending) {
  for (std::size_t item = 0; item < pending.kept.size(); ++item) {
    const Message& message = pending.kept[item].message.message;
    if (pending.replies[item] || !is_read(message)) continue;
    pending.replies[item] =
        Reply{request_of(message), {}, NotAccepted{NotAccepted::Why::no_leader}};
  }
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
    for (auto& ask : expired) name_unanswered_reads(*ask);
    for (auto& ask : expired) ask->done(std::move(ask->replies));
  }
}

}  // namespace florin
