// State in ordered maps.
#include "persistence/memory/memory_state_store.hpp"

#include <utility>

namespace florin {
namespace {

// As LMDB refuses it.
Err<Error> empty_key() { return Err{Error{Errc::invalid, "a key of the state store is empty"}}; }

}  // namespace

Result<std::optional<std::string_view>, Error> MemoryStateStore::get(Table table,
                                                                     std::string_view key) {
  if (key.empty()) return empty_key();
  std::lock_guard lock(mutex_);
  const Rows& rows = tables_[static_cast<std::size_t>(table)];
  const auto found = rows.find(key);
  if (found == rows.end()) return std::optional<std::string_view>();
  last_read_ = found->second;
  return std::optional<std::string_view>(*last_read_);
}

// Row by row, so that a page of a large table costs a page: the lock is not held in `visit`, which may call us.
Status<Error> MemoryStateStore::scan_from(
    Table table, std::string_view first,
    const std::function<bool(std::string_view, std::string_view)>& visit) {
  std::string key(first);
  for (bool is_first = true;; is_first = false) {
    std::shared_ptr<const std::string> value;
    {
      std::lock_guard lock(mutex_);
      const Rows& all = tables_[static_cast<std::size_t>(table)];
      const auto at = is_first ? all.lower_bound(key) : all.upper_bound(key);
      if (at == all.end()) return Unit{};
      key = at->first;
      value = at->second;
    }
    if (!visit(key, *value)) return Unit{};
  }
}

Status<Error> MemoryStateStore::write_row(const StateWrite& write, WriteWatch* watch,
                                          std::vector<Undo>& undo) {
  if (write.key.empty()) return empty_key();
  Rows& rows = tables_[static_cast<std::size_t>(write.table)];
  const auto at = rows.find(write.key);
  const bool is_there = at != rows.end();
  if (is_there && watch != nullptr && !watch->replaced(write.table, write.key, *at->second))
    return Err{Error{Errc::corrupt, "a row that is written again is damaged"}};
  undo.push_back({&rows, std::string(write.key), is_there ? at->second : nullptr});
  if (write.value) {
    auto value = std::make_shared<std::string>(*write.value);
    value->append(write.tail);
    rows[undo.back().key] = std::move(value);
  } else if (is_there) {
    rows.erase(at);
  }
  return Unit{};
}

Status<Error> MemoryStateStore::write(std::vector<StateWrite> writes, WriteWatch* watch) {
  std::lock_guard lock(mutex_);
  if (next_failure_) return Err{*std::exchange(next_failure_, std::nullopt)};
  std::vector<Undo> undo;
  Status<Error> status = Unit{};
  if (watch != nullptr) watch->begins();
  for (const StateWrite& write : writes)
    if (status = write_row(write, watch, undo); !status) break;
  if (status && watch != nullptr) status = write_row(watch->last(), nullptr, undo);
  if (status) return status;
  for (auto step = undo.rbegin(); step != undo.rend(); ++step) {
    if (step->before)
      (*step->rows)[step->key] = step->before;
    else
      step->rows->erase(step->key);
  }
  return status;
}

void MemoryStateStore::fail_next_write(Error error) {
  std::lock_guard lock(mutex_);
  next_failure_ = std::move(error);
}

std::size_t MemoryStateStore::size(Table table) const {
  std::lock_guard lock(mutex_);
  return tables_[static_cast<std::size_t>(table)].size();
}

}  // namespace florin
