// Threads and locks around the tables of asks.
#include "runtime/engine/request_desk.hpp"

#include <algorithm>

#include "actors/messages/address.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {
namespace {

// The lock is not held while who asked is told.
void tell(std::vector<AskTable::Finished> finished) {
  for (AskTable::Finished& ask : finished) ask.done(std::move(ask.replies));
}

}  // namespace

AskTime steady_now() {
  return std::chrono::duration_cast<AskTime>(std::chrono::steady_clock::now().time_since_epoch());
}

void note_unfit(Metrics& metrics, const Reply& reply) {
  metrics.answer_dropped(AnswerDropped::unfit);
  log_error("an answer about something else than what was asked: dropped",
            {{"request", static_cast<std::int64_t>(reply.request)},
             {"kind", static_cast<std::int64_t>(reply.body.index())},
             {"position", reply.position.to_string()}});
}

RequestDesk::RequestDesk(Router& router, std::function<void(std::size_t)> on_overloaded,
                         AskTable::OnUnfit on_unfit, PeerProcess self,
                         std::chrono::milliseconds ask_again_for)
    : router_(router), on_overloaded_(std::move(on_overloaded)) {
  for (auto& shard : shards_)
    shard = std::make_unique<Shard>(router, ask_again_for, on_unfit, self);
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

// transfer path 2/13: from the account to its partition's inbox, bounded.
void RequestDesk::ask(std::vector<Addressed> messages, std::chrono::milliseconds patience,
                      std::function<void(AskReplies)> done) {
  if (messages.empty()) return done({});
  if (closed_) {
    AskReplies replies(messages.size());
    for (auto& reply : replies) reply = Reply{0, {}, NotAccepted{NotAccepted::Why::stopping}};
    return done(std::move(replies));
  }
  const std::uint64_t number =
      next_number_.fetch_add(1, std::memory_order_relaxed) & ask_id::number_mask;
  {
    Shard& shard = shard_of(number);
    const std::lock_guard lock(shard.mutex);
    shard.table.open(number, messages, steady_now(), patience, std::move(done));
  }
  send(std::move(messages));
}

void RequestDesk::send(std::vector<Addressed> messages) {
  const auto send_to = [this](PartitionId to, std::vector<Message>& group) {
    const std::size_t all = group.size();
    const auto taken = router_.ask(to, group);
    if (taken.count == all) return;
    if (taken.why == NotAccepted::Why::overloaded) on_overloaded_(group.size());
    refuse(group, taken.why);
  };
  if (messages.size() == 1) {
    std::vector<Message> one;
    one.push_back(std::move(messages[0].message));
    return send_to(messages[0].to, one);
  }
  std::vector<std::vector<Message>> by_partition(router_.map().partitions());
  for (Addressed& message : messages) {
    auto& group = by_partition[message.to];
    if (group.empty()) group.reserve(2 * messages.size() / by_partition.size() + 1);
    group.push_back(std::move(message.message));
  }
  for (std::size_t partition = 0; partition < by_partition.size(); ++partition)
    if (!by_partition[partition].empty())
      send_to(static_cast<PartitionId>(partition), by_partition[partition]);
}

void RequestDesk::refuse(const std::vector<Message>& left, NotAccepted::Why why) {
  std::vector<Reply> replies;
  replies.reserve(left.size());
  for (const Message& message : left)
    replies.push_back({request_of(message), {}, NotAccepted{why}});
  deliver(std::move(replies));
}

void RequestDesk::deliver(std::vector<Reply> replies) {
  std::size_t at = 0;
  while (at < replies.size()) {
    // Replies of one ask come together: one look-up and one lock for all of them.
    const std::uint64_t number = ask_id::number(replies[at].request);
    std::size_t end = at + 1;
    while (end < replies.size() && ask_id::number(replies[end].request) == number) ++end;
    std::optional<AskTable::Finished> finished;
    {
      Shard& shard = shard_of(number);
      const std::lock_guard lock(shard.mutex);
      finished = shard.table.deliver(number, std::span(replies).subspan(at, end - at));
    }
    at = end;
    if (finished) finished->done(std::move(finished->replies));
  }
}

void RequestDesk::ask_again(AskTime now) {
  for (const auto& shard : shards_) {
    std::vector<AskTable::Finished> finished;
    std::vector<AskTable::Due> again;
    {
      const std::lock_guard lock(shard->mutex);
      again = shard->table.take_due(now, finished);
    }
    for (AskTable::Due& due : again) send(std::move(due.messages));
    tell(std::move(finished));
  }
}

std::size_t RequestDesk::pending() const {
  std::size_t count = 0;
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard->mutex);
    count += shard->table.size();
  }
  return count;
}

void RequestDesk::answer_all() { expire(AskTime::max()); }

void RequestDesk::expire_loop() {
  std::unique_lock lock(stop_mutex_);
  while (!stop_condition_.wait_for(lock, std::chrono::milliseconds(50), [this] { return stop_; })) {
    const AskTime time = steady_now();
    ask_again(time);
    expire(time);
  }
}

void RequestDesk::expire(AskTime now) {
  for (const auto& shard : shards_) {
    std::vector<AskTable::Finished> expired;
    {
      const std::lock_guard lock(shard->mutex);
      expired = shard->table.take_expired(now);
    }
    tell(std::move(expired));
  }
}

}  // namespace florin
