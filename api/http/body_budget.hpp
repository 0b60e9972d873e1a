// BodyBudget: one bound, in bytes, for all the request bodies that a server holds, whoever sends them: those that are
// still arriving and those whose requests are being answered. Who does not fit is refused (503 overloaded): nothing of
// it was executed, and what is under way goes on.
//
// The first bytes of a body are free: they are bounded by the number of connections, and small requests pass while
// others fill the budget. Threads: any.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace florin {

class BodyBudget {
 public:
  static constexpr std::size_t free_bytes = std::size_t{4} * 1024;  // of each body

  explicit BodyBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  [[nodiscard]] bool take(std::size_t bytes) noexcept {
    if (in_use_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= bytes_max_) return true;
    give_back(bytes);
    return false;
  }
  void give_back(std::size_t bytes) noexcept {
    in_use_.fetch_sub(bytes, std::memory_order_relaxed);
  }
  [[nodiscard]] std::size_t in_use() const noexcept {
    return in_use_.load(std::memory_order_relaxed);
  }

 private:
  const std::size_t bytes_max_;
  std::atomic<std::size_t> in_use_{0};
};

// What one body has taken; given back when it ends. May outlive the server.
class BodyRoom {
 public:
  explicit BodyRoom(std::shared_ptr<BodyBudget> budget) : budget_(std::move(budget)) {}
  BodyRoom(const BodyRoom&) = delete;
  BodyRoom& operator=(const BodyRoom&) = delete;
  ~BodyRoom() { shrink(); }
  // Room for `bytes` in all; false: there is none, and nothing has changed.
  [[nodiscard]] bool grow_to(std::size_t bytes) noexcept {
    if (bytes <= BodyBudget::free_bytes + taken_) return true;
    const std::size_t more = bytes - BodyBudget::free_bytes - taken_;
    if (!budget_->take(more)) return false;
    taken_ += more;
    return true;
  }

  void shrink() noexcept {  // to what is free
    if (taken_ != 0) budget_->give_back(std::exchange(taken_, 0));
  }

 private:
  std::shared_ptr<BodyBudget> budget_;
  std::size_t taken_ = 0;
};

}  // namespace florin
