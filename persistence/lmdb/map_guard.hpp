// MapGuard: who has a transaction open on a store's map, so that the map is replaced only while nobody has.
//
// A transaction is used inside one call of the store and never outlives it, so whoever waits to be alone waits for
// that call only. New ones may begin meanwhile: a visitor of scan() may read, and must not wait for its own scan.
// Any thread; but who has a transaction open must not ask to be alone.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace florin::lmdb {

class MapGuard {
 public:
  // Held for as long as a transaction is open.
  class Use {
   public:
    explicit Use(MapGuard& guard) : guard_(guard) {
      const std::lock_guard lock(guard_.mutex_);
      ++guard_.uses_;
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() {
      const std::lock_guard lock(guard_.mutex_);
      if (--guard_.uses_ == 0) guard_.unused_.notify_all();
    }

   private:
    MapGuard& guard_;
  };

  // Runs `change` while no transaction is open, and none can be opened.
  template <class Change>
  auto alone(Change&& change) {
    std::unique_lock lock(mutex_);
    unused_.wait(lock, [this] { return uses_ == 0; });
    return change();
  }
  [[nodiscard]] std::size_t uses() const {
    const std::lock_guard lock(mutex_);
    return uses_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable unused_;
  std::size_t uses_ = 0;
};

}  // namespace florin::lmdb
