// Rows in ordered maps, and the list of writes that made them.
#include "sim/ports/sim_state_store.hpp"

#include <algorithm>

namespace florin::sim {

Result<std::optional<std::string_view>, Error> SimStateStore::get(Table table,
                                                                  std::string_view key) {
  const Rows& rows = tables_[static_cast<std::size_t>(table)];
  std::ranges::fill(last_read_, '\xDB');
  const auto found = rows.find(key);
  if (found == rows.end()) return std::optional<std::string_view>();
  last_read_ = found->second;
  return std::optional<std::string_view>(last_read_);
}

Status<Error> SimStateStore::scan_from(
    Table table, std::string_view first,
    const std::function<bool(std::string_view, std::string_view)>& visit) {
  const Rows& rows = tables_[static_cast<std::size_t>(table)];
  for (auto at = rows.lower_bound(first); at != rows.end(); ++at)
    if (!visit(at->first, at->second)) break;
  return Unit{};
}

Status<Error> SimStateStore::write(std::vector<StateWrite> writes) {
  if (full_) return Err{Error{Errc::disk_full, "the simulated store is full"}};
  auto& rows = log_.emplace_back();
  rows.reserve(writes.size());
  for (const StateWrite& write : writes) {
    Row row{write.table, std::string(write.key), std::nullopt};
    if (write.value) row.value.emplace(*write.value);
    apply(row);
    rows.push_back(std::move(row));
  }
  return Unit{};
}

void SimStateStore::go_back_to(std::size_t version) {
  log_.resize(version);
  tables_ = {};
  for (const auto& rows : log_)
    for (const Row& row : rows) apply(row);
}

void SimStateStore::apply(const Row& row) {
  Rows& rows = tables_[static_cast<std::size_t>(row.table)];
  if (row.value)
    rows.insert_or_assign(row.key, *row.value);
  else
    rows.erase(row.key);
}

}  // namespace florin::sim
