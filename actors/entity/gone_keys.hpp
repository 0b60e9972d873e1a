// GoneKeys: entities of a kind that sleeps which are over, but which the store may still have: until a checkpoint has taken
// their rows away, an activation would bring them back to life. With the order in which they went, so that each is forgotten
// when the store has forgotten it.
#pragma once

#include <deque>
#include <map>
#include <utility>

#include "base/ids.hpp"

namespace florin {

template <class Key>
class GoneKeys {
 public:
  // Over since entry `index`; indexes never go back.
  void add(const Key& key, LogIndex index) {
    gone_[key] = index;
    order_.emplace_back(index, key);
  }
  // The store holds the state after entry `index`.
  void written(LogIndex index) {
    for (; !order_.empty() && order_.front().first <= index; order_.pop_front()) {
      const auto at = gone_.find(order_.front().second);
      // One that came again may have gone again since.
      if (at != gone_.end() && at->second == order_.front().first) gone_.erase(at);
    }
  }
  [[nodiscard]] bool contains(const Key& key) const { return gone_.contains(key); }
  [[nodiscard]] std::size_t size() const { return gone_.size(); }

 private:
  std::map<Key, LogIndex> gone_;
  std::deque<std::pair<LogIndex, Key>> order_;
};

}  // namespace florin
