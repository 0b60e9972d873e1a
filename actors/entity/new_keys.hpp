// NewKeys: entities of one kind that may not be in the state store yet, in the order of their keys. Together with the store, which
// has all others in the same order, they give a page of the kind without a look at any entity that is not on it.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/ids.hpp"

namespace florin {

class NewKeys {
 public:
  // Made by entry `index`, for the first time; indexes never go back.
  void add(std::string_view key, LogIndex index) {
    const auto at = keys_.emplace(key).first;
    made_.emplace_back(index, at);
  }
  // The store holds the state after entry `index`.
  void written(LogIndex index) {
    while (!made_.empty() && made_.front().first <= index) {
      keys_.erase(made_.front().second);
      made_.pop_front();
    }
  }
  [[nodiscard]] bool contains(std::string_view key) const { return keys_.contains(key); }
  // The first one behind `key`; null if there is none. Valid until something changes.
  [[nodiscard]] const std::string* next_after(std::string_view key) const {
    const auto at = keys_.upper_bound(key);
    return at == keys_.end() ? nullptr : &*at;
  }
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  using Keys = std::set<std::string, std::less<>>;
  Keys keys_;
  std::deque<std::pair<LogIndex, Keys::const_iterator>> made_;  // each entity is made once
};

}  // namespace florin
