// Inbox: the bounded queue in front of one partition manager. Producers are the HTTP edge, other
// partitions and the journal; the manager takes everything at once, which is what makes turns large when
// there is much to do. Thread-safe.
//
// A wake-up is sent only when none is under way, so a thousand messages cost one CAF message.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

#include "actors/messages.hpp"

namespace florin {

class Inbox {
 public:
  explicit Inbox(std::size_t messages_max) : messages_max_(messages_max) {}

  // Set once, before anything is pushed.
  void set_wake(std::function<void()> wake) { wake_ = std::move(wake); }

  // From clients: all or as many as fit; returns how many were taken, from the front.
  std::size_t push_from_clients(std::vector<Message>& messages) {
    std::size_t taken = 0;
    {
      const std::lock_guard lock(mutex_);
      const std::size_t room = closed_ || waiting_.size() >= messages_max_
                                   ? 0
                                   : messages_max_ - waiting_.size();
      taken = std::min(room, messages.size());
      waiting_.insert(waiting_.end(), std::make_move_iterator(messages.begin()),
                      std::make_move_iterator(messages.begin() + static_cast<std::ptrdiff_t>(taken)));
    }
    if (taken > 0) wake();
    return taken;
  }

  // From other partitions: always taken. Their number is bounded by the open transfers, each of which was
  // let in by push_from_clients() somewhere.
  void push_from_partition(std::vector<Message> messages) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty())
        waiting_ = std::move(messages);
      else
        waiting_.insert(waiting_.end(), std::make_move_iterator(messages.begin()),
                        std::make_move_iterator(messages.end()));
    }
    wake();
  }

  // Appends at most `messages_max` of the oldest messages to `out`; returns true when some are left.
  bool take(std::vector<Message>& out, std::size_t messages_max) {
    const std::lock_guard lock(mutex_);
    if (out.empty() && waiting_.size() <= messages_max) {
      out.swap(waiting_);
      return false;
    }
    const std::size_t count = std::min(messages_max, waiting_.size());
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    out.insert(out.end(), std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return !waiting_.empty();
  }

  // Nothing more from clients; partitions may still finish what is open.
  void close_to_clients() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

  // Sends a wake-up unless one is already under way.
  void wake() {
    if (!awake_.exchange(true, std::memory_order_acq_rel)) wake_();
  }
  // The manager calls this before it looks at anything, so that whatever comes later wakes it again.
  void woken() { awake_.store(false, std::memory_order_release); }

 private:
  mutable std::mutex mutex_;
  std::vector<Message> waiting_;
  std::size_t messages_max_;
  bool closed_ = false;
  std::atomic<bool> awake_{false};
  std::function<void()> wake_;
};

}  // namespace florin
