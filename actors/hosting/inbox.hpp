// Inbox: the bounded queue in front of one partition manager. Producers are the HTTP edge, other
// partitions and the journal; the manager takes everything at once, which is what makes turns large when
// there is much to do. Thread-safe.
//
// A wake-up is sent only when none is under way, so a thousand messages cost one CAF message.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <iterator>
#include <mutex>
#include <vector>

#include "actors/hosting/intake_gate.hpp"
#include "actors/hosting/waiting_reads.hpp"
#include "actors/messages/address.hpp"
#include "actors/messages/messages.hpp"

namespace florin {

class Inbox {
 public:
  explicit Inbox(std::size_t messages_max, std::size_t reads_max = WaitingReads::reads_max)
      : messages_max_(messages_max), reads_(reads_max) {}

  // Set once, before anything is pushed.
  void set_wake(std::function<void()> wake) { wake_ = std::move(wake); }

  // Of the node; set once, before anything is pushed. Without one there is always room.
  void set_gate(const IntakeGate& gate) { gate_ = &gate; }

  // From clients: all or as many as fit (none where the gate does not take them together); returns how many were taken, from the front. Takes the vector
  // itself when all of it fits; otherwise what was not taken stays behind in it.
  std::size_t push_from_clients(std::vector<Message>& messages) {
    if (messages.empty()) return 0;
    std::size_t taken = 0;
    {
      const std::lock_guard lock(mutex_);
      const bool held = is_held(messages);
      const std::size_t room =
          closed_ || held || count_ >= messages_max_ ? 0 : messages_max_ - count_;
      taken = std::min(room, messages.size());
      if (taken == messages.size()) {
        append(std::move(messages));
      } else if (taken > 0) {
        const auto end = messages.begin() + static_cast<std::ptrdiff_t>(taken);
        append({std::make_move_iterator(messages.begin()), std::make_move_iterator(end)});
        messages.erase(messages.begin(), end);
      }
    }
    if (taken > 0) wake();
    return taken;
  }

  // Reads that any replica may answer (FollowerRead), and nothing else: they take no turn.
  std::size_t push_reads(std::vector<Message>& messages) {
    const std::size_t taken = reads_.push(messages);
    if (taken > 0) wake();
    return taken;
  }
  WaitingReads& reads() { return reads_; }
  [[nodiscard]] const WaitingReads& reads() const { return reads_; }

  // From other partitions: always taken. Their number is bounded by the open transfers, each of which was
  // let in by push_from_clients() somewhere.
  void push_from_partition(std::vector<Message> messages) {
    if (messages.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      append(std::move(messages));
    }
    wake();
  }

  // Moves the oldest chunks of messages to `out`, whole, until there are at least `messages_max`; returns
  // true when some are left.
  bool take(std::vector<std::vector<Message>>& out, std::size_t messages_max) {
    const std::lock_guard lock(mutex_);
    if (count_ <= messages_max) {
      out.swap(chunks_);
      chunks_.clear();
      count_ = 0;
      return false;
    }
    std::size_t taken = 0;
    auto chunk = chunks_.begin();
    for (; chunk != chunks_.end() && taken < messages_max; ++chunk) {
      taken += chunk->size();
      out.push_back(std::move(*chunk));
    }
    chunks_.erase(chunks_.begin(), chunk);
    count_ -= taken;
    return count_ > 0;
  }

  // What a turn has taken and not handled, all but the first `handled` messages of these chunks: it comes first again,
  // in the same order, before all that has been pushed meanwhile.
  void put_back(std::vector<std::vector<Message>>& taken, std::size_t handled) {
    std::vector<std::vector<Message>> rest;
    std::size_t count = 0;
    for (std::vector<Message>& chunk : taken) {
      const std::size_t skipped = std::min(handled, chunk.size());
      handled -= skipped;
      if (skipped == chunk.size()) continue;
      chunk.erase(chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(skipped));
      count += chunk.size();
      rest.push_back(std::move(chunk));
    }
    const std::lock_guard lock(mutex_);
    chunks_.insert(chunks_.begin(), std::make_move_iterator(rest.begin()),
                   std::make_move_iterator(rest.end()));
    count_ += count;
  }

  // Nothing more from clients that changes anything (what they push together is taken or refused together); reads go on,
  // and partitions may finish what is open.
  void hold_changes(bool yes) { holds_changes_.store(yes, std::memory_order_relaxed); }

  // Nothing more from clients; partitions may still finish what is open.
  void close_to_clients() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    reads_.close();
  }

  [[nodiscard]] bool is_closed_to_clients() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }

  // Of those that wait, how many `is` says yes to; for who looks at bounds.
  template <class Is>
  [[nodiscard]] std::size_t count_if(Is is) const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& chunk : chunks_)
      count += static_cast<std::size_t>(std::ranges::count_if(chunk, is));
    return count;
  }

  // Sends a wake-up unless one is already under way.
  void wake() {
    if (!awake_.exchange(true, std::memory_order_acq_rel)) wake_();
  }
  // The manager calls this before it looks at anything, so that whatever comes later wakes it again.
  void woken() { awake_.store(false, std::memory_order_release); }

 private:
  [[nodiscard]] bool is_held(const std::vector<Message>& messages) const {
    const bool holds = holds_changes_.load(std::memory_order_relaxed);
    if (!holds && (gate_ == nullptr || gate_->level() == DiskLevel::enough)) return false;
    const auto reads = static_cast<std::size_t>(std::ranges::count_if(messages, is_read));
    const std::size_t changes = messages.size() - reads;
    return (holds && changes != 0) || (gate_ != nullptr && !gate_->takes(changes));
  }

  // Small pushes join the last chunk, so that a thousand single requests are not a thousand vectors.
  void append(std::vector<Message> messages) {
    count_ += messages.size();
    if (!chunks_.empty() && messages.size() <= chunk_small && chunks_.back().size() < chunk_full)
      chunks_.back().insert(chunks_.back().end(), std::make_move_iterator(messages.begin()),
                            std::make_move_iterator(messages.end()));
    else
      chunks_.push_back(std::move(messages));
  }

  static constexpr std::size_t chunk_small = 4;
  static constexpr std::size_t chunk_full = 256;

  mutable std::mutex mutex_;
  std::vector<std::vector<Message>> chunks_;
  std::size_t count_ = 0;
  std::size_t messages_max_;
  bool closed_ = false;
  std::atomic<bool> awake_{false};
  std::atomic<bool> holds_changes_{false};
  const IntakeGate* gate_ = nullptr;
  WaitingReads reads_;
  std::function<void()> wake_;
};

}  // namespace florin
