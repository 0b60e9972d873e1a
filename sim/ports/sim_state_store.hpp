// SimStateStore: the state store of one partition, and every version it ever had.
//
// Fault model: a write is all or nothing and durable on return (what LMDB promises), it takes time, it may
// fail on a full disk, and a crash may come before it, after it, or between it and the news that it is
// durable. While the node is down the store may be replaced by an older version of itself or by nothing (a
// restored copy, a deleted directory).
// Bits flip in its rows, keys too, and rows get lost, while it is open or not: what LMDB's pages do on a disk that lies.
// Why the system must survive it: the log is the truth; the applied index is written with the rows, and
// replay from there, or from the very beginning, gives the same state.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "persistence/state_store.hpp"
#include "persistence/store_place.hpp"

namespace florin::sim {

class SimStateStore final : public StateStore {
 public:
  Result<std::optional<std::string_view>, Error> get(Table table, std::string_view key) override;
  Status<Error> scan_from(
      Table table, std::string_view first,
      const std::function<bool(std::string_view, std::string_view)>& visit) override;
  using StateStore::write;
  Status<Error> write(std::vector<StateWrite> writes, WriteWatch* watch) override;

  // Number of writes that are in it; 0 = empty.
  [[nodiscard]] std::size_t version() const { return log_.size(); }
  [[nodiscard]] std::size_t rows(Table table) const {
    return tables_.at(static_cast<std::size_t>(table)).size();
  }
  // Becomes what it was after that many writes. While the node is down only.
  void go_back_to(std::size_t version);
  void set_full(bool full) { full_ = full; }
  // One bit of the value of a row flips, of its key (unless there is a row of that key), or the row is gone. No record
  // of an ended transfer is lost here, and no name of an account: those are missed only by who looks at all rows (INV-62).
  void flip_a_value(std::uint64_t dice);
  void flip_a_key(std::uint64_t dice);
  void lose_a_row(std::uint64_t dice);
  // All rows are what was written again.
  void undo_damage() {
    if (is_damaged_) go_back_to(version());
  }

 private:
  using Rows = std::map<std::string, std::string, std::less<>>;
  struct Row {
    Table table;
    std::string key;
    std::optional<std::string> value;  // nullopt = deleted
  };
  void apply(const Row& row);
  // A row of any table, and what is left of the dice; the table is null when there is no row.
  struct Chosen {
    Rows* table;
    Rows::iterator row;
    std::uint64_t dice;
  };
  Chosen choose(std::uint64_t dice, bool of_any_table);

  std::array<Rows, table_count> tables_;
  std::vector<std::vector<Row>> log_;
  // what get() gave out is a copy that the next one spoils: whoever still looks at it sees nonsense
  std::string last_read_;
  bool full_ = false;
  bool is_damaged_ = false;
};

// Of a scrub: so few that writes come between its steps.
inline constexpr std::size_t scrub_rows = 16;
inline constexpr std::int64_t scrub_takes = 50;  // microseconds

// The place of such a store, which outlives every process that opens it.
class SimStorePlace final : public StorePlace {
 public:
  explicit SimStorePlace(SimStateStore& store) : store_(store) {}
  Result<std::unique_ptr<StateStore>, Error> open() override;
  Status<Error> set_aside() override {
    store_.go_back_to(0);
    return Unit{};
  }

 private:
  SimStateStore& store_;
};

}  // namespace florin::sim
