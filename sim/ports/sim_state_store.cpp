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

Status<Error> SimStateStore::write(std::vector<StateWrite> writes, WriteWatch* watch) {
  if (full_) return Err{Error{Errc::disk_full, "the simulated store is full"}};
  if (watch != nullptr) watch->begins();
  std::vector<Row> rows;
  rows.reserve(writes.size() + 1);
  std::vector<Row> undo;
  const auto apply_one = [&](const StateWrite& write) {
    Row row{write.table, std::string(write.key), std::nullopt};
    if (write.value) row.value.emplace(*write.value).append(write.tail);
    const Rows& table = tables_[static_cast<std::size_t>(write.table)];
    const auto at = table.find(write.key);
    undo.push_back({row.table, row.key, std::nullopt});
    if (at != table.end()) undo.back().value = at->second;
    apply(row);
    rows.push_back(std::move(row));
  };
  for (const StateWrite& write : writes) {
    const Rows& table = tables_[static_cast<std::size_t>(write.table)];
    const auto at = table.find(write.key);
    if (watch != nullptr && at != table.end() &&
        !watch->replaced(write.table, write.key, at->second)) {
      for (auto step = undo.rbegin(); step != undo.rend(); ++step) apply(*step);
      return Err{Error{Errc::corrupt, "a row that is written again is damaged"}};
    }
    apply_one(write);
  }
  if (watch != nullptr) apply_one(watch->last());
  log_.push_back(std::move(rows));
  return Unit{};
}

void SimStateStore::go_back_to(std::size_t version) {
  is_damaged_ = false;
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

SimStateStore::Chosen SimStateStore::choose(std::uint64_t dice, bool of_any_table) {
  const auto size_of = [&](const Rows& rows) {
    const auto table = static_cast<Table>(&rows - tables_.data());
    const bool is_left_out = table == Table::records || table == Table::names;
    return is_left_out && !of_any_table ? 0 : rows.size();
  };
  std::size_t count = 0;
  for (const Rows& rows : tables_) count += size_of(rows);
  if (count == 0) return {nullptr, {}, 0};
  is_damaged_ = true;
  std::size_t number = dice % count;
  Rows* table = tables_.data();
  for (; number >= size_of(*table); ++table) number -= size_of(*table);
  return {table, std::next(table->begin(), static_cast<std::ptrdiff_t>(number)), dice / count};
}

void SimStateStore::flip_a_value(std::uint64_t dice) {
  const Chosen chosen = choose(dice, true);
  if (chosen.table == nullptr || chosen.row->second.empty()) return;
  std::string& value = chosen.row->second;
  const std::uint64_t bit = chosen.dice % (8 * value.size());
  value[bit / 8] = static_cast<char>(static_cast<unsigned char>(value[bit / 8]) ^ 1U << bit % 8);
}

void SimStateStore::flip_a_key(std::uint64_t dice) {
  const Chosen chosen = choose(dice, false);
  if (chosen.table == nullptr) return;
  std::string key = chosen.row->first;
  const std::uint64_t bit = chosen.dice % (8 * key.size());
  key[bit / 8] = static_cast<char>(static_cast<unsigned char>(key[bit / 8]) ^ 1U << bit % 8);
  if (chosen.table->contains(key)) return;
  auto row = chosen.table->extract(chosen.row);
  row.key() = std::move(key);
  chosen.table->insert(std::move(row));
}

void SimStateStore::lose_a_row(std::uint64_t dice) {
  const Chosen chosen = choose(dice, false);
  if (chosen.table != nullptr) chosen.table->erase(chosen.row);
}

namespace {

// The open store; closing it leaves what is in it.
class OpenStore final : public StateStore {
 public:
  explicit OpenStore(SimStateStore& store) : store_(store) {}
  Result<std::optional<std::string_view>, Error> get(Table table, std::string_view key) override {
    return store_.get(table, key);
  }
  Status<Error> scan_from(
      Table table, std::string_view first,
      const std::function<bool(std::string_view, std::string_view)>& visit) override {
    return store_.scan_from(table, first, visit);
  }
  Status<Error> write(std::vector<StateWrite> writes, WriteWatch* watch) override {
    return store_.write(std::move(writes), watch);
  }

 private:
  SimStateStore& store_;
};

}  // namespace

Result<std::unique_ptr<StateStore>, Error> SimStorePlace::open() {
  return std::unique_ptr<StateStore>(std::make_unique<OpenStore>(store_));
}

}  // namespace florin::sim
