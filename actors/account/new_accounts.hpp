// NewAccounts: accounts that may not be in the state store yet, in order of their ids. Together with the store, which
// has all others in the same order, they give a page of accounts without a look at any account that is not on it.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/ids.hpp"

namespace florin {

class NewAccounts {
 public:
  // Opened by entry `index`; indexes never go back.
  void add(const AccountId& id, LogIndex index) {
    const auto at = ids_.insert(id.str()).first;
    opened_.emplace_back(index, at);
  }
  // The store holds the state after entry `index`.
  void written(LogIndex index) {
    while (!opened_.empty() && opened_.front().first <= index) {
      ids_.erase(opened_.front().second);
      opened_.pop_front();
    }
  }
  [[nodiscard]] bool contains(std::string_view id) const { return ids_.contains(id); }
  // The first one behind `id`; null if there is none. Valid until something changes.
  [[nodiscard]] const std::string* next_after(std::string_view id) const {
    const auto at = ids_.upper_bound(id);
    return at == ids_.end() ? nullptr : &*at;
  }
  [[nodiscard]] std::size_t size() const { return ids_.size(); }

 private:
  using Ids = std::set<std::string, std::less<>>;
  Ids ids_;
  std::deque<std::pair<LogIndex, Ids::const_iterator>> opened_;  // each account is opened once
};

}  // namespace florin
